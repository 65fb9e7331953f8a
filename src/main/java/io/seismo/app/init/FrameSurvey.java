package io.seismo.app.init;

import io.seismo.activation.RowKinds;
import io.seismo.contrast.Batch;
import io.seismo.contrast.RequestFile;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.ActiveCounts;
import io.seismo.encoder.check.Explained;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Set;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** One pass over captured requests: rows by kind, their norms, what fires, how much of them the decoder gives back. */
final class FrameSurvey {

    private static final int MOST_NORMS = 1 << 20;

    private final Encoder encoder;
    private final ActiveCounts counts;
    private final @Nullable Explained explained;
    private final SparseRows sparse = new SparseRows();
    private final long[] kinds = new long[RowKinds.SINK + 1];
    private final Set<String> requests = new HashSet<>();
    private float[] norms = new float[1024];
    private int normCount;

    FrameSurvey(EncoderWeights weights, @Nullable Decoder decoder, Encoder encoder) {
        this.encoder = encoder;
        this.counts = new ActiveCounts(weights.width());
        this.explained = decoder == null ? null : new Explained(decoder, weights.norm());
    }

    /**
     * What was seen.
     *
     * @param kinds rows by {@link RowKinds}
     * @param medianNorm of scored rows and sinks; 0 without any
     * @param longest of them
     * @param fvu {@code null} when it is not known
     * @param rarest feature that fired on the fewest rows, but on some; -1 when none fired
     */
    record Seen(
            RequestFile.Intake intake,
            int requests,
            long[] kinds,
            float medianNorm,
            float longest,
            double l0,
            int dead,
            int features,
            @Nullable Double fvu,
            int rarest) {

        long scored() {
            return kinds[RowKinds.SCORED];
        }
    }

    Seen read(RequestFile file, LongConsumer progress) {
        RequestFile.Intake intake = file.read(batch -> {
            take(batch);
            progress.accept(batch.bytes());
        });
        float[] sorted = Arrays.copyOf(norms, normCount);
        Arrays.sort(sorted);
        double fvu = explained == null ? Double.NaN : explained.fvu();
        return new Seen(
                intake,
                requests.size(),
                kinds.clone(),
                normCount == 0 ? 0 : sorted[normCount / 2],
                normCount == 0 ? 0 : sorted[normCount - 1],
                counts.mean(),
                counts.dead(),
                counts.width(),
                Double.isNaN(fvu) ? null : fvu,
                rarest());
    }

    private void take(Batch batch) {
        BitSet scored = new BitSet(batch.kinds().length);
        for (Batch.Part part : batch.parts()) {
            requests.add(part.request());
            for (int row = part.first(); row < part.first() + part.rows(); row++) {
                byte kind = batch.kinds()[row];
                kinds[kind]++;
                scored.set(row, kind == RowKinds.SCORED);
                if (kind == RowKinds.SCORED || kind == RowKinds.SINK) {
                    norm((float) NaiveEncoder.norm(NaiveEncoder.decode(batch.rows(), row)));
                }
            }
        }
        if (scored.isEmpty()) {
            return;
        }
        encoder.full(batch.rows(), scored, sparse);
        for (int row = scored.nextSetBit(0); row >= 0; row = scored.nextSetBit(row + 1)) {
            counts.add(sparse, row);
            if (explained != null) {
                explained.add(NaiveEncoder.decode(batch.rows(), row), sparse, row);
            }
        }
    }

    private void norm(float norm) {
        if (normCount == MOST_NORMS) {
            return;
        }
        if (normCount == norms.length) {
            norms = Arrays.copyOf(norms, normCount * 2);
        }
        norms[normCount++] = norm;
    }

    private int rarest() {
        int rarest = -1;
        for (int f = 0; f < counts.width(); f++) {
            boolean fires = counts.fired(f) > 0;
            rarest = fires && (rarest < 0 || counts.fired(f) < counts.fired(rarest)) ? f : rarest;
        }
        return rarest;
    }
}
