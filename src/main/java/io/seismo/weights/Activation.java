package io.seismo.weights;

/** From pre-activation to feature activation. A feature fires when the result is above 0. */
public sealed interface Activation {

    /** Name and parameters in words, for people. */
    String words();

    /** A threshold for each feature; empty where it is 0 for all, or depends on the row. */
    default float[] thresholds() {
        return new float[0];
    }

    /** Whether a feature's result depends on other features of the row, so that a few columns alone do not do. */
    default boolean wholeRow() {
        return false;
    }

    /** {@code max(pre, 0)}. */
    record Relu() implements Activation {
        @Override
        public String words() {
            return "relu";
        }
    }

    /**
     * {@code pre} where {@code pre > theta} and {@code pre > 0}, else 0; strict, so that equality does not fire.
     * Source: Rajamanoharan et al. 2024, "Jumping Ahead: Improving Reconstruction Fidelity with JumpReLU SAEs".
     *
     * @param theta one threshold per feature; not copied and not to be changed
     */
    record JumpRelu(float[] theta) implements Activation {
        @Override
        public String words() {
            return "jumprelu";
        }

        @Override
        public float[] thresholds() {
            return theta.clone();
        }
    }

    /**
     * {@code max(pre, 0)} of the k largest pre-activations of a row, 0 for the others; among equals the lower feature
     * index is kept. Source: Gao et al. 2024, "Scaling and evaluating sparse autoencoders".
     *
     * @param k how many are kept, at least 1
     */
    record TopK(int k) implements Activation {
        public TopK {
            if (k < 1) {
                throw new IllegalArgumentException("k must be at least 1, not " + k);
            }
        }

        @Override
        public String words() {
            return "topk, k = " + k;
        }

        @Override
        public boolean wholeRow() {
            return true;
        }
    }

    /**
     * {@code max(pre, 0)} of the largest pre-activation of each of k contiguous groups of equal size, 0 for the others;
     * among equals the lower feature index is kept. Source: EleutherAI sparsify, {@code fused_encoder.py}.
     *
     * @param groups k, how many groups there are, at least 1; divides the width
     */
    record GroupMax(int groups) implements Activation {
        public GroupMax {
            if (groups < 1) {
                throw new IllegalArgumentException("there must be at least 1 group, not " + groups);
            }
        }

        @Override
        public String words() {
            return "groupmax, k = " + groups;
        }

        @Override
        public boolean wholeRow() {
            return true;
        }
    }

    /** {@code pre} itself, negative values included: a probe or a direction. */
    record Linear() implements Activation {
        @Override
        public String words() {
            return "linear";
        }
    }
}
