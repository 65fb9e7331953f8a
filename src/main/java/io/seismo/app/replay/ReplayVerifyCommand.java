package io.seismo.app.replay;

import io.seismo.app.cli.Output;
import io.seismo.replay.Replay;
import io.seismo.spec.TopicNames;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code seismo replay verify}: proves that a replay gives what was live, or names the first difference. */
@Command(
        name = "verify",
        description = "Prove that a replay gives the digests and alerts that were live.",
        footer = {
            "",
            "Example: seismo replay verify --dir ~/seismo-demo --from 2026-11-20T14:00:00Z --to 2026-11-20T15:00:00Z",
            "",
            "Exit code 0 when everything is equal, 1 when something differs."
        })
public final class ReplayVerifyCommand implements Callable<Integer> {

    @Mixin
    private ReplayOptions options = new ReplayOptions();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        Replay.Outcome outcome = options.withLog(this::verify);
        output.write(describe(outcome), out -> {
            out.println((outcome.equal() ? "equal: " : "DIFFERENT: ") + outcome.panes()
                    + " pane digests and " + outcome.transitions() + " alert transitions compared, from "
                    + (outcome.startPane() == null
                            ? "the origin of the log"
                            : "the snapshot after pane " + outcome.startPane()));
            outcome.approximate().forEach(reason -> out.println("  approximate: " + reason));
            outcome.differences().forEach(difference -> out.println("  " + difference));
        });
        return outcome.equal() ? 0 : 1;
    }

    private Replay.Outcome verify(Map<String, Object> client) {
        TopicNames topics = options.topics(client);
        return Replays.run(options.request(client, ReplayOptions.plans(client, topics), true), output);
    }

    private static Map<String, Object> describe(Replay.Outcome outcome) {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("verify", outcome.equal() ? "equal" : "different");
        result.put("panes", outcome.panes());
        result.put("transitions", outcome.transitions());
        result.put("exact", outcome.exact());
        result.put("approximate", outcome.approximate());
        result.put("start_pane", outcome.startPane());
        result.put("differences", outcome.differences());
        return result;
    }
}
