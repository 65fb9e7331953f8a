package io.seismo.score;

import io.seismo.window.BlockKey;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.Heartbeat;
import java.util.Iterator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What sources sent against what they said they served: coverage.
 *
 * <p>At most 4,096 sources, the least recently seen dropped first, ties by name; forgotten after an hour of ticks.
 */
final class SourceLedger {

    static final String KEY_PREFIX = "s/";
    static final int MAX_SOURCES = 4_096;
    static final long FORGET_MS = 3_600_000;

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

    /** Books a frame's rows. */
    void frame(String source, long epoch, long rows, Moment moment) {
        Account account = account(source, epoch, moment);
        // A frame of an epoch that a heartbeat has superseded belongs to counters that are gone.
        if (epoch == account.epoch) {
            account.rows += rows;
        }
        see(source, account, moment);
    }

    /** Settles a heartbeat: adds what was served and what was seen since the last one to the pane's totals. */
    void heartbeat(Heartbeat heartbeat, Moment moment) {
        Account account = account(heartbeat.getSourceId(), heartbeat.getSourceEpoch(), moment);
        if (heartbeat.getSourceEpoch() == account.epoch) {
            long served = Math.max(0, heartbeat.getRowsServed() - account.served);
            moment.totals().add(Totals.Count.ROWS_SERVED, served);
            moment.totals().add(Totals.Count.ROWS_ACCOUNTED, account.rows);
            account.served = Math.max(account.served, heartbeat.getRowsServed());
            account.rows = 0;
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

    private Account account(String source, long epoch, Moment moment) {
        Account account = accounts.get(source);
        if (account == null) {
            makeRoom();
            account = new Account(epoch, moment.pane());
            accounts.put(source, account);
        } else if (epoch > account.epoch) {
            account.epoch = epoch;
            account.rows = 0;
            account.served = 0;
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

        private static final int VERSION = 1;

        private long epoch;
        private long rows;
        private long served;
        private long seenMs;
        private long lastPane;

        /** Bit k: the source was counted in pane {@code lastPane - k}. */
        private long panes;

        Account(long epoch, long pane) {
            this.epoch = epoch;
            this.lastPane = pane;
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
                    .toByteArray();
        }

        static Account fromBytes(byte[] bytes) {
            StateReader in = new StateReader(bytes, "source account").version(VERSION);
            Account account = new Account(in.varint(), 0);
            account.rows = in.varint();
            account.served = in.varint();
            account.seenMs = in.varint();
            account.lastPane = in.varint();
            account.panes = in.i64();
            in.end();
            return account;
        }
    }
}
