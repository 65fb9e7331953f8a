package io.seismo.activation;

import io.seismo.activation.CanaryExplanations.Explanation;
import io.seismo.spec.CanaryPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.weights.RecordedRows;
import io.seismo.wire.Attribute;
import io.seismo.wire.CanaryFinding;
import io.seismo.wire.CanaryVerdict;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Holds segments that say they are canaries against their recordings.
 *
 * <p>A canary matches when every row of it, at every hook point of the plan, is within the stated tolerance of the row that
 * was recorded at its position; any other is named, and stays an ordinary request, so that nobody leaves the statistics by
 * saying so. Rows that a prefix cache held are not missed.
 */
final class CanaryCheck {

    private static final int MAX_DETAIL = 256;

    private final MonitorPlan plan;
    private final Map<String, RecordedRows> recorded;
    private final String failure;

    /**
     * @param recorded by name in the spec
     * @param failure why there are none, when there are none
     */
    CanaryCheck(MonitorPlan plan, Map<String, RecordedRows> recorded, String failure) {
        this.plan = plan;
        this.recorded = Map.copyOf(recorded);
        this.failure = failure;
    }

    /** Verdicts on the canaries of a frame that {@link PayloadCheck} let pass. */
    List<CanaryVerdict> judge(Frame frame) {
        return each(frame, this::compared);
    }

    /** Verdicts on the canaries of a frame that it refused. */
    List<CanaryVerdict> refused(Frame frame, PayloadCheck.Fault fault) {
        return each(
                frame, (of, segment, first, known) -> new CanaryFaults(plan, known).explain(of, segment, first, fault));
    }

    /** What a segment of a known canary with a recording comes to; {@code null} for a match. */
    private interface Judgement {
        @Nullable
        Explanation of(Frame frame, Segment segment, int first, Known known);
    }

    /** A canary and its recording. */
    record Known(CanaryPlan canary, RecordedRows rows) {}

    private List<CanaryVerdict> each(Frame frame, Judgement judgement) {
        if (plan.canaries().isEmpty()) {
            return List.of();
        }
        List<CanaryVerdict> verdicts = new ArrayList<>();
        int first = 0;
        for (int i = 0; i < frame.getSegmentsCount(); i++) {
            Segment segment = frame.getSegments(i);
            String name = marked(segment);
            if (name != null && segment.getRows() > 0) {
                verdicts.add(verdict(frame, i, first, name, judgement));
            }
            first += segment.getRows();
        }
        return verdicts;
    }

    private static @Nullable String marked(Segment segment) {
        for (Attribute attribute : segment.getAttributesList()) {
            if (attribute.getKey().equals(CanaryPlan.ATTRIBUTE)) {
                return attribute.getValue();
            }
        }
        return null;
    }

    private CanaryVerdict verdict(Frame frame, int index, int first, String name, Judgement judgement) {
        CanaryVerdict.Builder verdict = CanaryVerdict.newBuilder().setSegment(index);
        CanaryPlan canary = plan.canaries().stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElse(null);
        if (canary == null) {
            return verdict.setFinding(CanaryFinding.CANARY_FINDING_UNKNOWN)
                    .setDetail("a segment names a canary that the spec does not have")
                    .build();
        }
        verdict.setCanary(name);
        RecordedRows rows = recorded.get(name);
        if (rows == null) {
            return verdict.setFinding(CanaryFinding.CANARY_FINDING_NOT_COMPARED)
                    .setDetail(clip(failure))
                    .build();
        }
        Segment segment = frame.getSegments(index);
        Explanation wrong = judgement.of(frame, segment, first, new Known(canary, rows));
        verdict.setComplete(segment.getStartPosition() + segment.getRows() >= rows.rows());
        return wrong == null
                ? verdict.setFinding(CanaryFinding.CANARY_FINDING_MATCH).build()
                : verdict.setFinding(wrong.finding())
                        .setDetail(clip(wrong.detail()))
                        .build();
    }

    private @Nullable Explanation compared(Frame frame, Segment segment, int first, Known known) {
        for (TapPlan tap : plan.taps()) {
            Tensor tensor = PayloadCheck.tensor(frame, tap);
            if (tensor == null) {
                return new Explanation(
                        CanaryFinding.CANARY_FINDING_NOT_COMPARED,
                        "rows of " + tap.hook() + " came encoded; canaries are compared as rows");
            }
            CanaryExplanations explanations =
                    new CanaryExplanations(tap, known.rows(), known.canary().tolerance());
            CanaryExplanations.Placed placed = placed(tensor, tap.dtype(), segment, first);
            if (!explanations.match(placed)) {
                return explanations.explain(placed);
            }
        }
        return counted(segment, known.rows());
    }

    /** Whether the server computed as many rows as were recorded. */
    private static @Nullable Explanation counted(Segment segment, RecordedRows rows) {
        int expected = segment.getEnd().getRowsExpected();
        int wanted = rows.rows() - segment.getCachedPrefix();
        return expected == 0 || expected == wanted
                ? null
                : new Explanation(
                        CanaryFinding.CANARY_FINDING_ROWS,
                        "the server computed " + Integer.toUnsignedString(expected) + " rows, but " + wanted
                                + " were recorded beyond its cached prefix");
    }

    /** Rows of a segment of a tensor whose data is as long as its shape and this dtype say. */
    static CanaryExplanations.Placed placed(Tensor tensor, Dtype dtype, Segment segment, int first) {
        Segment all = Segment.newBuilder().setRows(tensor.getShape(0)).build();
        return new CanaryExplanations.Placed(
                CapturedRows.of(tensor, segment, first, dtype, false),
                segment.getStartPosition(),
                first,
                () -> CapturedRows.of(tensor, all, 0, dtype, false),
                (other, swapped) -> CapturedRows.of(tensor, segment, first, other, swapped));
    }

    private static String clip(String detail) {
        return detail.length() <= MAX_DETAIL ? detail : detail.substring(0, MAX_DETAIL);
    }
}
