package io.seismo.weights.family;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * A seeded SAE of one family on disk, the family's own equations written out, and wrong ones that loaders have used.
 *
 * @param name for messages
 * @param location what is loaded
 * @param dIn width of a row
 * @param dSae number of features
 * @param right the equations
 * @param wrong by the trap they fall into
 */
record FamilyCase(String name, Path location, int dIn, int dSae, Equations right, Map<String, Equations> wrong) {

    FamilyCase(String name, Path location, int dIn, int dSae, Equations right) {
        this(name, location, dIn, dSae, right, new LinkedHashMap<>());
    }

    /** Adds a trap. */
    FamilyCase trap(String what, Equations equations) {
        wrong.put(what, equations);
        return this;
    }

    @Override
    public String toString() {
        return name;
    }

    /**
     * A family's equations in double precision.
     *
     * @param norm of a row
     * @param pre from the normalised row to what a feature is worth if it fires; affine
     * @param rule from that, and the normalised row, to how far above its limit a feature is
     */
    record Equations(UnaryOperator<double[]> norm, UnaryOperator<double[]> pre, Rule rule) {

        Equations(UnaryOperator<double[]> pre, Rule rule) {
            this(x -> x, pre, rule);
        }

        /** Features of one row. */
        double[] encode(double[] x) {
            double[] u = norm.apply(x);
            double[] values = pre.apply(u);
            double[] above = rule.above(u, values);
            for (int f = 0; f < values.length; f++) {
                values[f] = above[f] > 0 ? values[f] : 0;
            }
            return values;
        }
    }

    /** When a feature fires: where the result is above 0. */
    @FunctionalInterface
    interface Rule {

        double[] above(double[] u, double[] pre);

        /** relu. */
        static Rule relu() {
            return (u, pre) -> pre;
        }

        /** {@code pre > theta} and {@code pre > 0}. */
        static Rule jump(double... theta) {
            return (u, pre) -> {
                double[] above = new double[pre.length];
                for (int f = 0; f < pre.length; f++) {
                    above[f] = Math.min(pre[f] - theta[theta.length == 1 ? 0 : f], pre[f]);
                }
                return above;
            };
        }

        /** The k largest of each of some groups, then relu; one group is topk, k = 1 is groupmax. */
        static Rule largest(int k, int groups) {
            return (u, pre) -> {
                double[] above = new double[pre.length];
                int size = pre.length / groups;
                for (int f = 0; f < pre.length; f++) {
                    int first = f / size * size;
                    double[] sorted = Arrays.copyOfRange(pre, first, first + size);
                    Arrays.sort(sorted);
                    double last = sorted[size - k];
                    double rival = k == size ? Double.NEGATIVE_INFINITY : sorted[size - k - 1];
                    above[f] = Math.min(pre[f], pre[f] >= last ? pre[f] - rival : pre[f] - last);
                }
                return above;
            };
        }
    }
}
