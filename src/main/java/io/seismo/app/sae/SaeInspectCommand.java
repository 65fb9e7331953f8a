package io.seismo.app.sae;

import io.seismo.app.cli.Output;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code seismo sae inspect}: all that is known of an SAE or probe before it sees a row. */
@Command(
        name = "inspect",
        description = "Show family, shape, hook point, units, thresholds, hashes and cost of an SAE or probe.",
        footerHeading = "%nExample:%n",
        footer = {"  seismo sae inspect demo/sae", "", "Exit code 1 when it is not sound or not supported."})
final class SaeInspectCommand implements Callable<Integer> {

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

    private static void print(Card card, PrintWriter out) {
        line(out, card.location(), "%s, %s", card.family(), card.probe() ? "a probe" : "an SAE");
        line(out, "shape", "d_in %,d to %,d %s", card.dIn(), card.width(), card.width() == 1 ? "score" : "features");
        line(out, "dtype", "%s, %,d bytes of matrix in fp32", card.dtype(), card.matrixBytes());
        line(out, "hook", "%s", stated(card.hook()));
        line(out, "model", "%s, revision %s", stated(card.model()), stated(card.revision()));
        line(out, "input", "%s", card.norm().equals("none") ? "as captured" : card.norm());
        line(out, "activation", "%s", card.activation());
        spread(out, "thresholds", card.thresholds());
        line(out, "units", "%s", card.units());
        spread(out, "decoder", card.decoderNorms());
        line(out, "folded", "%s", card.folded().isEmpty() ? "nothing" : String.join("; ", card.folded()));
        line(out, "published", "L0 %s, sink norm %s", known(card.l0()), known(card.sinkNorm()));
        line(out, "weights", "sha256 %s", card.weightsSha256());
        line(out, "config", "%s", card.configSha256().isEmpty() ? "none" : "sha256 " + card.configSha256());
        line(out, "digest", "sha256 %s", card.digest());
        cost(
                out,
                "watch",
                card.watch(),
                card.watch().columns() == 1 ? "a watched feature" : "all, to know which are largest");
        cost(out, "full", card.full(), "all features");
    }

    private static void cost(PrintWriter out, String name, Card.Cost cost, String of) {
        line(out, name, "%,d FLOP a token and %,d bytes of weights (%s)", cost.flopPerToken(), cost.weightBytes(), of);
    }

    private static void spread(PrintWriter out, String name, Card.@Nullable Spread spread) {
        if (spread != null) {
            line(
                    out,
                    name,
                    "min %.6g, median %.6g, max %.6g; %,d not above 0",
                    spread.min(),
                    spread.median(),
                    spread.max(),
                    spread.notPositive());
        }
    }

    private static void line(PrintWriter out, String name, String format, Object... values) {
        out.printf(Locale.ROOT, "%-11s ", name);
        out.printf(Locale.ROOT, format, values);
        out.println();
    }

    private static String stated(String text) {
        return text.isEmpty() ? "not stated" : text;
    }

    private static String known(double value) {
        return value == 0 ? "not stated" : String.format(Locale.ROOT, "%.2f", value);
    }
}
