package io.seismo.spec;

import io.seismo.wire.Severity;
import java.net.URI;
import java.util.List;

/** Who is told about alerts; never about shadow ones. */
public sealed interface ReceiverSpec {

    /** Severities it is told about. */
    List<Severity> severities();

    /**
     * A line per transition in Seismo's own log.
     *
     * @param format {@code text} or {@code json}
     */
    record Log(String format, List<Severity> severities) implements ReceiverSpec {
        public Log {
            severities = List.copyOf(severities);
        }
    }

    /**
     * Prometheus Alertmanager, API v2; every address is sent everything, as Prometheus does.
     *
     * @param urls base addresses of the members of one cluster
     */
    record Alertmanager(List<URI> urls, List<Severity> severities) implements ReceiverSpec {
        public Alertmanager {
            urls = List.copyOf(urls);
            severities = List.copyOf(severities);
        }
    }

    /**
     * An HTTP endpoint that gets signed JSON.
     *
     * @param url where it is posted
     * @param secretFile file with the key of the signature; empty for none
     */
    record Webhook(URI url, String secretFile, List<Severity> severities) implements ReceiverSpec {
        public Webhook {
            severities = List.copyOf(severities);
        }
    }
}
