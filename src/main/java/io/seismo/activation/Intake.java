package io.seismo.activation;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.score.Journal;
import io.seismo.spec.MonitorPlan;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Origin;
import io.seismo.wire.Reason;
import io.seismo.wire.Refusal;
import io.seismo.wire.Tick;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * ENCODE of one partition: one record in, exactly one feature record out.
 *
 * <p>Not thread-safe; one per partition. State goes through the journal and comes back through {@link #restore}.
 */
public final class Intake {

    /** Largest feature record in bytes; a frame that would give more is refused. */
    public static final int MAX_FEATURE_RECORD_BYTES = 524_288;

    private static final int MAX_TRACEPARENT = 128;
    private static final int MAX_DETAIL = 256;

    private final IntakeGate gate;
    private final MonitorPlan first;
    private final TreeMap<Long, Epoch> epochs = new TreeMap<>();

    /**
     * An intake that has seen nothing.
     *
     * @param plan of the epoch in force
     * @param encoders by name in the spec; shared, not closed here
     * @param journal where time and sources are kept
     * @throws EncoderException when an encoder of the plan is missing or does not fit it
     */
    public Intake(MonitorPlan plan, Map<String, Encoder> encoders, Journal journal) {
        this.gate = new IntakeGate(plan.timing(), journal);
        this.first = plan;
        adopt(plan, encoders);
    }

    /**
     * Makes the plan of a further epoch known; frames use it from the pane on that ticks announce.
     *
     * @throws IllegalArgumentException when pane, grace or lead differ: they are fixed for a generation
     */
    public void adopt(MonitorPlan plan, Map<String, Encoder> encoders) {
        if (!plan.timing().equals(first.timing())) {
            throw new IllegalArgumentException("pane, grace and lead are fixed for a generation");
        }
        epochs.put(plan.epoch(), new Epoch(plan, new PayloadCheck(plan), new FeatureEncoder(plan, encoders)));
    }

    /** Takes over one journalled entry; all of them, in any order, before the first record. */
    public void restore(String key, byte[] value) {
        gate.restore(key, value);
    }

    /**
     * Takes one record of {@code activations}.
     *
     * @param value the record's bytes; must not change afterwards
     * @param origin partition, offset and trace context
     * @param topic name of the topic, for refusals
     */
    public FeatureRecord accept(byte @Nullable [] value, Origin origin, String topic) {
        Receipt receipt = new Receipt(value, tidy(origin), topic);
        Reading reading = FrameReader.read(value);
        if (reading instanceof Reading.Refused refused) {
            return refusal(receipt, refused);
        }
        ActivationRecord record = ((Reading.Parsed) reading).record();
        return switch (record.getBodyCase()) {
            case FRAME -> frame(receipt, record);
            case TICK -> tick(receipt, record.getTick());
            case HEARTBEAT -> heartbeat(receipt, record.getHeartbeat());
            case BODY_NOT_SET -> throw new IllegalStateException("the reader lets no empty record pass");
        };
    }

    private FeatureRecord frame(Receipt receipt, ActivationRecord record) {
        Frame frame = record.getFrame();
        int rows = FrameReader.rows(record);
        Reason reason = gate.refuse(frame);
        if (reason != null) {
            return refusal(receipt, new Reading.Refused(reason, Remedies.of(reason), rows));
        }
        Epoch epoch = epochOf(first.timing().pane(frame.getTimestampMs()));
        PayloadCheck.Fault fault = epoch.check().fault(frame);
        if (fault != null) {
            return refusal(receipt, new Reading.Refused(fault.reason(), fault.detail(), rows));
        }
        FeatureRecord encoded;
        try {
            EncodedFrame features = epoch.encoder().encode(frame, gate.missing(frame));
            encoded = start(receipt, epoch).setFrame(features).build();
            if (encoded.getSerializedSize() > MAX_FEATURE_RECORD_BYTES) {
                throw new EncoderException("features are above 524,288 bytes; send fewer rows a frame");
            }
        } catch (EncoderException e) {
            return refusal(
                    receipt, new Reading.Refused(Reason.REASON_ENCODER, clip(String.valueOf(e.getMessage())), rows));
        } catch (RuntimeException e) {
            // A defect of one encoder must not stop the partition; its message might quote the record.
            String detail = "an encoder failed with " + e.getClass().getSimpleName();
            return refusal(receipt, new Reading.Refused(Reason.REASON_ENCODER, detail, rows));
        }
        gate.accept(frame);
        return encoded;
    }

    private FeatureRecord tick(Receipt receipt, Tick tick) {
        if (tick.getTimeMs() < 0) {
            Reason reason = Reason.REASON_NEGATIVE_TIME;
            return refusal(receipt, new Reading.Refused(reason, Remedies.of(reason), 0));
        }
        gate.tick(tick);
        return start(receipt, current()).setTick(SegmentStrip.strip(tick)).build();
    }

    private FeatureRecord heartbeat(Receipt receipt, Heartbeat heartbeat) {
        Reason reason = gate.refuse(heartbeat);
        return reason != null
                ? refusal(receipt, new Reading.Refused(reason, Remedies.of(reason), 0))
                : start(receipt, current())
                        .setHeartbeat(SegmentStrip.strip(heartbeat))
                        .build();
    }

    private FeatureRecord refusal(Receipt receipt, Reading.Refused refused) {
        byte[] value = receipt.value() == null ? new byte[0] : receipt.value();
        CRC32C crc = new CRC32C();
        crc.update(value);
        return start(receipt, current())
                .setRefusal(Refusal.newBuilder()
                        .setReason(refused.reason())
                        .setDetail(refused.detail())
                        .setTopic(receipt.topic())
                        .setLength(value.length)
                        .setCrc32C((int) crc.getValue())
                        .setPane(gate.refusalPane())
                        .setRows(refused.rows()))
                .build();
    }

    private static FeatureRecord.Builder start(Receipt receipt, Epoch epoch) {
        return FeatureRecord.newBuilder()
                .setSchemaVersion(FrameReader.SCHEMA_VERSION)
                .setEpoch(epoch.plan().epoch())
                .setOrigin(receipt.origin());
    }

    private Epoch current() {
        return epochOf(gate.refusalPane());
    }

    /** The newest known plan that is not newer than the pane's epoch; the oldest when all are newer. */
    private Epoch epochOf(long pane) {
        Map.Entry<Long, Epoch> known = epochs.floorEntry(gate.time().epochOf(pane));
        return known == null ? epochs.firstEntry().getValue() : known.getValue();
    }

    private static Origin tidy(Origin origin) {
        return origin.getTraceparent().length() <= MAX_TRACEPARENT
                ? origin
                : origin.toBuilder().clearTraceparent().build();
    }

    private static String clip(String detail) {
        return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }

    private record Epoch(MonitorPlan plan, PayloadCheck check, FeatureEncoder encoder) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Receipt(byte @Nullable [] value, Origin origin, String topic) {}
}
