package io.seismo.activation;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.encoder.JointWatch;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.spec.TapPlan.EncoderPlan;
import io.seismo.wire.CanaryVerdict;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.SparseCodes;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Turns an accepted frame into its encoded form: kinds of rows, watched columns of all rows, all features of the rows
 * of sampled requests, segments without tokens.
 *
 * <p>Holds reused buffers: one per partition. Throws {@link EncoderException} when an encoder fails or gives a value
 * that is not finite; nothing partial comes out.
 */
public final class FeatureEncoder {

    private final MonitorPlan plan;
    private final Map<String, Encoder> encoders;
    private final @Nullable JointWatch joint;
    private final RowClassifier classifier;
    private final SparseCodesWriter codes = new SparseCodesWriter();
    private final SegmentErrors errors = new SegmentErrors();
    private float[] watched = new float[0];

    /**
     * @param plan what to encode
     * @param encoders by name in the spec; not closed here
     * @throws EncoderException when an encoder of the plan is missing or does not fit it
     */
    public FeatureEncoder(MonitorPlan plan, Map<String, Encoder> encoders) {
        this.plan = plan;
        this.encoders = Map.copyOf(encoders);
        this.classifier = new RowClassifier(plan.taps());
        this.joint = joint();
        for (TapPlan tap : plan.taps()) {
            for (EncoderPlan encoder : tap.encoders()) {
                requireFit(tap, encoder);
            }
        }
    }

    /**
     * Encodes one frame.
     *
     * @param frame accepted by {@link PayloadCheck}
     * @param missing frames missing before it
     */
    public EncodedFrame encode(Frame frame, long missing) {
        return encode(frame, missing, List.of());
    }

    /** Encodes one frame with its canaries; the rows of those that match are not scored. */
    EncodedFrame encode(Frame frame, long missing, List<CanaryVerdict> canaries) {
        byte[] kinds = classifier.kinds(frame);
        RowClassifier.markCanaries(frame, canaries, kinds);
        EncodedFrame.Builder out = EncodedFrame.newBuilder()
                .setSourceId(frame.getSourceId())
                .setSourceEpoch(frame.getSourceEpoch())
                .setSourceSeq(frame.getSourceSeq())
                .setTimestampMs(frame.getTimestampMs())
                .setModel(frame.getModel())
                .setRevision(frame.getRevision())
                .setRowKinds(UnsafeByteOperations.unsafeWrap(kinds))
                .setMissingFrames(missing)
                .addAllCanaries(canaries);
        for (Segment segment : frame.getSegmentsList()) {
            out.addSegments(SegmentStrip.strip(segment));
        }
        if (kinds.length > 0) {
            out.setWatched(watch(frame, kinds));
            addCodes(frame, kinds, out);
        }
        return out.build();
    }

    /** A tensor's rows over the record's own bytes. */
    static RowBlock rows(Tensor tensor, TapPlan tap) {
        return new RowBlock(TensorBytes.of(tensor.getData()), tap.dtype(), tensor.getShape(0), tap.dIn());
    }

    private ByteString watch(Frame frame, byte[] kinds) {
        int columns = plan.columns().size();
        int size = Math.multiplyExact(kinds.length, columns);
        if (watched.length < size) {
            watched = new float[size];
        }
        Arrays.fill(watched, 0, size, 0f);
        if (joint == null) {
            watchEach(frame, columns);
        } else {
            watchJointly(frame, kinds.length, joint);
        }
        requireFinite(kinds, columns);
        ByteBuffer bytes = ByteBuffer.allocate(size * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(watched, 0, size);
        return UnsafeByteOperations.unsafeWrap(bytes.array());
    }

    private void watchJointly(Frame frame, int count, JointWatch all) {
        SortedMap<String, RowBlock> rows = new TreeMap<>();
        SortedMap<String, SparseRows> codes = new TreeMap<>();
        for (TapPlan tap : plan.taps()) {
            Tensor tensor = PayloadCheck.tensor(frame, tap);
            if (tensor != null) {
                rows.put(tap.name(), rows(tensor, tap));
            }
            for (EncoderPlan encoder : tap.encoders()) {
                EncodedRows given = tensor == null ? EncodedCheck.rows(frame, tap, encoder) : null;
                if (given != null) {
                    codes.put(encoder.name(), EncodedCheck.pairs(given));
                }
            }
        }
        all.watch(rows, codes, count, watched);
    }

    private void watchEach(Frame frame, int columns) {
        for (TapPlan tap : plan.taps()) {
            Tensor tensor = PayloadCheck.tensor(frame, tap);
            for (EncoderPlan encoder : tap.encoders()) {
                if (tensor != null && !encoder.watched().isEmpty()) {
                    int first = firstColumn(plan, tap.name(), encoder.name());
                    encoder(encoder.name()).watch(rows(tensor, tap), watched, first, columns);
                } else if (!encoder.watched().isEmpty()) {
                    gather(frame, tap, encoder, columns);
                }
            }
        }
    }

    private void gather(Frame frame, TapPlan tap, EncoderPlan encoder, int columns) {
        EncodedRows given = EncodedCheck.rows(frame, tap, encoder);
        if (given == null) {
            throw new EncoderException("encoder " + encoder.name() + " needs its features here, or rows");
        }
        SparseRows fired = EncodedCheck.pairs(given);
        int first = firstColumn(plan, tap.name(), encoder.name());
        for (int row = 0; row < fired.rows(); row++) {
            for (int k = fired.start(row); k < fired.end(row); k++) {
                int column = encoder.watched().indexOf(fired.feature(k));
                if (column >= 0) {
                    watched[row * columns + first + column] = fired.value(k);
                }
            }
        }
    }

    /** What watches for all encoders of the plan, if they have it; {@code null} when each watches for itself. */
    private @Nullable JointWatch joint() {
        JointWatch found = null;
        for (TapPlan tap : plan.taps()) {
            for (EncoderPlan encoder : tap.encoders()) {
                JointWatch other = encoder(encoder.name()).joint();
                if (other == null) {
                    return null;
                }
                found = found == null ? other : found;
            }
        }
        if (found != null && found.columns() != plan.columns().size()) {
            throw new EncoderException("the encoders watch " + found.columns() + " columns together; the plan has "
                    + plan.columns().size());
        }
        return found;
    }

    private void requireFinite(byte[] kinds, int columns) {
        for (int row = 0; row < kinds.length; row++) {
            for (int column = 0; kinds[row] == RowKinds.SCORED && column < columns; column++) {
                if (!Float.isFinite(watched[row * columns + column])) {
                    String encoder = plan.columns().get(column).encoder();
                    throw new EncoderException("encoder " + encoder + " gave a watched value that is not finite");
                }
            }
        }
    }

    private void addCodes(Frame frame, byte[] kinds, EncodedFrame.Builder out) {
        for (TapPlan tap : plan.taps()) {
            Tensor tensor = PayloadCheck.tensor(frame, tap);
            for (EncoderPlan encoder : tap.encoders()) {
                if (tensor != null && hasFullGraph(encoder)) {
                    out.addCodes(full(frame, encoder, rows(tensor, tap), RowClassifier.sampled(frame, kinds, encoder)));
                } else if (hasFullGraph(encoder)) {
                    EncodedRows given = EncodedCheck.rows(frame, tap, encoder);
                    if (given == null) {
                        throw new EncoderException("encoder " + encoder.name() + " was not sent");
                    }
                    out.addCodes(SparseCodesWriter.pack(
                            encoder,
                            EncodedCheck.pairs(given),
                            kinds.length,
                            RowClassifier.sampled(frame, kinds, encoder)));
                }
            }
        }
    }

    private SparseCodes full(Frame frame, EncoderPlan encoder, RowBlock rows, BitSet chosen) {
        Encoder loaded = encoder(encoder.name());
        SparseCodes written = codes.write(encoder, loaded, rows, chosen);
        return plan.rebuilds(encoder.name())
                ? errors.add(written, frame, loaded, rows, chosen, codes.fired())
                : written;
    }

    /** Whether an encoder of the plan gives sparse codes at all. */
    private static boolean hasFullGraph(EncoderPlan encoder) {
        return !encoder.probe() && encoder.fullFraction() > 0;
    }

    private Encoder encoder(String name) {
        Encoder encoder = encoders.get(name);
        if (encoder == null) {
            throw new EncoderException("encoder " + name + " is not loaded");
        }
        return encoder;
    }

    private void requireFit(TapPlan tap, EncoderPlan encoder) {
        Encoder loaded = encoder(encoder.name());
        int dIn = 0;
        for (TapPlan read : plan.taps()) {
            dIn += encoder.taps(tap.name()).contains(read.name()) ? read.dIn() : 0;
        }
        if (loaded.dIn() != dIn || loaded.watchColumns() != encoder.watched().size()) {
            throw new EncoderException("encoder " + encoder.name() + " reads rows of " + loaded.dIn() + " and gives "
                    + loaded.watchColumns() + " watched columns; the plan has " + dIn + " and "
                    + encoder.watched().size());
        }
        if (plan.rebuilds(encoder.name()) && !loaded.rebuilds()) {
            throw new EncoderException("encoder " + encoder.name() + " was opened without its decoder, which a detector"
                    + " with source: reconstruction needs");
        }
        List<MonitorPlan.Column> columns = plan.columns();
        int first = encoder.watched().isEmpty() ? 0 : firstColumn(plan, tap.name(), encoder.name());
        for (int i = 0; i < encoder.watched().size(); i++) {
            MonitorPlan.Column wanted = new MonitorPlan.Column(
                    tap.name(), encoder.name(), encoder.watched().get(i));
            if (first + i >= columns.size() || !columns.get(first + i).equals(wanted)) {
                throw new EncoderException("watch columns of encoder " + encoder.name() + " are not in plan order");
            }
        }
    }

    private static int firstColumn(MonitorPlan plan, String tap, String encoder) {
        for (int i = 0; i < plan.columns().size(); i++) {
            MonitorPlan.Column column = plan.columns().get(i);
            if (column.tap().equals(tap) && column.encoder().equals(encoder)) {
                return i;
            }
        }
        throw new EncoderException("encoder " + encoder + " has no column in the plan");
    }
}
