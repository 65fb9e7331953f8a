package io.seismo.encoder.onnx;

import io.seismo.encoder.SparseRows;

/** The largest positive pre-activation of each of several contiguous groups of equal size; of equals the first. */
final class GroupScan {

    private GroupScan() {}

    /** Adds the winners of one row, ascending; does not end the row. */
    static void sparse(float[] pre, int groups, SparseRows out) {
        int size = pre.length / groups;
        for (int first = 0; first < pre.length; first += size) {
            int winner = winner(pre, first, size);
            if (pre[winner] > 0) {
                out.add(winner, pre[winner]);
            }
        }
    }

    /** Values of a few features, ascending; 0 where another of the group is larger. */
    static void pick(float[] pre, int groups, int[] watched, float[] out, int at) {
        int size = pre.length / groups;
        int first = -1;
        int winner = -1;
        for (int c = 0; c < watched.length; c++) {
            if (watched[c] / size * size != first) {
                first = watched[c] / size * size;
                winner = winner(pre, first, size);
            }
            out[at + c] = winner == watched[c] ? Math.max(pre[winner], 0f) : 0;
        }
    }

    private static int winner(float[] pre, int first, int size) {
        int winner = first;
        for (int f = first + 1; f < first + size; f++) {
            if (pre[f] > pre[winner]) {
                winner = f;
            }
        }
        return winner;
    }
}
