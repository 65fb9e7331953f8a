package io.seismo.contrast;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;

/**
 * Minimises a smooth convex function: limited-memory BFGS (Nocedal and Wright, "Numerical Optimization", algorithm 7.4)
 * with backtracking. Same function, same bits: sums run in index order.
 */
final class Lbfgs {

    private static final int MEMORY = 10;
    private static final int MOST_STEPS = 300;
    private static final double ARMIJO = 1e-4;
    private static final double FLAT = 1e-7;

    private Lbfgs() {}

    /** What is minimised. */
    interface Objective {
        /** The value at a point; fills the gradient. */
        double at(double[] point, double[] gradient);
    }

    private record Pair(double[] step, double[] change, double curvature) {}

    /** From the origin to where the gradient all but vanishes, or after {@value #MOST_STEPS} steps. */
    static double[] minimise(Objective objective, int dimensions) {
        double[] point = new double[dimensions];
        double[] gradient = new double[dimensions];
        double value = objective.at(point, gradient);
        Deque<Pair> memory = new ArrayDeque<>();
        for (int step = 0; step < MOST_STEPS && dot(gradient, gradient) > FLAT * FLAT; step++) {
            double[] direction = direction(gradient, memory);
            double slope = dot(direction, gradient);
            double[] next = new double[dimensions];
            double[] nextGradient = new double[dimensions];
            double length = memory.isEmpty() ? Math.min(1, 1 / Math.sqrt(dot(gradient, gradient))) : 1;
            double nextValue = Double.POSITIVE_INFINITY;
            for (int halving = 0; halving < 50; halving++) {
                for (int i = 0; i < dimensions; i++) {
                    next[i] = point[i] + length * direction[i];
                }
                nextValue = objective.at(next, nextGradient);
                if (nextValue <= value + ARMIJO * length * slope) {
                    break;
                }
                length /= 2;
            }
            if (!(nextValue < value)) {
                break;
            }
            remember(memory, minus(next, point), minus(nextGradient, gradient));
            point = next;
            gradient = nextGradient;
            value = nextValue;
        }
        return point;
    }

    private static void remember(Deque<Pair> memory, double[] step, double[] change) {
        double curvature = dot(step, change);
        if (curvature > 1e-300) {
            memory.addLast(new Pair(step, change, curvature));
            if (memory.size() > MEMORY) {
                memory.removeFirst();
            }
        }
    }

    private static double[] direction(double[] gradient, Deque<Pair> memory) {
        double[] out = gradient.clone();
        double[] weights = new double[memory.size()];
        int at = weights.length;
        for (Iterator<Pair> newest = memory.descendingIterator(); newest.hasNext(); ) {
            Pair pair = newest.next();
            weights[--at] = dot(pair.step, out) / pair.curvature;
            add(out, -weights[at], pair.change);
        }
        Pair last = memory.peekLast();
        double scale = last == null ? 1 : last.curvature / dot(last.change, last.change);
        for (int i = 0; i < out.length; i++) {
            out[i] *= scale;
        }
        for (Pair pair : memory) {
            add(out, weights[at++] - dot(pair.change, out) / pair.curvature, pair.step);
        }
        for (int i = 0; i < out.length; i++) {
            out[i] = -out[i];
        }
        return out;
    }

    private static void add(double[] out, double factor, double[] vector) {
        for (int i = 0; i < out.length; i++) {
            out[i] += factor * vector[i];
        }
    }

    private static double[] minus(double[] a, double[] b) {
        double[] out = Arrays.copyOf(a, a.length);
        add(out, -1, b);
        return out;
    }

    static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }
}
