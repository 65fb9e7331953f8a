package io.seismo.app.sae;

import io.seismo.app.cli.CommandFailure;
import io.seismo.encoder.EncoderException;
import io.seismo.weights.WeightsException;
import java.util.List;
import java.util.function.Supplier;

/** Turns what is wrong with weights or activations into what a command says. */
public final class Refused {

    private Refused() {}

    /** Runs something that reads weights or rows, or encodes. */
    public static <T> T asFailure(Supplier<T> work) {
        try {
            return work.get();
        } catch (WeightsException e) {
            throw new CommandFailure(e.problem(), sentence(e.remedy()), e);
        } catch (EncoderException e) {
            throw new CommandFailure(String.valueOf(e.getMessage()), null, e);
        }
    }

    /** Refuses features that weights do not have. */
    static void unlessThere(List<Integer> features, int width, String location) {
        for (int feature : features) {
            if (feature < 0 || feature >= width) {
                throw new CommandFailure(
                        location + " has features 0 to " + (width - 1) + ", not " + feature, "Correct --features.");
            }
        }
    }

    private static String sentence(String remedy) {
        return remedy.isEmpty()
                ? "See 'seismo sae inspect --help'."
                : Character.toUpperCase(remedy.charAt(0)) + remedy.substring(1) + ".";
    }
}
