package io.seismo.app.replay;

import io.seismo.activation.Loaded;
import io.seismo.app.cli.Output;
import io.seismo.app.cli.Progress;
import io.seismo.app.live.EncoderShelf;
import io.seismo.replay.Replay;
import java.util.ArrayList;
import java.util.List;

/** Runs a replay with its progress on the terminal and its encoders opened when they are asked for. */
final class Replays {

    private Replays() {}

    static Replay.Outcome run(Replay.Request request, Output output) {
        List<Progress> shown = new ArrayList<>();
        try (EncoderShelf encoders = new EncoderShelf()) {
            return new Replay(request, Loaded.of(encoders::of, encoders::canaries, encoders::release))
                    .run((passed, all) -> {
                        if (shown.isEmpty()) {
                            shown.add(output.progress("replaying", "records", all));
                        }
                        shown.get(0).to(passed);
                    });
        } finally {
            shown.forEach(Progress::close);
        }
    }
}
