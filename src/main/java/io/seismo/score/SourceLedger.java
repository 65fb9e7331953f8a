package io.seismo.score;

import io.seismo.window.BlockKey;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.Heartbeat;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What sources sent against what they said they served: coverage.
 *
 * <p>A source's counter is cumulative, so it says something only against a base. The base is 0 when the source was seen to
 * begin: its first frame has sequence number 1, or it was known and starts a higher epoch. Of a source that is met in the
 * middle (Seismo is new, or forgot it) the first heartbeat only sets the base: nothing of what lies before it counts as
 * served or as accounted, as nobody knows which rows those were.
 *
 * <p>At most 4,096 sources, the least recently seen dropped first, ties by name; forgotten after an hour of ticks.
 */
final class SourceLedger {

    static final String KEY_PREFIX = "s/";
    static final int MAX_SOURCES = 4_096;
    static final long FORGET_MS = 3_600_000;

    /** Of the first frame of an epoch. */
    private static final long FIRST_SEQUENCE = 1;

    private final Journal journal;
    private final TreeMap<String, Account> accounts = new TreeMap<>(BlockKey.ORDER);

    SourceLedger(Journal journal) {
        this.journal = journal;
    }

    void restore(String source, byte[] value) {
        accounts.put(source, Account.fromBytes(value));
    }

    void snapshot(SortedMap<String, byte[]> out) {
        accounts.forEach((source, account) -> out.put(KEY_PREFIX + source, account.toBytes()));
    }

    /** Books the rows of a frame. */
    void frame(EncodedFrame frame, long rows, Moment moment) {
        boolean begins = frame.getSourceSeq() == FIRST_SEQUENCE;
        Account account = account(frame.getSourceId(), frame.getSourceEpoch(), begins, moment);
        // A frame of an epoch that a heartbeat has superseded belongs to counters that are gone.
        if (frame.getSourceEpoch() == account.epoch) {
            account.rows += rows;
        }
        see(frame.getSourceId(), account, moment);
    }

    /** Settles a heartbeat: adds what was served and what was seen since the last one to the pane's totals. */
    void heartbeat(Heartbeat heartbeat, Moment moment) {
        Account account = account(heartbeat.getSourceId(), heartbeat.getSourceEpoch(), false, moment);
        if (heartbeat.getSourceEpoch() == account.epoch) {
            account.settle(heartbeat.getRowsServed(), moment.totals());
        }
        see(heartbeat.getSourceId(), account, moment);
    }

    /** Forgets sources that were quiet for an hour. */
    void tick(long timeMs) {
        Iterator<Map.Entry<String, Account>> entries = accounts.entrySet().iterator();
        while (entries.hasNext()) {
            Map.Entry<String, Account> entry = entries.next();
            if (timeMs - entry.getValue().seenMs >= FORGET_MS) {
                entries.remove();
                journal.remove(KEY_PREFIX + entry.getKey());
            }
        }
    }

    /**
     * When something of a source arrived.
     *
     * @param timeMs the partition's time
     * @param pane pane of the frame or heartbeat
     * @param totals of that pane
     */
    record Moment(long timeMs, long pane, Totals totals) {}

    private Account account(String source, long epoch, boolean begins, Moment moment) {
        Account account = accounts.get(source);
        if (account == null) {
            makeRoom();
            account = new Account(epoch, moment.pane());
            account.based = begins;
            accounts.put(source, account);
        } else if (epoch > account.epoch) {
            account.begin(epoch);
        }
        return account;
    }

    private void see(String source, Account account, Moment moment) {
        if (account.firstIn(moment.pane())) {
            moment.totals().add(Totals.Count.SOURCES, 1);
        }
        account.seenMs = moment.timeMs();
        journal.put(KEY_PREFIX + source, account.toBytes());
    }

    private void makeRoom() {
        if (accounts.size() < MAX_SOURCES) {
            return;
        }
        String oldest = accounts.firstKey();
        long seen = Long.MAX_VALUE;
        for (Map.Entry<String, Account> entry : accounts.entrySet()) {
            if (entry.getValue().seenMs < seen) {
                seen = entry.getValue().seenMs;
                oldest = entry.getKey();
            }
        }
        accounts.remove(oldest);
        journal.remove(KEY_PREFIX + oldest);
    }

    /** One source's counters. */
    private static final class Account {

        /** Before {@code based} was kept. */
        private static final int OLDER_VERSION = 1;

        private static final int VERSION = 2;

        private long epoch;

        /** Rows of frames since the last heartbeat. */
        private long rows;

        /** The counter at the last heartbeat; 0 before the first of an epoch that was seen to begin. */
        private long served;

        /** Whether {@link #served} may be counted from. */
        private boolean based;

        private long seenMs;
        private long lastPane;

        /** Bit k: the source was counted in pane {@code lastPane - k}. */
        private long panes;

        Account(long epoch, long pane) {
            this.epoch = epoch;
            this.lastPane = pane;
        }

        /** A higher epoch of a known source: its counters start at 0, whichever of its records comes first. */
        void begin(long higher) {
            epoch = higher;
            rows = 0;
            served = 0;
            based = true;
        }

        void settle(long counter, Totals totals) {
            if (based) {
                totals.add(Totals.Count.ROWS_SERVED, Math.max(0, counter - served));
                totals.add(Totals.Count.ROWS_ACCOUNTED, rows);
            }
            served = Math.max(served, counter);
            based = true;
            rows = 0;
        }

        /** Whether the source is met for the first time in a pane; panes are open for far fewer than 64. */
        boolean firstIn(long pane) {
            long ahead = pane - lastPane;
            if (ahead > 0) {
                panes = ahead < Long.SIZE ? panes << ahead : 0;
                lastPane = pane;
            }
            long behind = lastPane - pane;
            if (behind >= Long.SIZE || (panes >>> behind & 1) != 0) {
                return false;
            }
            panes |= 1L << behind;
            return true;
        }

        byte[] toBytes() {
            return new StateWriter()
                    .u8(VERSION)
                    .varint(epoch)
                    .varint(rows)
                    .varint(served)
                    .varint(seenMs)
                    .varint(lastPane)
                    .i64(panes)
                    .u8(based ? 1 : 0)
                    .toByteArray();
        }

        static Account fromBytes(byte[] bytes) {
            StateReader in = new StateReader(bytes, "source account");
            int version = in.version(OLDER_VERSION, VERSION);
            Account account = new Account(in.varint(), 0);
            account.rows = in.varint();
            account.served = in.varint();
            account.seenMs = in.varint();
            account.lastPane = in.varint();
            account.panes = in.i64();
            // A version 1 account that has counted something did so from a heartbeat it knew.
            account.based = version == OLDER_VERSION ? account.served > 0 : in.count(1) == 1;
            in.end();
            return account;
        }
    }
}
