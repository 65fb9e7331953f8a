package io.seismo.score;

import io.seismo.spec.DetectorPlan;
import io.seismo.window.FeatureBlock;
import io.seismo.window.FidelityBlock;
import io.seismo.window.WatchBlock;
import io.seismo.wire.Breach;
import io.seismo.wire.Origin;
import io.seismo.wire.Segment;
import io.seismo.wire.TopRequest;

/** Scores the rows of one segment for its open request: signals, crossings, breaches, feature counts. */
final class RowScorer {

    private final int partition;
    private final ScoreOutput output;
    private int[] above = new int[0];

    RowScorer(int partition, ScoreOutput output) {
        this.partition = partition;
        this.output = output;
    }

    /**
     * Where and when the rows of a frame are counted.
     *
     * @param number of the pane
     * @param pane the pane
     * @param timestampMs of the frame
     * @param origin of the record
     */
    record Place(long number, OpenPane pane, long timestampMs, Origin origin) {}

    /**
     * Scores rows {@code first} to {@code first + segment.rows - 1} of the view.
     *
     * @return how many were scored
     */
    int score(OpenRequest request, Segment segment, FrameView view, int first, Place place) {
        ScorePlan.Watch[] watches = request.plan().watches();
        if (above.length < watches.length) {
            above = new int[watches.length];
        }
        java.util.Arrays.fill(above, 0);
        int scored = 0;
        for (int row = first; row < first + segment.getRows(); row++) {
            place.pane().totals().addRow(view.kind(row));
            if (view.kind(row) == 0) {
                scored++;
                watchRow(request, view, row, segment.getStartPosition() + row - first, place);
                featureRow(request, view, row, place.pane());
            }
        }
        if (scored > 0) {
            settle(request, scored, place);
            measure(request.plan(), view, first, first + segment.getRows(), place);
        }
        return scored;
    }

    /** Books how well the encoders that a detector looks at describe the rows of a segment. */
    private static void measure(ScorePlan plan, FrameView view, int first, int end, Place place) {
        for (int i = 0; i < plan.encoders().length; i++) {
            FrameView.Codes codes = view.codes(i);
            int rows = plan.encoders()[i].measured ? codes.encoded(first, end) : 0;
            if (rows > 0) {
                FidelityBlock block = place.pane().fidelity(plan.encoders()[i]);
                clipped(place, block.addRows(rows, codes.end(end - 1) - codes.start(first)));
                if (codes.rebuilt()) {
                    clipped(place, block.addRebuilt(rows, codes.error(first), codes.deviation(first)));
                }
            }
        }
    }

    private void watchRow(OpenRequest request, FrameView view, int row, int position, Place place) {
        ScorePlan.Watch[] watches = request.plan().watches();
        for (int i = 0; i < watches.length; i++) {
            ScorePlan.Watch watch = watches[i];
            float signal = watch.signal(view.watched(), view.watchedRow(row));
            if (signal > watch.firesAbove) {
                above[i]++;
            }
            WatchTrace trace = request.trace(i);
            float before = trace.take(watch.aggregator, position, signal);
            float score = trace.score();
            // A score never falls, so a bound is crossed once: when it lies between the score before and after.
            if (score > watch.firesAbove && !(before > watch.firesAbove)) {
                trace.fire(place.number());
                clipped(place, place.pane().watch(watch).addFired());
            }
            for (int cap = 0; cap < watch.caps.length; cap++) {
                if (score > watch.caps[cap].above() && !(before > watch.caps[cap].above())) {
                    clipped(place, place.pane().watch(watch).addBreach(cap));
                    output.breach(breach(request, i, watch.caps[cap], position, place));
                }
            }
        }
    }

    private void featureRow(OpenRequest request, FrameView view, int row, OpenPane pane) {
        ScorePlan plan = request.plan();
        int clipped = 0;
        for (int encoder = 0; encoder < plan.encoders().length; encoder++) {
            FrameView.Codes codes = view.codes(encoder);
            int end = codes.end(row);
            for (int k = codes.start(row); k < end; ) {
                // Features ascend within a row, so that those of a block are neighbours: what belongs to the block is
                // looked up once for all of them.
                int number = codes.feature(k) / FeatureBlock.SIZE;
                int next = codes.endOfBlock(k, end);
                clipped += count(
                        codes,
                        k,
                        next,
                        pane.features(plan, encoder, number),
                        request.features().page(encoder, number));
                k = next;
            }
        }
        pane.totals().add(Totals.Count.SATURATIONS, clipped);
    }

    private static int count(FrameView.Codes codes, int from, int to, FeatureBlock block, FiredFeatures.Page fired) {
        int clipped = 0;
        for (int k = from; k < to; k++) {
            int feature = codes.feature(k) % FeatureBlock.SIZE;
            clipped += block.addToken(feature, codes.value(k));
            if (!fired.has(feature)) {
                clipped += fired.add(feature) ? block.addRequest(feature) : 1;
            }
        }
        return clipped;
    }

    /** Books token counts, and offers the request as a suspect where it fired in this pane. */
    private void settle(OpenRequest request, int scored, Place place) {
        ScorePlan.Watch[] watches = request.plan().watches();
        for (int i = 0; i < watches.length; i++) {
            WatchBlock block = place.pane().watch(watches[i]);
            clipped(place, block.addTokens(scored, above[i]));
            if (request.trace(i).firedIn(place.number())) {
                place.pane().suspects(watches[i].id).offer(suspect(request, i, place.origin()));
            }
        }
    }

    private static void clipped(Place place, int clipped) {
        place.pane().totals().add(Totals.Count.SATURATIONS, clipped);
    }

    private static TopRequest suspect(OpenRequest request, int watch, Origin origin) {
        return TopRequest.newBuilder()
                .setWatch(request.plan().watches()[watch].id)
                .setRequestId(request.id())
                .setScore(request.trace(watch).score())
                .addAllPeaks(request.trace(watch).peaks().byPosition())
                .setAccountKey(request.accountKey())
                .setTenantKey(request.tenantKey())
                .setRevision(request.revision())
                .setOrigin(origin)
                .build();
    }

    private Breach breach(OpenRequest request, int watch, DetectorPlan.Cap cap, int position, Place place) {
        return Breach.newBuilder()
                .setSchemaVersion(1)
                .setEpoch(request.plan().epoch())
                .setPartition(partition)
                .setDetector(cap.id())
                .setWatch(request.plan().watches()[watch].id)
                .setRequestId(request.id())
                .setModel(request.plan().plan().model())
                .setRevision(request.revision())
                .setPane(place.number())
                .setTimestampMs(place.timestampMs())
                .setScore(request.trace(watch).score())
                .setAbove(cap.above())
                .setPosition(position)
                .addAllPeaks(request.trace(watch).peaks().byPosition())
                .setSessionKey(request.sessionKey())
                .setAccountKey(request.accountKey())
                .setTenantKey(request.tenantKey())
                .setOrigin(place.origin())
                .build();
    }
}
