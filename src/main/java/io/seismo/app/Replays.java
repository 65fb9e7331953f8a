package io.seismo.app;

import io.seismo.replay.Replay;
import java.util.ArrayList;
import java.util.List;

/** Runs a replay with its progress on the terminal and its encoders opened when they are asked for. */
final class Replays {

    private Replays() {}

    static Replay.Outcome run(Replay.Request request, Output output) {
        List<OpenEncoders> opened = new ArrayList<>();
        List<Progress> shown = new ArrayList<>();
        try {
            return new Replay(request, plan -> {
                        OpenEncoders encoders = OpenEncoders.of(plan);
                        opened.add(encoders);
                        return encoders.byName();
                    })
                    .run((passed, all) -> {
                        if (shown.isEmpty()) {
                            shown.add(output.progress("replaying", "records", all));
                        }
                        shown.get(0).to(passed);
                    });
        } finally {
            shown.forEach(Progress::close);
            opened.forEach(OpenEncoders::close);
        }
    }
}
