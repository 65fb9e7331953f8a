package io.seismo.encoder;

import io.seismo.weights.probe.TreeTable;

/** Walks every tree from its root to a leaf, and adds up. */
final class TreeHead implements Head {

    private final TreeTable table;

    TreeHead(TreeTable table) {
        this.table = table;
    }

    @Override
    public void score(double[] x, double[] out) {
        double sum = table.base();
        boolean strict = table.strict();
        for (int tree = 0; tree < table.trees(); tree++) {
            int node = table.root(tree);
            while (!table.leaf(node)) {
                double value = x[table.input(node)];
                double threshold = table.threshold(node);
                node = value < threshold || (!strict && value == threshold) ? table.left(node) : table.right(node);
            }
            sum += table.value(node);
        }
        out[0] = sum;
    }
}
