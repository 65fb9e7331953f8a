package io.seismo.weights;

import java.util.List;

/**
 * One tensor of a safetensors, npy or npz file, not yet read.
 *
 * @param name key in the file
 * @param type element type
 * @param shape sizes, row-major; empty for a scalar
 * @param source the file
 * @param offset first byte within the file
 */
public record Tensor(String name, TensorType type, List<Long> shape, ByteSource source, long offset) {

    /** Sanity bound on one dimension of an encoder: 16.7 million. */
    private static final long LARGEST_DIMENSION = 1 << 24;

    public Tensor {
        shape = List.copyOf(shape);
    }

    /** Number of elements. */
    public long elements() {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }

    /** Refuses any other shape. */
    public Tensor expect(long... wanted) {
        boolean same = shape.size() == wanted.length;
        for (int i = 0; same && i < wanted.length; i++) {
            same = shape.get(i) == wanted[i];
        }
        if (!same) {
            throw new WeightsException(
                    this + " should have shape " + List.of(box(wanted)),
                    "check d_in and d_sae of the configuration, and that the tensor is not transposed");
        }
        return this;
    }

    /** All elements of a vector or scalar, widened to double; refuses values that are not finite. */
    public double[] vector() {
        long count = elements();
        if (shape.size() > 1 || count > LARGEST_DIMENSION) {
            throw new WeightsException(this + " should be a vector", "is it the right file?");
        }
        double[] out = new double[(int) count];
        if (count > 0) {
            rows(out.length).read(0, out);
        }
        for (int i = 0; i < out.length; i++) {
            if (!Double.isFinite(out[i])) {
                throw new WeightsException(
                        this + " holds " + out[i] + " at index " + i, "export the weights again from a clean run");
            }
        }
        return out;
    }

    /** Reads rows of a given width one after the other, mapping many at a time. */
    RowReader rows(int width) {
        return new RowReader(this, width);
    }

    private static Long[] box(long[] values) {
        Long[] boxed = new Long[values.length];
        for (int i = 0; i < values.length; i++) {
            boxed[i] = values[i];
        }
        return boxed;
    }

    @Override
    public String toString() {
        return "tensor " + name + " " + type + shape + " of " + source.name();
    }
}
