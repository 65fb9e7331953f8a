package io.seismo.app.doctor.capture;

import io.seismo.activation.CaptureTrial;
import io.seismo.activation.FrameReader;
import io.seismo.activation.Reading;
import io.seismo.app.doctor.Finding;
import io.seismo.spec.DetectorPlan;
import io.seismo.spec.MonitorPlan;
import io.seismo.spec.TapPlan;
import io.seismo.weights.recorded.RecordedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Shows records to all checks, and asks them at the end. One thread. */
public final class CaptureVisit {

    private static final double USUAL_FLOOR = 0.98;

    private final CaptureTrial trial;
    private final CanaryAnswers canaries;
    private final List<RowSample> samples = new ArrayList<>();
    private final List<CaptureCheck> checks = new ArrayList<>();
    private long records;

    /** @param recorded rows of the plan's canaries, by name in the spec */
    public CaptureVisit(MonitorPlan plan, Map<String, RecordedRows> recorded) {
        this.trial = new CaptureTrial(plan, recorded);
        this.canaries = new CanaryAnswers(plan.canaries().size());
        for (TapPlan tap : plan.taps()) {
            samples.add(new RowSample(tap));
        }
        checks.add(new ContractCheck());
        checks.add(canaries);
        checks.add(new RowsCheck(plan));
        checks.add(new PartitionsCheck());
        checks.add(new SequenceCheck());
        checks.add(new ClockCheck(plan.timing()));
        checks.add(new CoverageCheck(floor(plan)));
    }

    private static double floor(MonitorPlan plan) {
        double floor = 0;
        for (DetectorPlan detector : plan.detectors()) {
            floor = detector instanceof DetectorPlan.CoverageFloor coverage ? Math.max(floor, coverage.below()) : floor;
        }
        return floor == 0 ? USUAL_FLOOR : floor;
    }

    /**
     * Takes a record.
     *
     * @param partition it lay in; −1 when not known
     * @param stampMs when the broker had it; −1 when not known
     * @param value its bytes; must not change afterwards
     */
    public void take(int partition, long stampMs, byte @Nullable [] value) {
        records++;
        Reading reading = FrameReader.read(value);
        Captured record = reading instanceof Reading.Parsed parsed
                ? Captured.of(partition, stampMs, parsed.record(), trial)
                : new Captured(partition, stampMs, reading, null);
        checks.forEach(check -> check.see(record));
        samples.forEach(sample -> sample.see(record));
    }

    /** Records taken so far. */
    public long records() {
        return records;
    }

    /**
     * What they say.
     *
     * @param fits measures how well an SAE of a tap explains sampled rows; {@code null} where there is none
     */
    List<Finding> findings(Function<RowSample, @Nullable Fit> fits) {
        List<Finding> findings = new ArrayList<>();
        checks.forEach(check -> findings.addAll(check.findings()));
        Fit worst = null;
        Spread spread = Spread.UNKNOWN;
        for (RowSample sample : samples) {
            Spread own = Spread.of(sample.rows());
            spread = spread.wrong() ? spread : own;
            Fit fit = canaries.sound() ? null : fits.apply(sample);
            worst = worst == null || (fit != null && !(fit.fvu() <= worst.fvu())) ? (fit == null ? worst : fit) : worst;
        }
        findings.addAll(new Questions(canaries, worst, spread).findings());
        return List.copyOf(findings);
    }
}
