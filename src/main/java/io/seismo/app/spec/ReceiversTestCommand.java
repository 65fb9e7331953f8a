package io.seismo.app.spec;

import io.seismo.app.cli.CommandFailure;
import io.seismo.app.cli.Errors;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.SpecOption;
import io.seismo.notify.Notice;
import io.seismo.notify.Outcome;
import io.seismo.notify.Receiver;
import io.seismo.notify.Receivers;
import io.seismo.notify.TestNotices;
import io.seismo.spec.MonitorSpec;
import io.seismo.spec.ReceiverSpec;
import io.seismo.wire.AlertState;
import io.seismo.wire.Severity;
import java.net.URI;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code seismo receivers test}. */
@Command(
        name = "test",
        description = "Send one test alert, firing then resolved, to the receivers of a spec.",
        footer = {
            "",
            "The alert is called SeismoTest, has the label test=true and the most urgent severity that the receiver is"
                    + " told about. Nothing is retried, and nothing is written to the ledger. Each member of an"
                    + " Alertmanager cluster is tried by itself; what Alertmanager does with an alert that is resolved"
                    + " within its group_wait is up to it.",
            "",
            "Exit code 0 when everything was delivered, 1 when anything was not.",
            "",
            "Example: seismo receivers test --spec monitor.yaml --receiver oncall"
        })
public final class ReceiversTestCommand implements Callable<Integer> {

    /** Most urgent first. */
    private static final List<Severity> BY_URGENCY =
            List.of(Severity.SEVERITY_PAGE, Severity.SEVERITY_TICKET, Severity.SEVERITY_INFO);

    private static final InstantSource CLOCK = InstantSource.system();

    @Mixin
    private SpecOption spec = new SpecOption();

    @Option(names = "--receiver", paramLabel = "NAME", description = "Only this one; may be given several times.")
    private List<String> chosen = new ArrayList<>();

    @Mixin
    private Output output = new Output();

    /**
     * How it went.
     *
     * @param receiver name in the spec
     * @param address scheme, host and port; a path may be a secret. {@code log} for Seismo's own log
     * @param state {@code firing} or {@code resolved}
     * @param severity of the alert
     * @param delivered whether it arrived
     * @param outcome status, class of error, or why it was not tried
     */
    record Told(String receiver, String address, String state, String severity, boolean delivered, String outcome) {

        String text() {
            String head = (delivered ? "ok      " : "fail    ") + receiver + " (" + address + "): ";
            return head + state + " " + severity + ": " + outcome;
        }
    }

    /** One address of a receiver. */
    private record Target(String name, String address, ReceiverSpec spec) {}

    @Override
    public Integer call() {
        MonitorSpec read = spec.read();
        boolean delivered = true;
        for (Target target : targets(read.receivers())) {
            for (Told told : tell(target, labels(read))) {
                delivered &= told.delivered();
                output.write(told, out -> out.println(told.text()));
            }
        }
        return delivered ? 0 : 1;
    }

    private List<Target> targets(SortedMap<String, ReceiverSpec> receivers) {
        for (String name : chosen) {
            if (!receivers.containsKey(name)) {
                throw new CommandFailure(
                        "--receiver: the spec has no receiver " + name,
                        "It has: " + String.join(", ", receivers.keySet()));
            }
        }
        List<Target> targets = new ArrayList<>();
        receivers.forEach((name, receiver) -> {
            if (chosen.isEmpty() || chosen.contains(name)) {
                targets.addAll(targets(name, receiver));
            }
        });
        return targets;
    }

    private static List<Target> targets(String name, ReceiverSpec receiver) {
        if (receiver instanceof ReceiverSpec.Alertmanager cluster) {
            List<Target> members = new ArrayList<>();
            for (URI url : cluster.urls()) {
                members.add(new Target(
                        name, shown(url), new ReceiverSpec.Alertmanager(List.of(url), cluster.severities())));
            }
            return members;
        }
        String address = receiver instanceof ReceiverSpec.Webhook webhook ? shown(webhook.url()) : "log";
        return List.of(new Target(name, address, receiver));
    }

    /** Firing, then resolved; nobody is told that something ended of which they were not told. */
    private static List<Told> tell(Target target, SortedMap<String, String> labels) {
        List<Told> told = new ArrayList<>();
        try (Receiver receiver = open(target)) {
            long sinceMs = CLOCK.millis();
            Severity severity = mostUrgent(target.spec());
            for (AlertState state : List.of(AlertState.ALERT_STATE_FIRING, AlertState.ALERT_STATE_RESOLVED)) {
                Notice notice = TestNotices.of(target.name(), severity, labels, sinceMs, state);
                if (!told.isEmpty() && !told.get(0).delivered()) {
                    told.add(told(target, notice, false, "not tried: firing did not arrive"));
                } else {
                    Outcome outcome = receiver.deliver(notice);
                    boolean delivered = outcome.kind() == Outcome.Kind.DELIVERED;
                    told.add(told(target, notice, delivered, word(outcome)));
                }
            }
        } catch (IllegalArgumentException wrong) {
            String why = "cannot work as configured: " + Errors.describe(wrong);
            told.add(new Told(target.name(), target.address(), "firing", "", false, why));
        }
        return told;
    }

    private static Told told(Target target, Notice notice, boolean delivered, String outcome) {
        return new Told(target.name(), target.address(), notice.stateWord(), notice.severityWord(), delivered, outcome);
    }

    private static Receiver open(Target target) {
        SortedMap<String, ReceiverSpec> one = new TreeMap<>();
        one.put(target.name(), target.spec());
        return Receivers.open(one, CLOCK).values().iterator().next().receiver();
    }

    private static String word(Outcome outcome) {
        return switch (outcome.kind()) {
            case DELIVERED -> "delivered: " + outcome.detail();
            case RETRY -> "not delivered: " + outcome.detail() + " (NOTIFY would try again)";
            case REFUSED -> "refused: " + outcome.detail();
            case DISABLED -> "the receiver wants nothing any more: " + outcome.detail();
        };
    }

    private static Severity mostUrgent(ReceiverSpec receiver) {
        for (Severity severity : BY_URGENCY) {
            if (receiver.severities().contains(severity)) {
                return severity;
            }
        }
        throw new IllegalArgumentException("it is told about no severity");
    }

    private static SortedMap<String, String> labels(MonitorSpec spec) {
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put("deployment", spec.deployment());
        labels.put("model", spec.model().name());
        labels.put("revision", spec.model().revision());
        return labels;
    }

    private static String shown(URI url) {
        return url.getScheme() + "://" + url.getHost() + (url.getPort() < 0 ? "" : ":" + url.getPort());
    }
}
