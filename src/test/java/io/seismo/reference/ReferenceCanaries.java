package io.seismo.reference;

import io.seismo.spec.CanaryPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.wire.Attribute;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What canaries of a frame come to. Whether one matches is computed here, row by row; how a wrong one is called was decided
 * when it was planted.
 */
public final class ReferenceCanaries {

    /** Recorded rows at {@link PlanFixture#HOOK}, by digest. */
    private static final Map<String, float[]> RECORDED = new ConcurrentHashMap<>();

    /** What was planted, by request id. */
    private static final Map<String, Said> PLANTED = new ConcurrentHashMap<>();

    /**
     * What one segment comes to.
     *
     * @param segment its place in the frame
     * @param canary empty for one the plan does not have
     */
    public record Said(int segment, String canary, CanaryFinding finding, String detail, boolean complete) {

        boolean match() {
            return finding == CanaryFinding.CANARY_FINDING_MATCH;
        }
    }

    private ReferenceCanaries() {}

    /** Makes rows known. */
    public static void recorded(String digest, float[] rows) {
        RECORDED.put(digest, rows);
    }

    /** Says how a wrong segment is to be called. */
    public static void plant(String requestId, CanaryFinding finding, String detail) {
        PLANTED.put(requestId, new Said(0, "", finding, detail, false));
    }

    /** Of a frame that counts, or was refused for what it holds. */
    static List<Said> of(Frame frame, MonitorPlan plan, boolean refused) {
        List<Said> said = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < frame.getSegmentsCount(); i++) {
            Segment segment = frame.getSegments(i);
            Optional<String> name = name(segment);
            if (name.isPresent() && segment.getRows() > 0 && !plan.canaries().isEmpty()) {
                said.add(say(frame, plan, i, first, refused));
            }
            first += segment.getRows();
        }
        return said;
    }

    private static Optional<String> name(Segment segment) {
        return segment.getAttributesList().stream()
                .filter(attribute -> attribute.getKey().equals("seismo.canary"))
                .map(Attribute::getValue)
                .findFirst();
    }

    private static Said say(Frame frame, MonitorPlan plan, int index, int first, boolean refused) {
        Segment segment = frame.getSegments(index);
        Optional<CanaryPlan> canary = plan.canaries().stream()
                .filter(one -> one.name().equals(name(segment).orElseThrow()))
                .findFirst();
        if (canary.isEmpty()) {
            return new Said(
                    index,
                    "",
                    CanaryFinding.CANARY_FINDING_UNKNOWN,
                    "a segment names a canary that the spec does not have",
                    false);
        }
        float[] recorded = RECORDED.get(canary.get().digest());
        boolean complete = segment.getStartPosition() + segment.getRows() >= recorded.length / PlanFixture.D_IN;
        if (!refused
                && same(
                        frame,
                        plan.taps().get(0),
                        segment,
                        first,
                        recorded,
                        canary.get().tolerance())) {
            return new Said(index, canary.get().name(), CanaryFinding.CANARY_FINDING_MATCH, "", complete);
        }
        Said planted = PLANTED.get(segment.getRequestId());
        return new Said(index, canary.get().name(), planted.finding(), planted.detail(), complete);
    }

    private static boolean same(
            Frame frame, TapPlan tap, Segment segment, int first, float[] recorded, double tolerance) {
        float[] rows = Numbers.decode(
                ReferenceChecks.tensor(frame, tap.hook()).getData().toByteArray(), tap.dtype());
        for (int r = 0; r < segment.getRows(); r++) {
            double off = 0;
            double norm = 0;
            for (int d = 0; d < PlanFixture.D_IN; d++) {
                int at = (segment.getStartPosition() + r) * PlanFixture.D_IN + d;
                if (at >= recorded.length) {
                    return false;
                }
                double difference = rows[(first + r) * PlanFixture.D_IN + d] - (double) recorded[at];
                off += difference * difference;
                norm += (double) recorded[at] * recorded[at];
            }
            if (off > tolerance * tolerance * norm) {
                return false;
            }
        }
        return true;
    }
}
