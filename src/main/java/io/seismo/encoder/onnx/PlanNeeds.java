package io.seismo.encoder.onnx;

import io.seismo.spec.TapPlan;
import io.seismo.weights.WeightsException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What {@link OnnxPlanEncoders} will open for the taps of a plan, and what that needs of a process; computed, not measured.
 * Field names are JSON.
 *
 * @param watch one multiplication for each tap, input norm, device and precision that anything is watched at
 * @param full SAEs that are computed whole, each session once
 * @param heads what follows a multiplication, or stands beside it: layers, trees, models of the user's
 * @param converting bytes of matrices that are made in memory while everything opens, because no file holds them so
 */
public record PlanNeeds(List<Watch> watch, List<Full> full, List<Headed> heads, long converting) {

    public PlanNeeds {
        watch = List.copyOf(watch);
        full = List.copyOf(full);
        heads = List.copyOf(heads);
    }

    /**
     * One multiplication for all watched columns that read the same rows.
     *
     * @param dIn width of a row
     * @param norm what is done to rows first
     * @param device where it runs
     * @param shares who reads its columns, in their order
     */
    public record Watch(
            String tap, int dIn, String norm, String device, List<Share> shares, EncoderNeeds.Graph graph) {
        public Watch {
            shares = List.copyOf(shares);
        }

        int columns(String encoder) {
            return shares.stream()
                    .filter(share -> share.encoder().equals(encoder))
                    .mapToInt(Share::columns)
                    .sum();
        }
    }

    /** Columns of a multiplication that are there for an encoder. */
    public record Share(String encoder, int columns) {}

    /**
     * An SAE computed whole.
     *
     * @param encoders that share the session
     * @param everyToken whether it runs on every token, since what fires depends on all features of a row
     */
    public record Full(
            List<String> encoders, String location, int dIn, boolean everyToken, EncoderNeeds.Graph graph) {
        public Full {
            encoders = List.copyOf(encoders);
        }
    }

    /**
     * What is left of a probe once its columns are multiplied.
     *
     * @param does in words
     * @param flopPerToken at most; inputs that are 0 cost nothing; −1 where it is not known
     * @param own bytes in memory of the process
     * @param aThread bytes of buffers for each thread that encodes at the same time
     */
    public record Headed(String encoder, String does, long flopPerToken, long own, long aThread) {}

    /**
     * Of the taps of a plan.
     *
     * @throws WeightsException when weights cannot be read
     */
    public static PlanNeeds of(List<TapPlan> taps) {
        return new PlanNeedsBuilder(taps).build();
    }

    /** Columns that the multiplications have for an encoder, over all its taps. */
    public int columns(String encoder) {
        return watch.stream().mapToInt(one -> one.columns(encoder)).sum();
    }

    /** What these cost a token. */
    public long flop(String encoder) {
        return watch.stream()
                .mapToLong(one -> 2L * one.dIn() * one.columns(encoder))
                .sum();
    }

    /** The session that computes an SAE whole. */
    public Optional<Full> whole(String encoder) {
        return full.stream()
                .filter(one -> one.encoders().contains(encoder))
                .findFirst();
    }

    /** Bytes in memory of the process while it encodes, apart from buffers. */
    public long own() {
        return graphs().stream().mapToLong(EncoderNeeds.Graph::own).sum()
                + heads.stream().mapToLong(Headed::own).sum();
    }

    /** Bytes of mapped files. */
    public long mapped() {
        return graphs().stream().mapToLong(EncoderNeeds.Graph::mapped).sum();
    }

    /** Bytes of buffers for each thread. */
    public long aThread() {
        return graphs().stream().mapToLong(EncoderNeeds.Graph::aThread).sum()
                + heads.stream().mapToLong(Headed::aThread).sum();
    }

    /** The most the process needs, at any time, with one thread: what is converted is there until all are open. */
    public long peak() {
        return own() + aThread() + converting;
    }

    private List<EncoderNeeds.Graph> graphs() {
        return Stream.concat(
                        watch.stream().map(Watch::graph), full.stream().map(Full::graph))
                .toList();
    }
}
