package io.seismo.activation;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.EncoderException;
import io.seismo.score.Journal;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
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
import java.util.SortedMap;
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
    private final Plans plans;
    private final Loaded loaded;
    private final TreeMap<Long, Epoch> epochs = new TreeMap<>();

    /**
     * An intake that has seen nothing.
     *
     * @param plans of all epochs; a frame uses that of its pane
     * @param loaded encoders and recordings of a plan. An {@link EncoderException} has the frames of that epoch refused, or
     *     its canaries not compared; anything else stops the partition
     * @param journal where time and sources are kept
     */
    public Intake(Plans plans, Loaded loaded, Journal journal) {
        this.gate = new IntakeGate(plans.newest().timing(), journal);
        this.plans = plans;
        this.loaded = loaded;
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
     * @param stampMs the record's timestamp in Kafka; negative when it has none
     */
    public FeatureRecord accept(byte @Nullable [] value, Origin origin, String topic, long stampMs) {
        Receipt receipt = new Receipt(value, tidy(origin), topic, stampMs);
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
        Epoch epoch = epoch(gate.epochOf(frame.getTimestampMs()));
        Fault fault = epoch.check().fault(frame);
        if (fault != null) {
            FeatureRecord.Builder refused =
                    refusal(receipt, new Reading.Refused(fault.reason(), fault.detail(), rows)).toBuilder();
            refused.getRefusalBuilder().addAllCanaries(epoch.canaries().refused(frame, fault));
            return refused.build();
        }
        FeatureRecord encoded;
        try {
            encoded = encode(receipt, epoch, frame);
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

    private FeatureRecord encode(Receipt receipt, Epoch epoch, Frame frame) {
        if (epoch.encoder() == null) {
            throw new EncoderException(epoch.failure());
        }
        EncodedFrame features = epoch.encoder()
                .encode(frame, gate.missing(frame), epoch.canaries().judge(frame));
        FeatureRecord encoded =
                start(receipt, epoch.plan().epoch()).setFrame(features).build();
        if (encoded.getSerializedSize() > MAX_FEATURE_RECORD_BYTES) {
            throw new EncoderException("features are above 524,288 bytes; send fewer rows a frame");
        }
        return encoded;
    }

    private FeatureRecord tick(Receipt receipt, Tick tick) {
        Reason reason = gate.refuse(tick, receipt.stampMs());
        if (reason == null && !announced(tick)) {
            reason = Reason.REASON_UNKNOWN_EPOCH;
        }
        if (reason != null) {
            return refusal(receipt, new Reading.Refused(reason, Remedies.of(reason), 0));
        }
        gate.tick(tick);
        letGo(epochs.headMap(gate.oldestEpoch()));
        return start(receipt, current()).setTick(SegmentStrip.strip(tick)).build();
    }

    private boolean announced(Tick tick) {
        return plans.find(tick.getEpoch()) != null
                && (tick.getNextEpoch() == 0 || plans.find(tick.getNextEpoch()) != null);
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

    private static FeatureRecord.Builder start(Receipt receipt, long epoch) {
        return FeatureRecord.newBuilder()
                .setSchemaVersion(FrameReader.SCHEMA_VERSION)
                .setEpoch(epoch)
                .setOrigin(receipt.origin());
    }

    /** Number of the epoch in force; 0 before the first tick. */
    private long current() {
        return gate.time().epochOf(gate.refusalPane());
    }

    private Epoch epoch(long number) {
        return epochs.computeIfAbsent(number, unopened -> open(plans.of(unopened)));
    }

    private Epoch open(MonitorPlan plan) {
        PayloadCheck check = new PayloadCheck(plan);
        CanaryCheck canaries = canaries(plan);
        boolean held = false;
        try {
            Map<String, Encoder> encoders = loaded.apply(plan);
            held = true;
            return new Epoch(plan, check, canaries, new FeatureEncoder(plan, encoders), "", held);
        } catch (EncoderException e) {
            return new Epoch(plan, check, canaries, null, String.valueOf(e.getMessage()), held);
        }
    }

    /** Forgets epochs; a process outlives many, and each may have encoders of its own. */
    private void letGo(SortedMap<Long, Epoch> past) {
        past.values().stream().filter(Epoch::held).map(Epoch::plan).forEach(loaded::done);
        past.clear();
    }

    /** Hands back what it holds; nothing may be given to it afterwards. */
    public void close() {
        letGo(epochs);
    }

    private CanaryCheck canaries(MonitorPlan plan) {
        try {
            return new CanaryCheck(plan, plan.canaries().isEmpty() ? Map.of() : loaded.canaries(plan), "");
        } catch (EncoderException e) {
            return new CanaryCheck(plan, Map.of(), String.valueOf(e.getMessage()));
        }
    }

    private static Origin tidy(Origin origin) {
        return origin.getTraceparent().length() <= MAX_TRACEPARENT
                ? origin
                : origin.toBuilder().clearTraceparent().build();
    }

    private static String clip(String detail) {
        return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }

    /**
     * One epoch.
     *
     * @param encoder {@code null} when the encoders of the epoch are not to be had, for the reason {@code failure}
     * @param held whether encoders were given, to be handed back
     */
    private record Epoch(
            MonitorPlan plan,
            PayloadCheck check,
            CanaryCheck canaries,
            @Nullable FeatureEncoder encoder,
            String failure,
            boolean held) {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Receipt(byte @Nullable [] value, Origin origin, String topic, long stampMs) {}
}
