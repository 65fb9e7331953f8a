package io.seismo.app.sae;

import io.seismo.app.cli.NamedLines;
import io.seismo.app.cli.Output;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code seismo sae inspect}: all that is known of an SAE or probe before it sees a row. */
@Command(
        name = "inspect",
        description = "Show family, shape, hook point, units, thresholds, hashes and cost of an SAE or probe.",
        footerHeading = "%nExample:%n",
        footer = {
            "  seismo sae inspect demo/sae",
            "  seismo sae inspect demo/phishing.safetensors",
            "",
            "Exit code 1 when it is not sound or not supported."
        })
final class SaeInspectCommand implements Callable<Integer> {

    private static final int SHOWN = 12;

    @Parameters(paramLabel = "SAE", description = "A directory, a file, or demo/… for those in the jar.")
    private String location = "";

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        Card card = Refused.asFailure(() -> Card.of(location));
        output.write(card, out -> print(card, out));
        return 0;
    }

    private static void print(Card card, PrintWriter to) {
        NamedLines out = new NamedLines(to, 11);
        out.line(card.location(), "%s, %s", card.family(), card.probe() ? "a probe" : "an SAE");
        String given = card.probe() ? card.width() == 1 ? "score" : "scores" : "features";
        String read = card.features().isEmpty() ? "d_in " : "features ";
        out.line("shape", "%s%,d to %,d %s", read, card.dIn(), card.width(), given);
        if (!card.features().isEmpty()) {
            out.line("reads", "%s", features(card.features()));
        }
        out.line("dtype", "%s, %,d bytes of %s", card.dtype(), card.matrixBytes(), card.probe() ? "weights" : "matrix in fp32");
        out.line("hook", "%s", stated(card.hook()));
        out.line("model", "%s, revision %s", stated(card.model()), stated(card.revision()));
        out.line("input", "%s", card.norm().equals("none") ? "as captured" : card.norm());
        out.line("activation", "%s", card.activation());
        spread(out, "thresholds", card.thresholds());
        out.line("units", "%s", card.units());
        spread(out, "decoder", card.decoderNorms());
        out.line("folded", "%s", card.folded().isEmpty() ? "nothing" : String.join("; ", card.folded()));
        out.line("published", "L0 %s, sink norm %s", known(card.l0()), known(card.sinkNorm()));
        out.line("weights", "sha256 %s", card.weightsSha256());
        out.line("config", "%s", card.configSha256().isEmpty() ? "none" : "sha256 " + card.configSha256());
        out.line("digest", "sha256 %s", card.digest());
        if (card.probe()) {
            cost(out, "watch", card.watch(), "columns of the multiplication with rows: " + card.watch().columns());
            return;
        }
        cost(
                out,
                "watch",
                card.watch(),
                card.watch().columns() == 1 ? "a watched feature" : "all, to know which are largest");
        cost(out, "full", card.full(), "all features");
    }

    private static String features(List<Integer> features) {
        String shown = features.stream().limit(SHOWN).map(String::valueOf).collect(Collectors.joining(", "));
        int more = features.size() - SHOWN;
        return "features " + shown + (more > 0 ? " and " + more + " more, which --json lists" : "") + " of an SAE";
    }

    private static void cost(NamedLines out, String name, Card.Cost cost, String of) {
        out.line(name, "%,d FLOP a token and %,d bytes of weights (%s)", cost.flopPerToken(), cost.weightBytes(), of);
    }

    private static void spread(NamedLines out, String name, Card.@Nullable Spread spread) {
        if (spread != null) {
            out.line(
                    name,
                    "min %.6g, median %.6g, max %.6g; %,d not above 0",
                    spread.min(),
                    spread.median(),
                    spread.max(),
                    spread.notPositive());
        }
    }

    private static String stated(String text) {
        return text.isEmpty() ? "not stated" : text;
    }

    private static String known(double value) {
        return value == 0 ? "not stated" : String.format(Locale.ROOT, "%.2f", value);
    }
}
