package io.seismo.score;

import io.seismo.window.FixedPoint;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.CanaryVerdict;
import io.seismo.wire.PaneTotals;
import io.seismo.wire.RefusalCount;
import java.util.List;

/** Counts of a pane in one partition; all saturate at 2⁶³ − 1. */
final class Totals {

    /** What is counted. Stored by ordinal: append only. */
    enum Count {
        REQUESTS_SEEN,
        ROWS_SEEN,
        ROWS_SCORED,
        ROWS_SPECIAL,
        ROWS_PADDING,
        ROWS_FIRST,
        ROWS_SINK,
        ROWS_ACCOUNTED,
        ROWS_SERVED,
        FRAMES,
        FRAMES_MISSING,
        ORPHANS,
        EVICTIONS,
        SATURATIONS,
        SOURCES,
        REQUESTS_SAMPLED,
        ROWS_CANARY
    }

    /** Before canaries were counted. */
    private static final int OLDER_VERSION = 1;

    private static final int VERSION = 2;
    private static final int MAX_REASONS = 64;
    private static final Count[] COUNTS = Count.values();

    /** By the byte of {@code EncodedFrame.row_kinds}. */
    private static final Count[] KINDS = {
        Count.ROWS_SCORED, Count.ROWS_SPECIAL, Count.ROWS_PADDING, Count.ROWS_FIRST, Count.ROWS_SINK, Count.ROWS_CANARY
    };

    private final long[] counts = new long[COUNTS.length];
    private final long[] refusedRecords = new long[MAX_REASONS];
    private final long[] refusedRows = new long[MAX_REASONS];
    private final Canaries canaries = new Canaries();

    /** Number of kinds a row may have. */
    static int kinds() {
        return KINDS.length;
    }

    void add(Count count, long more) {
        int at = count.ordinal();
        if (FixedPoint.overflows(counts[at], more)) {
            counts[Count.SATURATIONS.ordinal()] = FixedPoint.add(counts[Count.SATURATIONS.ordinal()], 1);
        }
        counts[at] = FixedPoint.add(counts[at], more);
    }

    void addRow(byte kind) {
        add(KINDS[kind], 1);
    }

    void addRefusal(int reason, long rows) {
        int at = reason > 0 && reason < MAX_REASONS ? reason : 0;
        refusedRecords[at] = FixedPoint.add(refusedRecords[at], 1);
        refusedRows[at] = FixedPoint.add(refusedRows[at], rows);
    }

    void addCanaries(List<CanaryVerdict> verdicts) {
        verdicts.forEach(canaries::add);
    }

    PaneTotals toProto() {
        PaneTotals.Builder out = PaneTotals.newBuilder();
        for (Count count : COUNTS) {
            set(out, count, counts[count.ordinal()]);
        }
        for (int reason = 0; reason < MAX_REASONS; reason++) {
            if (refusedRecords[reason] > 0) {
                out.addRefusals(RefusalCount.newBuilder()
                        .setReasonValue(reason)
                        .setRecords(refusedRecords[reason])
                        .setRows(refusedRows[reason]));
            }
        }
        return out.addAllCanaries(canaries.counts()).build();
    }

    byte[] toBytes(StateWriter out) {
        out.clear().u8(VERSION).u8(COUNTS.length);
        for (long count : counts) {
            out.varint(count);
        }
        for (int reason = 0; reason < MAX_REASONS; reason++) {
            if (refusedRecords[reason] > 0) {
                out.u8(reason + 1).varint(refusedRecords[reason]).varint(refusedRows[reason]);
            }
        }
        canaries.write(out.u8(0));
        return out.toByteArray();
    }

    static Totals fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes, "pane totals");
        int version = in.version(OLDER_VERSION, VERSION);
        Totals totals = new Totals();
        int counts = in.count(COUNTS.length);
        for (int i = 0; i < counts; i++) {
            totals.counts[i] = in.varint();
        }
        for (int reason = in.count(MAX_REASONS); reason > 0; reason = in.count(MAX_REASONS)) {
            totals.refusedRecords[reason - 1] = in.varint();
            totals.refusedRows[reason - 1] = in.varint();
        }
        if (version > OLDER_VERSION) {
            totals.canaries.read(in);
        }
        in.end();
        return totals;
    }

    private static void set(PaneTotals.Builder out, Count count, long value) {
        switch (count) {
            case REQUESTS_SEEN -> out.setRequestsSeen(value);
            case ROWS_SEEN -> out.setRowsSeen(value);
            case ROWS_SCORED -> out.setRowsScored(value);
            case ROWS_SPECIAL -> out.setRowsSpecial(value);
            case ROWS_PADDING -> out.setRowsPadding(value);
            case ROWS_FIRST -> out.setRowsFirst(value);
            case ROWS_SINK -> out.setRowsSink(value);
            case ROWS_ACCOUNTED -> out.setRowsAccounted(value);
            case ROWS_SERVED -> out.setRowsServed(value);
            case FRAMES -> out.setFrames(value);
            case FRAMES_MISSING -> out.setFramesMissing(value);
            case ORPHANS -> out.setOrphans(value);
            case EVICTIONS -> out.setEvictions(value);
            case SATURATIONS -> out.setSaturations(value);
            case SOURCES -> out.setSources(value);
            case REQUESTS_SAMPLED -> out.setRequestsSampled(value);
            case ROWS_CANARY -> out.setRowsCanary(value);
        }
    }
}
