package io.seismo.contrast;

import io.seismo.window.Fnv;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The mean row of each request that rules are chosen on: their mean by group over all of them, and for fitting a sample
 * of bounded size, chosen by a hash of the request id and thus independent of the order of files.
 */
public final class MeanRows {

    private static final int MOST_VALUES = 1 << 25;

    private final int dIn;
    private final int mostPerGroup;
    private final Map<Group, double[]> sums = new EnumMap<>(Group.class);
    private final Map<Group, Integer> counts = new EnumMap<>(Group.class);
    private final Map<Group, TreeMap<Long, float[]>> samples = new EnumMap<>(Group.class);

    MeanRows(int dIn) {
        this(dIn, Math.max(8, MOST_VALUES / dIn / Group.values().length));
    }

    MeanRows(int dIn, int mostPerGroup) {
        this.dIn = dIn;
        this.mostPerGroup = mostPerGroup;
        for (Group group : Group.values()) {
            sums.put(group, new double[dIn]);
            counts.put(group, 0);
            samples.put(group, new TreeMap<>());
        }
    }

    /** Adds the sum of a request's scored rows. */
    void add(String request, Group group, double[] sum, int rows) {
        float[] mean = new float[dIn];
        double[] total = of(sums, group);
        for (int i = 0; i < dIn; i++) {
            double value = sum[i] / rows;
            total[i] += value;
            mean[i] = (float) value;
        }
        counts.merge(group, 1, Integer::sum);
        TreeMap<Long, float[]> sample = of(samples, group);
        sample.put(Fnv.mix64(Fnv.hash64("mean/" + request)), mean);
        if (sample.size() > mostPerGroup) {
            sample.pollLastEntry();
        }
    }

    /** Width of a row. */
    public int dIn() {
        return dIn;
    }

    /** Requests of a group. */
    public int count(Group group) {
        return of(counts, group);
    }

    /** Mean over the requests of a group; zeros when there is none. */
    double[] mean(Group group) {
        double[] mean = of(sums, group).clone();
        for (int i = 0; i < dIn; i++) {
            mean[i] /= Math.max(1, count(group));
        }
        return mean;
    }

    /** The sample of a group, in order of hash. */
    List<float[]> sample(Group group) {
        return new ArrayList<>(of(samples, group).values());
    }

    private static <T> T of(Map<Group, T> map, Group group) {
        T value = map.get(group);
        if (value == null) {
            throw new IllegalStateException("every group has an entry");
        }
        return value;
    }
}
