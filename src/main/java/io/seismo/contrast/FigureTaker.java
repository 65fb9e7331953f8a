package io.seismo.contrast;

import java.util.Arrays;

/** Takes the figures of one feature after the other. */
final class FigureTaker {

    private static final int GROUPS = Group.values().length;

    private final Requests requests;
    private final int[] totals = new int[2 * GROUPS];
    private final float[][] scores = new float[2 * GROUPS][16];
    private final int[] sizes = new int[2 * GROUPS];

    FigureTaker(Requests requests) {
        this.requests = requests;
        for (int i = 0; i < requests.size(); i++) {
            int cell = cell(i);
            if (cell >= 0) {
                totals[cell]++;
            }
        }
    }

    /** Group and half of a request; negative when it is not used. */
    private int cell(int number) {
        int group = requests.group(number).ordinal();
        return switch (requests.use(number)) {
            case CHOOSING -> group;
            case MEASURING, CONFIRMING -> GROUPS + group;
            case UNUSED -> -1;
        };
    }

    /**
     * Figures of a feature.
     *
     * @param numbers requests that score above 0
     * @param values their scores
     */
    FeatureFigures of(int feature, int[] numbers, float[] values, double density) {
        Arrays.fill(sizes, 0);
        for (int i = 0; i < numbers.length; i++) {
            int cell = cell(numbers[i]);
            if (cell >= 0) {
                if (sizes[cell] == scores[cell].length) {
                    scores[cell] = Arrays.copyOf(scores[cell], sizes[cell] * 2);
                }
                scores[cell][sizes[cell]++] = values[i];
            }
        }
        double ordinary = auroc(Group.NEGATIVE, 0);
        double hard = auroc(Group.HARD, 0);
        return new FeatureFigures(
                feature,
                together(ordinary, hard),
                ordinary,
                hard,
                together(auroc(Group.NEGATIVE, GROUPS), auroc(Group.HARD, GROUPS)),
                effect(),
                density,
                share(sizes[0], totals[0]),
                share(sizes[1] + sizes[2], totals[1] + totals[2]));
    }

    private static double together(double ordinary, double hard) {
        return Double.isNaN(hard) ? ordinary : (ordinary + hard) / 2;
    }

    private double auroc(Group negatives, int half) {
        int negative = negatives.ordinal() + half;
        return Auroc.of(listed(half), totals[half] - sizes[half], listed(negative), totals[negative] - sizes[negative]);
    }

    private float[] listed(int cell) {
        return Arrays.copyOf(scores[cell], sizes[cell]);
    }

    /** Cohen's d with the pooled variance of both groups; 0 when nothing varies. */
    private double effect() {
        Moments positive = new Moments();
        Moments negative = new Moments();
        positive.add(scores[0], sizes[0], totals[0]);
        negative.add(scores[1], sizes[1], totals[1]);
        negative.add(scores[2], sizes[2], totals[2]);
        double degrees = positive.count + negative.count - 2;
        double variance = degrees > 0 ? (positive.spread() + negative.spread()) / degrees : 0;
        return variance > 0 ? (positive.mean() - negative.mean()) / Math.sqrt(variance) : 0;
    }

    private static double share(int part, int whole) {
        return whole == 0 ? 0 : (double) part / whole;
    }

    /** Sums of scores. */
    private static final class Moments {
        private double count;
        private double sum;
        private double squares;

        void add(float[] values, int size, int total) {
            for (int i = 0; i < size; i++) {
                sum += values[i];
                squares += (double) values[i] * values[i];
            }
            count += total;
        }

        double mean() {
            return count == 0 ? 0 : sum / count;
        }

        double spread() {
            return count == 0 ? 0 : Math.max(0, squares - sum * sum / count);
        }
    }
}
