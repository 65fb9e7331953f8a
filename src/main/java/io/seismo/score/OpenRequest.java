package io.seismo.score;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.CloseReason;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.End;
import io.seismo.wire.Origin;
import io.seismo.wire.RequestScore;
import io.seismo.wire.Segment;
import java.util.function.LongFunction;

/**
 * A request between its first row and its close.
 *
 * <pre>
 * stored form, version 1
 *   u8 version · text request id · varint epoch · text model, revision
 *   varint seen pane, first ms, last ms, next position, rows, rows scored
 *   text session, account, tenant · bytes first and last origin (protobuf)
 *   varint watch entries, then of each: f32 smoothed, score, largest token · varint its position
 *          u8 fired · varint fired pane · u8 peaks, each varint position and f32 value
 *   varint fired features, each varint (encoder · 2³² + feature) less its predecessor
 * </pre>
 */
final class OpenRequest {

    static final String KEY_PREFIX = "r/";

    private static final int VERSION = 1;
    private static final int MAX_WATCHES = 1 << 16;

    private final String id;
    private final ScorePlan plan;
    private final String model;
    private final String revision;
    private final long seenPane;
    private final long firstMs;
    private final String sessionKey;
    private final String accountKey;
    private final String tenantKey;
    private final Origin first;
    private final WatchTrace[] traces;
    private final FiredFeatures features = new FiredFeatures();
    private long lastMs;
    private int nextPosition;
    private int rows;
    private int rowsScored;
    private Origin last;

    OpenRequest(ScorePlan plan, EncodedFrame frame, Segment segment, long pane, Origin origin) {
        this.id = segment.getRequestId();
        this.plan = plan;
        this.model = frame.getModel();
        this.revision = frame.getRevision();
        this.seenPane = pane;
        this.firstMs = frame.getTimestampMs();
        this.lastMs = firstMs;
        this.sessionKey = segment.getSessionKey();
        this.accountKey = segment.getAccountKey();
        this.tenantKey = segment.getTenantKey();
        this.first = origin;
        this.last = origin;
        this.nextPosition = segment.getStartPosition();
        this.traces = traces(plan);
    }

    private OpenRequest(StateReader in, LongFunction<ScorePlan> plans) {
        id = in.version(VERSION).text();
        plan = plans.apply(in.varint());
        model = in.text();
        revision = in.text();
        seenPane = in.varint();
        firstMs = in.varint();
        lastMs = in.varint();
        nextPosition = in.count(Integer.MAX_VALUE);
        rows = in.count(Integer.MAX_VALUE);
        rowsScored = in.count(Integer.MAX_VALUE);
        sessionKey = in.text();
        accountKey = in.text();
        tenantKey = in.text();
        first = origin(in);
        last = origin(in);
        traces = traces(plan);
        if (in.count(MAX_WATCHES) != traces.length) {
            throw new IllegalArgumentException("open request has other watch entries than the plan of its epoch");
        }
        for (WatchTrace trace : traces) {
            trace.read(in);
        }
        features.read(in);
        in.end();
    }

    /** The request of a stored form. */
    static OpenRequest fromBytes(byte[] bytes, LongFunction<ScorePlan> plans) {
        return new OpenRequest(new StateReader(bytes, "open request"), plans);
    }

    byte[] toBytes(StateWriter out) {
        out.clear().u8(VERSION).text(id).varint(plan.epoch()).text(model).text(revision);
        out.varint(seenPane).varint(firstMs).varint(lastMs);
        out.varint(nextPosition).varint(rows).varint(rowsScored);
        out.text(sessionKey).text(accountKey).text(tenantKey);
        out.bytes(first.toByteArray()).bytes(last.toByteArray());
        out.varint(traces.length);
        for (WatchTrace trace : traces) {
            trace.write(out);
        }
        features.write(out);
        return out.toByteArray();
    }

    /** Books the rows of a segment; positions in between are a gap. */
    void extend(Segment segment, int scored, long timestampMs, Origin origin) {
        nextPosition = segment.getStartPosition() + segment.getRows();
        rows += segment.getRows();
        rowsScored += scored;
        touch(timestampMs, origin);
    }

    /** Books a frame that spoke of the request. */
    void touch(long timestampMs, Origin origin) {
        lastMs = Math.max(lastMs, timestampMs);
        last = origin;
    }

    String id() {
        return id;
    }

    String key() {
        return KEY_PREFIX + id;
    }

    ScorePlan plan() {
        return plan;
    }

    String revision() {
        return revision;
    }

    String sessionKey() {
        return sessionKey;
    }

    String accountKey() {
        return accountKey;
    }

    String tenantKey() {
        return tenantKey;
    }

    long firstMs() {
        return firstMs;
    }

    int nextPosition() {
        return nextPosition;
    }

    /** Of a watch entry, by its place in the plan. */
    WatchTrace trace(int watch) {
        return traces[watch];
    }

    FiredFeatures features() {
        return features;
    }

    long idleDeadline() {
        return lastMs + plan.plan().requestLife().idleMs();
    }

    /** Event time at which a tick closes the request. */
    long deadline() {
        return Math.min(idleDeadline(), firstMs + plan.plan().requestLife().maxAgeMs());
    }

    RequestScore toScore(int partition, CloseReason reason, End end) {
        RequestScore.Builder out = RequestScore.newBuilder()
                .setSchemaVersion(1)
                .setEpoch(plan.epoch())
                .setPartition(partition)
                .setRequestId(id)
                .setModel(model)
                .setRevision(revision)
                .setSeenPane(seenPane)
                .setFirstMs(firstMs)
                .setLastMs(lastMs)
                .setClosedBy(reason)
                .setOutcomeValue(end.getOutcomeValue())
                .setRows(rows)
                .setRowsScored(rowsScored)
                .setRowsExpected(end.getRowsExpected())
                .setSessionKey(sessionKey)
                .setAccountKey(accountKey)
                .setTenantKey(tenantKey)
                .setFirst(first)
                .setLast(last);
        for (int watch = 0; watch < traces.length; watch++) {
            out.addScores(traces[watch].toScore(plan.watches()[watch].id));
        }
        return out.build();
    }

    private static WatchTrace[] traces(ScorePlan plan) {
        WatchTrace[] traces = new WatchTrace[plan.watches().length];
        for (int i = 0; i < traces.length; i++) {
            traces[i] = new WatchTrace();
        }
        return traces;
    }

    private static Origin origin(StateReader in) {
        try {
            return Origin.parseFrom(in.bytes());
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("open request has an origin that does not parse", e);
        }
    }
}
