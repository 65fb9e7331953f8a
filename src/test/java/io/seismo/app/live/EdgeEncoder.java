package io.seismo.app.live;

import com.google.protobuf.ByteString;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.JointWatch;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;

/** What a producer beside the model does: encodes the rows of a frame with the plan's own encoders and sends what fired. */
final class EdgeEncoder implements UnaryOperator<Frame> {

    private final MonitorPlan plan;
    private final Map<String, Encoder> encoders;
    private int differing;
    private boolean foreign;

    EdgeEncoder(MonitorPlan plan, Map<String, Encoder> encoders) {
        this.plan = plan;
        this.encoders = encoders;
    }

    /** Watched values that the full graph gives other bits; equal results are promised only where there are none. */
    int differing() {
        return differing;
    }

    /** From now on claims weights that are not the plan's. */
    void useForeignWeights() {
        foreign = true;
    }

    @Override
    public Frame apply(Frame dense) {
        TapPlan tap = plan.taps().get(0);
        Tensor tensor = dense.getTensors(0);
        RowBlock rows = new RowBlock(
                ByteBuffer.wrap(tensor.getData().toByteArray()).order(ByteOrder.LITTLE_ENDIAN),
                tensor.getDtype(),
                tensor.getShape(0),
                tensor.getShape(1));
        JointWatch joint =
                Objects.requireNonNull(encoders.values().iterator().next().joint());
        float[] watched = new float[rows.rows() * joint.columns()];
        joint.watch(Map.of(tap.name(), rows), Map.of(), rows.rows(), watched);
        Frame.Builder edge = dense.toBuilder().clearTensors();
        for (EncoderPlan encoder : tap.encoders()) {
            SparseRows pairs = encoder.probe()
                    ? scores(encoder, rows, watched, joint.columns())
                    : fired(encoder, rows, watched, joint.columns());
            edge.addEncoded(encoded(tap, encoder, rows, pairs));
        }
        return edge.build();
    }

    private SparseRows scores(EncoderPlan probe, RowBlock rows, float[] watched, int columns) {
        SparseRows scores = new SparseRows();
        for (int r = 0; r < rows.rows(); r++) {
            for (int output = 0; output < probe.width(); output++) {
                scores.add(output, watched[r * columns + column(probe, output)]);
            }
            scores.endRow();
        }
        return scores;
    }

    private SparseRows fired(EncoderPlan sae, RowBlock rows, float[] watched, int columns) {
        SparseRows fired = new SparseRows();
        BitSet all = new BitSet();
        all.set(0, rows.rows());
        encoder(sae).full(rows, all, fired);
        for (int r = 0; r < rows.rows(); r++) {
            for (int feature : sae.watched()) {
                float whole = 0;
                for (int k = fired.start(r); k < fired.end(r); k++) {
                    whole = fired.feature(k) == feature ? fired.value(k) : whole;
                }
                differing += whole == watched[r * columns + column(sae, feature)] ? 0 : 1;
            }
        }
        return fired;
    }

    private int column(EncoderPlan encoder, int feature) {
        for (int c = 0; c < plan.columns().size(); c++) {
            if (plan.columns().get(c).encoder().equals(encoder.name())
                    && plan.columns().get(c).feature() == feature) {
                return c;
            }
        }
        throw new AssertionError(encoder.name() + "/" + feature + " is not watched");
    }

    private Encoder encoder(EncoderPlan plan) {
        return Objects.requireNonNull(encoders.get(plan.name()));
    }

    private EncodedRows encoded(TapPlan tap, EncoderPlan encoder, RowBlock rows, SparseRows pairs) {
        int total = pairs.end(pairs.rows() - 1);
        ByteBuffer counts = little(rows.rows() * Short.BYTES);
        ByteBuffer norms = little(rows.rows() * Double.BYTES);
        ByteBuffer indices = little(total * Integer.BYTES);
        ByteBuffer values = little(total * Float.BYTES);
        for (int row = 0; row < rows.rows(); row++) {
            counts.putShort((short) (pairs.end(row) - pairs.start(row)));
            norms.putDouble(NaiveEncoder.norm(NaiveEncoder.decode(rows, row)));
            for (int k = pairs.start(row); k < pairs.end(row); k++) {
                indices.putInt(pairs.feature(k));
                values.putFloat(pairs.value(k));
            }
        }
        EncodedRows.Builder edge = EncodedRows.newBuilder()
                .setHook(tap.hook())
                .setWeights(foreign ? "0".repeat(64) : encoder(encoder).weights())
                .setUnits(encoder.probe() ? "logit" : "activation")
                .setRows(rows.rows())
                .setWidth(encoder.width())
                .setCounts(ByteString.copyFrom(counts.flip()))
                .setIndices(ByteString.copyFrom(indices.flip()))
                .setValues(ByteString.copyFrom(values.flip()))
                .setNorms(ByteString.copyFrom(norms.flip()));
        CRC32C crc = new CRC32C();
        for (ByteString part : List.of(edge.getCounts(), edge.getIndices(), edge.getValues(), edge.getNorms())) {
            crc.update(part.toByteArray());
        }
        return edge.setCrc32C((int) crc.getValue()).build();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
