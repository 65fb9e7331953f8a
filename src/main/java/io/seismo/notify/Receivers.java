package io.seismo.notify;

import io.seismo.spec.ReceiverSpec;
import io.seismo.wire.Severity;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/** Receivers of a spec. */
public final class Receivers {

    private static final Duration TIMEOUT = Duration.ofSeconds(15);

    private Receivers() {}

    /**
     * Opens all of them.
     *
     * @throws IllegalArgumentException when one cannot work as configured, by name
     */
    public static SortedMap<String, NotifyRole.Route> open(SortedMap<String, ReceiverSpec> specs, InstantSource clock) {
        SortedMap<String, NotifyRole.Route> routes = new TreeMap<>();
        specs.forEach((name, spec) -> {
            Set<Severity> severities = EnumSet.noneOf(Severity.class);
            severities.addAll(spec.severities());
            try {
                routes.put(name, new NotifyRole.Route(open(spec, clock), severities));
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("receiver " + name + ": " + wrong.getMessage(), wrong);
            }
        });
        return routes;
    }

    private static Receiver open(ReceiverSpec spec, InstantSource clock) {
        if (spec instanceof ReceiverSpec.Webhook webhook) {
            Path secret = webhook.secretFile().isEmpty() ? null : Path.of(webhook.secretFile());
            return new WebhookReceiver(webhook.url(), secret, clock, TIMEOUT);
        }
        if (spec instanceof ReceiverSpec.Alertmanager alertmanager) {
            return new AlertmanagerReceiver(alertmanager.urls(), clock, TIMEOUT);
        }
        return new LogReceiver(
                spec instanceof ReceiverSpec.Log log && log.format().equals("json"));
    }
}
