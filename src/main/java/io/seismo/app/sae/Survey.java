package io.seismo.app.sae;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.check.ActiveCounts;
import io.seismo.encoder.check.Explained;
import io.seismo.weights.Decoder;
import io.seismo.weights.EncoderWeights;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** One pass over all rows: what fires, and how much of the rows the decoder gives back; sinks are left out. */
final class Survey {

    private final ActiveCounts counts;
    private final @Nullable Explained explained;
    private final double sinkNorm;
    private final SparseRows sparse = new SparseRows();
    private long sinks;

    /**
     * @param decoder absent for probes
     * @param sinkNorm 0 when no row is a sink
     */
    Survey(EncoderWeights weights, @Nullable Decoder decoder, double sinkNorm) {
        this.counts = new ActiveCounts(weights.width());
        this.explained = decoder == null ? null : new Explained(decoder, weights.norm());
        this.sinkNorm = sinkNorm;
    }

    /** Encodes and counts some rows. */
    void add(Encoder encoder, RowBlock block) {
        BitSet all = new BitSet();
        all.set(0, block.rows());
        encoder.full(block, all, sparse);
        for (int r = 0; r < block.rows(); r++) {
            double[] x = NaiveEncoder.decode(block, r);
            if (sinkNorm > 0 && NaiveEncoder.norm(x) > sinkNorm) {
                sinks++;
                continue;
            }
            counts.add(sparse, r);
            if (explained != null) {
                explained.add(x, sparse, r);
            }
        }
    }

    ActiveCounts counts() {
        return counts;
    }

    long sinks() {
        return sinks;
    }

    /** NaN when it is not known. */
    double unexplained() {
        return explained == null ? Double.NaN : explained.unexplained();
    }

    /** NaN when it is not known. */
    double fvu() {
        return explained == null ? Double.NaN : explained.fvu();
    }
}
