package io.seismo.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.seismo.wire.AlertState;
import io.seismo.wire.Evidence;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Posts alerts to every member of an Alertmanager cluster, API v2. Alertmanager forgets: firing alerts are sent again
 * each minute, and {@code endsAt} is four intervals ahead, as Prometheus has it; resolved ones are repeated for fifteen
 * minutes. A breach, which nothing resolves, ends by itself after ten. Wall time throughout: {@code startsAt} of a notice is when it was first sent here if its event time lies ahead.
 *
 * <p>At most {@value #MAX_ACTIVE} alerts are repeated; the oldest is dropped beyond that. Which alerts fire is not known
 * again after a restart until they move: the notices not yet settled are read again from the log, no others.
 */
public final class AlertmanagerReceiver implements Receiver {

    private static final Logger LOG = LoggerFactory.getLogger(AlertmanagerReceiver.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_ACTIVE = 10_000;
    private static final Duration AGAIN = Duration.ofMinutes(1);
    private static final Duration AHEAD = AGAIN.multipliedBy(4);
    private static final Duration KEEP_RESOLVED = Duration.ofMinutes(15);
    private static final Duration MOMENT = Duration.ofMinutes(10);
    private static final String API = "api/v2/alerts";

    private final HttpClient client;
    private final List<URI> members;
    private final InstantSource clock;
    private final Duration timeout;
    private final Map<String, Active> active = new LinkedHashMap<>();
    private final ScheduledExecutorService repeater = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "seismo-alertmanager");
        thread.setDaemon(true);
        return thread;
    });

    /** An alert that is repeated, and when it was told first. */
    private record Active(Notice notice, Instant told) {
        boolean isOver(Instant now) {
            return !endsAt(now).isAfter(now);
        }

        Instant endsAt(Instant now) {
            if (notice.isMoment()) {
                return told.plus(MOMENT);
            }
            return notice.state() == AlertState.ALERT_STATE_RESOLVED ? told : now.plus(AHEAD);
        }
    }

    /**
     * A receiver.
     *
     * @param members base addresses of the cluster's members
     * @param timeout of one call
     */
    public AlertmanagerReceiver(List<URI> members, InstantSource clock, Duration timeout) {
        this.members = List.copyOf(members);
        this.clock = clock;
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout)
                .build();
        repeater.scheduleWithFixedDelay(this::repeat, AGAIN.toMillis(), AGAIN.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Delivered when one member has it: members gossip, and all of them are told again within a minute. */
    @Override
    public Outcome deliver(Notice notice) {
        Active entry = new Active(notice, clock.instant());
        synchronized (active) {
            active.remove(notice.subject());
            active.put(notice.subject(), entry);
            if (active.size() > MAX_ACTIVE) {
                active.remove(active.keySet().iterator().next());
            }
        }
        return post(List.of(entry));
    }

    @Override
    public void close() {
        repeater.shutdownNow();
    }

    /** Sends everything again that fires, or was resolved lately. */
    void repeat() {
        List<Active> all;
        synchronized (active) {
            Instant now = clock.instant();
            Instant old = now.minus(KEEP_RESOLVED);
            active.values()
                    .removeIf(each -> each.isOver(now) && each.endsAt(now).isBefore(old));
            all = List.copyOf(active.values());
        }
        if (all.isEmpty()) {
            return;
        }
        Outcome outcome = post(all);
        if (outcome.kind() != Outcome.Kind.DELIVERED) {
            LOG.atWarn().addKeyValue("outcome", outcome.detail()).log("Alertmanager did not take the alerts again");
        }
    }

    private Outcome post(Collection<Active> alerts) {
        byte[] body = body(alerts);
        Outcome best = Outcome.of(Outcome.Kind.RETRY, "no member");
        for (URI member : members) {
            Outcome outcome = post(member, body);
            if (best.kind() != Outcome.Kind.DELIVERED) {
                best = outcome;
            }
        }
        return best;
    }

    private Outcome post(URI member, byte[] body) {
        String base = member.toString().endsWith("/") ? member.toString() : member + "/";
        HttpRequest request = HttpRequest.newBuilder(URI.create(base + API))
                .timeout(timeout)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        try {
            int status =
                    client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            Outcome.Kind kind = status / 100 == 2
                    ? Outcome.Kind.DELIVERED
                    : status == 400 ? Outcome.Kind.REFUSED : Outcome.Kind.RETRY;
            return Outcome.of(kind, Integer.toString(status));
        } catch (IOException failure) {
            return Outcome.of(Outcome.Kind.RETRY, failure.getClass().getSimpleName());
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
            return Outcome.of(Outcome.Kind.RETRY, "interrupted");
        }
    }

    private byte[] body(Collection<Active> alerts) {
        ArrayNode list = JSON.createArrayNode();
        Instant now = clock.instant();
        for (Active each : alerts) {
            ObjectNode alert = list.addObject();
            ObjectNode labels = alert.putObject("labels");
            each.notice().labels().forEach(labels::put);
            labels.put("severity", each.notice().severityWord());
            annotations(alert.putObject("annotations"), each.notice().evidence());
            Instant since = Instant.ofEpochMilli(each.notice().sinceMs());
            alert.put("startsAt", (since.isAfter(each.told()) ? each.told() : since).toString());
            alert.put("endsAt", each.endsAt(now).toString());
        }
        try {
            return JSON.writeValueAsString(list).getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("alerts do not serialise", impossible);
        }
    }

    private static void annotations(ObjectNode annotations, Evidence evidence) {
        annotations.put("summary", evidence.getSummary());
        if (!evidence.getReplay().isEmpty()) {
            annotations.put("replay", evidence.getReplay());
        }
        if (!evidence.getRunbook().isEmpty()) {
            annotations.put("runbook_url", evidence.getRunbook());
        }
        if (evidence.getCoFiringCount() > 0) {
            annotations.put("co_firing", String.join("; ", evidence.getCoFiringList()));
        }
    }
}
