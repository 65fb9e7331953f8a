package io.seismo.score;

import io.seismo.spec.MonitorPlan;
import io.seismo.spec.Plans;
import io.seismo.window.BlockKey;
import io.seismo.window.PartitionTime;
import io.seismo.wire.CloseReason;
import io.seismo.wire.EncodedFrame;
import io.seismo.wire.End;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Heartbeat;
import io.seismo.wire.Origin;
import io.seismo.wire.Refusal;
import io.seismo.wire.Segment;
import io.seismo.wire.Tick;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * SCORE of one partition: a deterministic state machine over its feature records, in order.
 *
 * <p>Request scores, breaches and partial panes go to the output as they arise; state goes to the journals before
 * {@link #accept} returns. Not thread-safe; one per partition.
 */
public final class PartitionScorer {

    private static final String TIME_KEY = "t";

    private final Plans source;
    private final int partition;
    private final ScoreJournals journals;
    private final ScoreOutput output;
    private final TreeMap<Long, ScorePlan> plans = new TreeMap<>();
    private final PartitionTime time;
    private final PaneBook panes;
    private final RequestBook requests;
    private final SourceLedger sources;
    private final PaneWriter writer;
    private final RowScorer rowScorer;
    private final FrameView view = new FrameView();

    /** Epoch of the oldest open pane when older requests were last closed. */
    private long settledEpoch;

    /**
     * A scorer that has seen nothing.
     *
     * @param source knows the plans of all epochs
     * @param partition of {@code features}
     * @param journals where state is kept
     * @param output where results go
     */
    public PartitionScorer(Plans source, int partition, ScoreJournals journals, ScoreOutput output) {
        MonitorPlan any = source.newest();
        this.source = source;
        this.partition = partition;
        this.journals = journals;
        this.output = output;
        this.time = new PartitionTime(any.timing());
        this.panes = new PaneBook(any.timing(), journals);
        this.requests = new RequestBook(journals.requests());
        this.sources = new SourceLedger(journals.sources());
        this.writer = new PaneWriter(partition, any.shape().watchPartitions(), output);
        this.rowScorer = new RowScorer(partition, output);
    }

    /**
     * Takes over one stored entry, from a journal or a {@link #snapshot}; all of them, in any order, before the first
     * record.
     *
     * @throws IllegalArgumentException when key or value are not of this version's state
     */
    public void restore(String key, byte[] value) {
        if (key.equals(TIME_KEY)) {
            time.restore(value);
        } else if (key.equals(PaneBook.NEXT_KEY)) {
            panes.restoreNext(value);
        } else if (key.startsWith(OpenRequest.KEY_PREFIX)) {
            requests.restore(value, this::plan);
        } else if (key.startsWith(OpenPane.KEY_PREFIX)) {
            panes.restore(key, value);
        } else if (key.startsWith(SourceLedger.KEY_PREFIX)) {
            sources.restore(key.substring(SourceLedger.KEY_PREFIX.length()), value);
        } else {
            throw new IllegalArgumentException("not a key of SCORE's state: " + key);
        }
    }

    /** Requests open now. */
    public int openRequests() {
        return requests.size();
    }

    /** The whole state: the entries that the three journals hold together, in key order. */
    public SortedMap<String, byte[]> snapshot() {
        TreeMap<String, byte[]> entries = new TreeMap<>(BlockKey.ORDER);
        if (time.started()) {
            entries.put(TIME_KEY, time.toBytes());
        }
        panes.snapshot(entries);
        requests.snapshot(entries);
        sources.snapshot(entries);
        return entries;
    }

    /**
     * Takes the next feature record of the partition.
     *
     * @throws IllegalArgumentException when the record breaks its own form; nothing was counted then
     * @throws IllegalStateException when the plan of its epoch is not known
     */
    public void accept(FeatureRecord record) {
        switch (record.getBodyCase()) {
            case FRAME -> frame(record);
            case TICK -> tick(record.getTick(), record.getOrigin());
            case HEARTBEAT -> heartbeat(record.getHeartbeat());
            case REFUSAL -> refusal(record.getRefusal());
            case BODY_NOT_SET -> throw new IllegalArgumentException("record of features without a body");
        }
        requests.flush();
        panes.flush();
    }

    private void frame(FeatureRecord record) {
        EncodedFrame frame = record.getFrame();
        ScorePlan plan = plan(record.getEpoch());
        view.load(frame, plan);
        RowScorer.Place place = place(frame.getTimestampMs(), record.getOrigin());
        Totals totals = place.pane().totals();
        totals.add(Totals.Count.FRAMES, 1);
        totals.add(Totals.Count.FRAMES_MISSING, frame.getMissingFrames());
        totals.add(Totals.Count.ROWS_SEEN, view.rows());
        totals.addCanaries(frame.getCanariesList());
        sources.frame(frame, view.rows(), moment(place));
        int row = 0;
        for (Segment segment : frame.getSegmentsList()) {
            segment(frame, segment, row, plan, place);
            row += segment.getRows();
        }
    }

    private void segment(EncodedFrame frame, Segment segment, int row, ScorePlan plan, RowScorer.Place place) {
        if (segment.getRows() > 0 && view.canary(row)) {
            place.pane().totals().add(Totals.Count.ROWS_CANARY, segment.getRows());
            return;
        }
        OpenRequest request = requests.find(segment.getRequestId());
        if (request != null && request.plan().epoch() != plan.epoch()) {
            // What its plan watches is not in a row of another epoch.
            if (request.plan().epoch() < plan.epoch()) {
                close(request, CloseReason.CLOSE_REASON_EPOCH, End.getDefaultInstance(), place.number());
            }
            orphan(segment, place);
            return;
        }
        if (segment.getRows() > 0) {
            if (request == null && segment.getStartPosition() <= segment.getCachedPrefix()) {
                request = open(frame, segment, plan, place);
            }
            if (request == null || segment.getStartPosition() < request.nextPosition()) {
                orphan(segment, place);
                return;
            }
            int scored = rowScorer.score(request, segment, view, row, place);
            request.extend(segment, scored, place.timestampMs(), place.origin());
            requests.touch(request);
        }
        if (request != null && segment.hasEnd()) {
            request.touch(place.timestampMs(), place.origin());
            close(request, CloseReason.CLOSE_REASON_END, segment.getEnd(), place.number());
        }
    }

    private OpenRequest open(EncodedFrame frame, Segment segment, ScorePlan plan, RowScorer.Place place) {
        while (requests.size() >= plan.plan().requestLife().maxOpen()) {
            place.pane().totals().add(Totals.Count.EVICTIONS, 1);
            close(requests.oldest(), CloseReason.CLOSE_REASON_EVICTED, End.getDefaultInstance(), place.number());
        }
        OpenRequest request = new OpenRequest(plan, frame, segment, place.number(), place.origin());
        requests.add(request);
        place.pane().totals().add(Totals.Count.REQUESTS_SEEN, 1);
        if (plan.samples(request.id())) {
            place.pane().totals().add(Totals.Count.REQUESTS_SAMPLED, 1);
        }
        return request;
    }

    private void orphan(Segment segment, RowScorer.Place place) {
        place.pane().totals().add(Totals.Count.ORPHANS, segment.getRows());
    }

    /** Closes a request in a pane, or in the nearest one of its own epoch. */
    private void close(OpenRequest request, CloseReason reason, End end, long number) {
        requests.remove(request);
        OpenPane pane = panes.open(time.within(request.plan().epoch(), number));
        ScorePlan.Watch[] watches = request.plan().watches();
        for (int i = 0; i < watches.length; i++) {
            int clipped = pane.watch(watches[i]).addClosed(request.trace(i).score());
            pane.totals().add(Totals.Count.SATURATIONS, clipped);
        }
        output.score(request.toScore(partition, reason, end));
    }

    private void tick(Tick tick, Origin origin) {
        boolean started = time.started();
        if (!time.advance(tick)) {
            return;
        }
        journals.sources().put(TIME_KEY, time.toBytes());
        if (!started) {
            panes.start(time.time());
        }
        long now = panes.number(time.time(), time.time());
        for (OpenRequest request : requests.due(time.time())) {
            CloseReason reason = request.idleDeadline() == request.deadline()
                    ? CloseReason.CLOSE_REASON_IDLE
                    : CloseReason.CLOSE_REASON_AGE;
            close(request, reason, End.getDefaultInstance(), now);
        }
        closeEndedEpochs();
        sources.tick(time.time());
        for (PaneBook.Closing closing : panes.close(time.time(), time::lastOfEpoch)) {
            writer.write(closing, time.epochOf(closing.first()), origin.getOffset());
        }
    }

    /** A request whose epoch has no open pane left closes in the last of them, before that is closed. */
    private void closeEndedEpochs() {
        long oldest = time.epochOf(panes.firstOpen(time.time()));
        if (oldest != settledEpoch) {
            settledEpoch = oldest;
            for (OpenRequest request : requests.olderThan(oldest)) {
                close(request, CloseReason.CLOSE_REASON_EPOCH, End.getDefaultInstance(), Long.MAX_VALUE);
            }
        }
    }

    private void heartbeat(Heartbeat heartbeat) {
        RowScorer.Place place = place(heartbeat.getTimestampMs(), Origin.getDefaultInstance());
        sources.heartbeat(heartbeat, moment(place));
    }

    private void refusal(Refusal refusal) {
        OpenPane pane =
                time.started() ? place(time.time(), Origin.getDefaultInstance()).pane() : panes.waiting();
        pane.totals().addRefusal(refusal.getReasonValue(), Integer.toUnsignedLong(refusal.getRows()));
        pane.totals().addCanaries(refusal.getCanariesList());
    }

    private RowScorer.Place place(long eventMs, Origin origin) {
        if (!time.started()) {
            throw new IllegalArgumentException("frame or heartbeat before the first tick: ENCODE refuses those");
        }
        long number = panes.number(eventMs, time.time());
        return new RowScorer.Place(number, panes.open(number), eventMs, origin);
    }

    private SourceLedger.Moment moment(RowScorer.Place place) {
        return new SourceLedger.Moment(time.time(), place.number(), place.pane().totals());
    }

    private ScorePlan plan(long epoch) {
        return plans.computeIfAbsent(epoch, number -> new ScorePlan(source.of(number)));
    }
}
