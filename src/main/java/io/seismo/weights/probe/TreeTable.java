package io.seismo.weights.probe;

import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.Tensors;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/**
 * Decision trees as arrays, one entry a node, as scikit-learn and XGBoost keep them.
 *
 * <p>A node either is a leaf with a value or asks {@code x[feature] ≤ threshold} ({@code <} for XGBoost) and goes left when
 * that holds. The score is the base plus the values of the leaves reached, in tree order. Children follow their parent, so
 * every walk ends; every reference was checked when the table was made.
 */
public final class TreeTable {

    static final int MOST_NODES = 1 << 18;
    static final int MOST_TREES = 1 << 12;
    /** Its feature, two children, threshold and value. */
    static final long BYTES_PER_NODE = 3 * Integer.BYTES + 2 * Double.BYTES;

    private static final int MOST_FEATURE = 1 << 24;

    private final int[] roots;
    private final int[] inputs;
    private final int[] left;
    private final int[] right;
    private final double[] thresholds;
    private final double[] values;
    private final List<Integer> features;
    private final boolean strict;
    private final double base;

    private TreeTable(Tensors file, int trees, int nodes) {
        this.roots = new int[trees];
        this.inputs = new int[nodes];
        this.left = ints(file, "tree.left", nodes);
        this.right = ints(file, "tree.right", nodes);
        this.strict = file.find("tree.threshold_lt").isPresent();
        this.thresholds = file.require("tree.threshold_lt", "tree.threshold")
                .expect(nodes)
                .vector();
        this.values = flat(file.require("tree.value"), nodes).vector();
        this.base = file.find("tree.base").map(Tensor::single).orElse(0.0);
        int[] offsets = ints(file, "tree.offsets", trees + 1);
        int[] read = ints(file, "tree.feature", nodes);
        for (int t = 0; t < trees; t++) {
            boolean ordered = offsets[t] >= 0 && offsets[t] < offsets[t + 1] && offsets[t + 1] <= nodes;
            if (!ordered || offsets[0] != 0 || offsets[trees] != nodes) {
                throw refused(file, "tree.offsets do not cut " + nodes + " nodes into trees");
            }
            roots[t] = offsets[t];
            settle(file, offsets[t], offsets[t + 1], read);
        }
        this.features = renumber(read);
    }

    /** Reads and checks the tensors of a file. */
    static TreeTable read(Tensors file) {
        long trees = file.require("tree.offsets").elements() - 1;
        long nodes = file.require("tree.left").elements();
        if (trees < 1 || trees > MOST_TREES || nodes < 1 || nodes > MOST_NODES) {
            throw refused(
                    file,
                    trees + " trees of " + nodes + " nodes in all; at most " + MOST_TREES + " and " + MOST_NODES
                            + " are taken");
        }
        return new TreeTable(file, (int) trees, (int) nodes);
    }

    /** Makes the children of one tree's nodes absolute; a leaf's are −1. */
    private void settle(Tensors file, int from, int to, int[] read) {
        for (int node = from; node < to; node++) {
            if (left[node] < 0 && right[node] < 0) {
                left[node] = -1;
                continue;
            }
            left[node] += from;
            right[node] += from;
            boolean sound = left[node] > node && left[node] < to && right[node] > node && right[node] < to;
            if (!sound || read[node] < 0 || read[node] >= MOST_FEATURE) {
                throw refused(file, "node " + node + " has children or a feature that cannot be");
            }
        }
    }

    private List<Integer> renumber(int[] read) {
        TreeSet<Integer> used = new TreeSet<>();
        for (int node = 0; node < read.length; node++) {
            if (!leaf(node)) {
                used.add(read[node]);
            }
        }
        List<Integer> sorted = new ArrayList<>(used);
        int[] order = sorted.stream().mapToInt(Integer::intValue).toArray();
        for (int node = 0; node < read.length; node++) {
            inputs[node] = leaf(node) ? -1 : Arrays.binarySearch(order, read[node]);
        }
        return List.copyOf(sorted);
    }

    private static Tensor flat(Tensor tensor, int nodes) {
        boolean column = tensor.shape().size() == 2 && tensor.shape().get(1) == 1 && tensor.contiguous();
        return column
                ? new Tensor(
                        tensor.name(), tensor.type(), List.of(tensor.shape().get(0)), tensor.source(), tensor.offset())
                : tensor.expect(nodes);
    }

    private static int[] ints(Tensors file, String name, int count) {
        double[] values = file.require(name).expect(count).vector();
        int[] out = new int[count];
        for (int i = 0; i < count; i++) {
            out[i] = (int) values[i];
            if (out[i] != values[i]) {
                throw refused(file, name + " holds " + values[i] + ", which is no index");
            }
        }
        return out;
    }

    private static WeightsException refused(Tensors file, String problem) {
        return new WeightsException(file.source().name() + ": " + problem, "export the trees again; see probes.md");
    }

    /** Number of trees. */
    public int trees() {
        return roots.length;
    }

    /** Nodes of all trees. */
    public int nodes() {
        return values.length;
    }

    /** First node of a tree. */
    public int root(int tree) {
        return roots[tree];
    }

    /** Whether a node asks nothing. */
    public boolean leaf(int node) {
        return left[node] < 0;
    }

    /** Place among {@link #features()} of the value that a node asks for. */
    public int input(int node) {
        return inputs[node];
    }

    /** What the value is compared with. */
    public double threshold(int node) {
        return thresholds[node];
    }

    /** Where a node goes when its question holds. */
    public int left(int node) {
        return left[node];
    }

    /** Where a node goes otherwise. */
    public int right(int node) {
        return right[node];
    }

    /** What a leaf adds. */
    public double value(int node) {
        return values[node];
    }

    /** Whether equality goes right. */
    public boolean strict() {
        return strict;
    }

    /** What the sum begins with. */
    public double base() {
        return base;
    }

    /** Features that the trees ask for, ascending. */
    public List<Integer> features() {
        return features;
    }
}
