package io.seismo.app.live;

import com.google.protobuf.ByteString;
import io.seismo.app.epochs.EpochSchedule;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TopicNames;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.End;
import io.seismo.wire.Frame;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Two partitions of seeded traffic, pane by pane: in each a long request that never ends, short ones, and a server that
 * soon loses two thirds of what it serves.
 */
final class SpecChangeTraffic implements AutoCloseable {

    private static final int ROWS = 4;
    private static final int LOSING_FROM = 8;

    private final MonitorPlan plan;
    private final UnaryOperator<Frame> sent;
    private final String topic;
    private final KafkaProducer<byte[], byte[]> producer;
    private final SplittableRandom random = new SplittableRandom(11);
    private final long firstPane;
    private final long[] sequence = new long[2];
    private final long[] served = new long[2];
    private final int[] longPosition = new int[2];
    private long pane;

    SpecChangeTraffic(Map<String, Object> client, MonitorPlan plan, long startMs) {
        this(client, plan, startMs, frame -> frame);
    }

    /** @param sent what is made of a frame before it goes out */
    SpecChangeTraffic(Map<String, Object> client, MonitorPlan plan, long startMs, UnaryOperator<Frame> sent) {
        this.plan = plan;
        this.sent = sent;
        this.topic = new TopicNames(plan.deployment()).activations();
        this.producer = new KafkaProducer<>(client, new ByteArraySerializer(), new ByteArraySerializer());
        this.firstPane = plan.timing().pane(startMs);
        this.pane = firstPane;
    }

    /** The pane whose traffic comes next. */
    long nextPane() {
        return pane;
    }

    /** The last pane that the ticks sent so far close. */
    long closed() {
        return pane - 2;
    }

    /** Sends so many panes; ticks say of epochs what the schedule says. */
    void panes(int count, EpochSchedule schedule) {
        for (int i = 0; i < count; i++, pane++) {
            long start = pane * plan.timing().paneMs();
            for (int part = 0; part < 4; part++) {
                long time = start + part * 2_500L;
                for (int p = 0; p < 2; p++) {
                    send(p, ActivationRecord.newBuilder().setTick(schedule.tick(time, 2, plan.timing())));
                    send(p, ActivationRecord.newBuilder().setFrame(sent.apply(frame(p, time, part).build())));
                }
            }
            for (int p = 0; p < 2; p++) {
                send(p, ActivationRecord.newBuilder().setHeartbeat(heartbeat(p, start + 9_000)));
            }
        }
        for (int p = 0; p < 2; p++) {
            long end = pane * plan.timing().paneMs();
            send(p, ActivationRecord.newBuilder().setTick(schedule.tick(end, 2, plan.timing())));
        }
        producer.flush();
    }

    private Frame.Builder frame(int p, long time, int part) {
        Segment.Builder lasting = Segment.newBuilder()
                .setRequestId("long-" + p)
                .setStartPosition(longPosition[p])
                .setRows(ROWS);
        longPosition[p] += ROWS;
        Segment.Builder brief = Segment.newBuilder()
                .setRequestId("brief-" + p + "-" + pane + "-" + part)
                .setRows(ROWS)
                .setEnd(End.newBuilder().setRowsExpected(ROWS));
        served[p] += 2 * ROWS * (pane - firstPane >= LOSING_FROM ? 3 : 1);
        byte[] rows = rows(2 * ROWS);
        CRC32C crc = new CRC32C();
        crc.update(rows);
        return Frame.newBuilder()
                .setSourceId("server-" + p)
                .setSourceEpoch(1)
                .setSourceSeq(++sequence[p])
                .setTimestampMs(time)
                .setModel(plan.model())
                .setRevision(plan.revision())
                .addSegments(lasting)
                .addSegments(brief)
                .addTensors(Tensor.newBuilder()
                        .setHook(plan.taps().get(0).hook())
                        .setDtype(Dtype.DTYPE_BF16)
                        .addShape(2 * ROWS)
                        .addShape(plan.taps().get(0).dIn())
                        .setData(ByteString.copyFrom(rows))
                        .setCrc32C((int) crc.getValue()));
    }

    private byte[] rows(int count) {
        ByteBuffer rows = ByteBuffer.allocate(count * plan.taps().get(0).dIn() * Short.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN);
        while (rows.hasRemaining()) {
            rows.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
        }
        return rows.array();
    }

    private Heartbeat.Builder heartbeat(int p, long time) {
        return Heartbeat.newBuilder()
                .setSourceId("server-" + p)
                .setSourceEpoch(1)
                .setTimestampMs(time)
                .setFramesSent(sequence[p])
                .setRowsServed(served[p]);
    }

    private void send(int partition, ActivationRecord.Builder record) {
        byte[] value = record.setSchemaVersion(1).build().toByteArray();
        producer.send(new ProducerRecord<>(topic, partition, null, value));
    }

    @Override
    public void close() {
        producer.close();
    }
}
