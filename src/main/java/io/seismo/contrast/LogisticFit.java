package io.seismo.contrast;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Logistic regression on the mean rows of requests, in double precision.
 *
 * <p>{@code minimise Σ w_i · log(1 + exp(−y_i · z_i)) + λ/2 · ‖v‖²} with z = v · standardised row + b; positives weigh one
 * half together, negatives the other, hard ones as much as ordinary ones. λ is the one of {@value #GRID_WORDS} with the
 * best AUROC in two-fold cross-validation on the same requests, the larger when equal. One sample a request, since tokens
 * of a request are not independent.
 */
public final class LogisticFit {

    static final String GRID_WORDS = "0.0001, 0.001, 0.01, 0.1, 1 and 10";
    private static final double[] GRID = {10, 1, 0.1, 0.01, 1e-3, 1e-4};

    private final int dIn;
    private final List<float[]> rows = new ArrayList<>();
    private final List<Group> groups = new ArrayList<>();
    private double lambda;

    /** @param means of at least one positive and one ordinary negative */
    public LogisticFit(MeanRows means) {
        this.dIn = means.dIn();
        for (Group group : Group.values()) {
            for (float[] row : means.sample(group)) {
                rows.add(row);
                groups.add(group);
            }
        }
    }

    /** Requests it was fitted on. */
    public int samples() {
        return rows.size();
    }

    /** The λ that was chosen. */
    public double lambda() {
        return lambda;
    }

    /** Fits. */
    public Direction fit() {
        double best = Double.NEGATIVE_INFINITY;
        lambda = GRID[0];
        for (double candidate : GRID) {
            double auroc = validated(candidate);
            if (auroc > best) {
                best = auroc;
                lambda = candidate;
            }
        }
        return fit(all(-1), lambda);
    }

    /** Mean AUROC of the two folds, each scored by the fit of the other; samples lie in order of a hash, so folds are random. */
    private double validated(double candidate) {
        double sum = 0;
        int folds = 0;
        for (int fold = 0; fold < 2; fold++) {
            List<Integer> training = all(fold);
            List<Integer> validation = all(1 - fold);
            if (!both(training) || !both(validation)) {
                continue;
            }
            Direction fitted = fit(training, candidate);
            sum += Auroc.of(scores(fitted, validation, true), scores(fitted, validation, false));
            folds++;
        }
        return folds == 0 ? 0 : sum / folds;
    }

    private List<Integer> all(int without) {
        List<Integer> chosen = new ArrayList<>();
        int[] turn = new int[Group.values().length];
        for (int i = 0; i < rows.size(); i++) {
            if (turn[groups.get(i).ordinal()]++ % 2 != without) {
                chosen.add(i);
            }
        }
        return chosen;
    }

    private boolean both(List<Integer> chosen) {
        boolean positive = false;
        boolean negative = false;
        for (int i : chosen) {
            positive |= groups.get(i) == Group.POSITIVE;
            negative |= groups.get(i) != Group.POSITIVE;
        }
        return positive && negative;
    }

    private float[] scores(Direction direction, List<Integer> chosen, boolean positive) {
        float[] scores = new float[chosen.size()];
        int size = 0;
        for (int i : chosen) {
            if ((groups.get(i) == Group.POSITIVE) == positive) {
                double sum = direction.bias();
                for (int d = 0; d < dIn; d++) {
                    sum += direction.weight()[d] * rows.get(i)[d];
                }
                scores[size++] = (float) sum;
            }
        }
        return Arrays.copyOf(scores, size);
    }

    /** Samples of one fit, how much each weighs, and what makes them standard. */
    private record Task(List<Integer> chosen, double[] weights, double[] mean, double[] scale, double penalty) {}

    private Direction fit(List<Integer> chosen, double penalty) {
        double[] mean = new double[dIn];
        double[] scale = new double[dIn];
        standardise(chosen, mean, scale);
        Task task = new Task(chosen, sampleWeights(chosen), mean, scale, penalty);
        double[] fitted = Lbfgs.minimise((point, gradient) -> loss(task, point, gradient), dIn + 1);
        double[] weight = new double[dIn];
        double bias = fitted[dIn];
        for (int d = 0; d < dIn; d++) {
            weight[d] = fitted[d] * scale[d];
            bias -= weight[d] * mean[d];
        }
        return new Direction(weight, bias);
    }

    /** Mean, and one over the standard deviation (0 where nothing varies). */
    private void standardise(List<Integer> chosen, double[] mean, double[] scale) {
        for (int i : chosen) {
            for (int d = 0; d < dIn; d++) {
                mean[d] += rows.get(i)[d] / (double) chosen.size();
            }
        }
        for (int i : chosen) {
            for (int d = 0; d < dIn; d++) {
                double off = rows.get(i)[d] - mean[d];
                scale[d] += off * off / chosen.size();
            }
        }
        for (int d = 0; d < dIn; d++) {
            scale[d] = scale[d] > 1e-20 ? 1 / Math.sqrt(scale[d]) : 0;
        }
    }

    private double[] sampleWeights(List<Integer> chosen) {
        double[] counts = new double[Group.values().length];
        chosen.forEach(i -> counts[groups.get(i).ordinal()]++);
        boolean hard = counts[Group.HARD.ordinal()] > 0;
        boolean ordinary = counts[Group.NEGATIVE.ordinal()] > 0;
        double[] weights = new double[chosen.size()];
        for (int k = 0; k < weights.length; k++) {
            Group group = groups.get(chosen.get(k));
            double share = group == Group.POSITIVE ? 0.5 : hard && ordinary ? 0.25 : 0.5;
            weights[k] = share / counts[group.ordinal()];
        }
        return weights;
    }

    private double loss(Task task, double[] point, double[] gradient) {
        Arrays.fill(gradient, 0);
        double loss = 0;
        for (int k = 0; k < task.weights.length; k++) {
            loss += task.weights[k] * sample(task, k, point, gradient);
        }
        for (int d = 0; d < dIn; d++) {
            loss += task.penalty / 2 * point[d] * point[d];
            gradient[d] += task.penalty * point[d];
        }
        return loss;
    }

    /** log(1 + exp(−margin)) of one sample; adds its weighted gradient. */
    private double sample(Task task, int k, double[] point, double[] gradient) {
        float[] row = rows.get(task.chosen.get(k));
        double z = point[dIn];
        for (int d = 0; d < dIn; d++) {
            z += point[d] * (row[d] - task.mean[d]) * task.scale[d];
        }
        double sign = groups.get(task.chosen.get(k)) == Group.POSITIVE ? 1 : -1;
        double margin = sign * z;
        // The exponent is never positive, so nothing overflows.
        double small = StrictMath.exp(-Math.abs(margin));
        double pull = margin > 0 ? small / (1 + small) : 1 / (1 + small);
        double slope = -task.weights[k] * sign * pull;
        for (int d = 0; d < dIn; d++) {
            gradient[d] += slope * (row[d] - task.mean[d]) * task.scale[d];
        }
        gradient[dIn] += slope;
        return StrictMath.log1p(small) + Math.max(0, -margin);
    }
}
