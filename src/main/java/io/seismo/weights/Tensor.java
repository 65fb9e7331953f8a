package io.seismo.weights;

import java.util.Arrays;
import java.util.List;

/**
 * One tensor of a file, not yet read.
 *
 * @param name key in the file
 * @param type element type
 * @param shape sizes; empty for a scalar
 * @param source the file
 * @param offset first byte within the file
 * @param strides elements from one index to the next, for each dimension
 */
public record Tensor(
        String name, TensorType type, List<Long> shape, ByteSource source, long offset, List<Long> strides) {

    /** Sanity bound on one dimension of an encoder: 16.7 million. */
    private static final long LARGEST_DIMENSION = 1 << 24;

    public Tensor {
        shape = List.copyOf(shape);
        strides = List.copyOf(strides);
        if (shape.size() != strides.size()) {
            throw new IllegalArgumentException("a stride for each dimension, not " + strides + " for " + shape);
        }
    }

    /** A row-major tensor without gaps. */
    public Tensor(String name, TensorType type, List<Long> shape, ByteSource source, long offset) {
        this(name, type, shape, source, offset, rowMajor(shape));
    }

    /** Strides of a row-major tensor without gaps; overflows wrap, since sizes are checked elsewhere. */
    public static List<Long> rowMajor(List<Long> shape) {
        Long[] strides = new Long[shape.size()];
        long step = 1;
        for (int i = strides.length - 1; i >= 0; i--) {
            strides[i] = step;
            step *= shape.get(i);
        }
        return List.of(strides);
    }

    /** The same elements with the two dimensions exchanged; nothing is read or copied. */
    public Tensor transposed() {
        if (shape.size() != 2) {
            throw new WeightsException(this + " should have two dimensions", "is it the right file?");
        }
        return new Tensor(
                name,
                type,
                List.of(shape.get(1), shape.get(0)),
                source,
                offset,
                List.of(strides.get(1), strides.get(0)));
    }

    /** Whether elements follow each other in row-major order. */
    public boolean contiguous() {
        return strides.equals(rowMajor(shape));
    }

    /** Whether two dimensions lie column by column, each column without gaps. */
    public boolean columnMajor() {
        return shape.size() == 2 && strides.get(0) == 1 && strides.get(1) != 1;
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

    /** Refuses anything but a matrix; {@code wanted} says which. */
    public Tensor matrix(String wanted) {
        if (shape.size() != 2) {
            throw new WeightsException(
                    this + " should be " + wanted,
                    shape.size() == 3
                            ? "crosscoders and cross-layer transcoders read or write several layers; use an SAE of one"
                            : "is it the right file?");
        }
        return this;
    }

    /** A vector of {@code count} values, or one value for all of them. */
    public double[] spread(int count) {
        double[] values = vector();
        if (values.length == 1 && shape.size() <= 1) {
            double[] same = new double[count];
            Arrays.fill(same, values[0]);
            return same;
        }
        expect(count);
        return values;
    }

    /** The one value of a scalar or a vector of one. */
    public double single() {
        double[] values = vector();
        if (values.length != 1) {
            throw new WeightsException(this + " should hold one value", "is it the right file?");
        }
        return values[0];
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
    public RowReader rows(int width) {
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
