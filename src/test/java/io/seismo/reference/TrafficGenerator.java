package io.seismo.reference;

import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Seeded traffic of a few batching servers: requests that overlap, prefill in chunks, heartbeats, ticks (some missing,
 * some repeated), event times that lag, and between the good records bad ones of every kind.
 */
public final class TrafficGenerator {

    private static final long STEP_MS = 1_000;
    private static final int LANES = 2;

    private final TrafficSettings settings;
    private final SplittableRandom random;
    private final List<Traffic.Sent> out = new ArrayList<>();
    private long ticked;

    private TrafficGenerator(TrafficSettings settings, SplittableRandom random) {
        this.settings = settings;
        this.random = random;
    }

    /** Traffic of all partitions. */
    public static Traffic generate(long seed, TrafficSettings settings) {
        SplittableRandom random = new SplittableRandom(seed);
        List<List<Traffic.Sent>> partitions = new ArrayList<>();
        for (int p = 0; p < settings.partitions(); p++) {
            partitions.add(new TrafficGenerator(settings, random.split()).partition(p));
        }
        return new Traffic(partitions);
    }

    private List<Traffic.Sent> partition(int number) {
        List<Lane> lanes = new ArrayList<>();
        for (int l = 0; l < LANES; l++) {
            lanes.add(new Lane("srv-" + l + "/" + number, random.split(), settings));
        }
        long end = settings.startMs() + settings.durationMs();
        beforeTheFirstTick(lanes.get(0));
        for (long now = settings.startMs(); now <= end; now += STEP_MS) {
            tick(now);
            for (Lane lane : lanes) {
                step(lane, now);
            }
        }
        return out;
    }

    /** Without a tick there is no time: what comes before the first is refused. */
    private void beforeTheFirstTick(Lane lane) {
        if (settings.bad() > 0) {
            Frame.Builder early = lane.pass(settings.startMs()).setSourceSeq(1);
            out.add(new Traffic.Sent(record(early).toByteArray(), BadInput.FAR_AHEAD));
            out.add(new Traffic.Sent(new byte[] {0}, BadInput.NOISE));
            lane.restart();
        }
    }

    private void tick(long now) {
        boolean first = ticked == 0;
        if (first || random.nextInt(15) > 0) {
            ticked = now;
            send(tickAt(now));
        }
        if (random.nextInt(20) == 0) {
            send(tickAt(ticked - random.nextInt(3) * 1_000));
        }
    }

    private ActivationRecord tickAt(long timeMs) {
        return ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setTick(Tick.newBuilder()
                        .setTimeMs(timeMs)
                        .setPartitions(settings.partitions())
                        .setEpoch(1))
                .build();
    }

    private void step(Lane lane, long now) {
        if (settings.odd() && random.nextInt(400) == 0) {
            lane.restart();
        }
        if (now % 5_000 < STEP_MS) {
            send(ActivationRecord.newBuilder()
                    .setSchemaVersion(1)
                    .setHeartbeat(lane.heartbeat(now))
                    .build());
        }
        Frame.Builder frame = lane.pass(eventTime(now));
        if (frame.getSegmentsCount() > 0) {
            ActivationRecord record = record(frame);
            send(record);
            if (random.nextDouble() < settings.bad()) {
                bad(lane, frame);
            }
        }
    }

    /** Most frames are young; some come late, but not too late. */
    private long eventTime(long now) {
        long lag = random.nextInt(6) == 0 ? random.nextLong(9_000) : random.nextLong(700);
        return Math.max(now - lag, ticked - 9_500);
    }

    private void bad(Lane lane, Frame.Builder good) {
        BadInput[] all = BadInput.values();
        BadInput fault = all[random.nextInt(all.length)];
        BadInput.Occasion occasion = new BadInput.Occasion(good.build(), lane.skipped, ticked, random);
        fault.make(occasion).ifPresent(bytes -> out.add(new Traffic.Sent(bytes, fault)));
    }

    private void send(ActivationRecord record) {
        out.add(new Traffic.Sent(record.toByteArray(), null));
    }

    static ActivationRecord record(Frame.Builder frame) {
        return ActivationRecord.newBuilder().setSchemaVersion(1).setFrame(frame).build();
    }
}
