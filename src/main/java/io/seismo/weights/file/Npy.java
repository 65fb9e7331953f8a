package io.seismo.weights.file;

import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;

/** A numpy array as a file, or as a part of one: a header and elements up to the last byte. */
final class Npy {

    /** How file names end. */
    static final String EXTENSION = ".npy";

    private Npy() {}

    /**
     * The array in some bytes of a file; elements are mapped only when they are read.
     *
     * @param name of the array, for messages
     * @param source the file
     * @param offset where the array's header begins
     * @param length bytes from there to its end
     * @throws WeightsException when the header is not sound, or does not fit the length
     */
    static Tensor tensor(String name, ByteSource source, long offset, long length) {
        int head = (int) Math.min(length, NpyHeader.LARGEST);
        NpyHeader header = NpyHeader.parse(name, source.slice(offset, head));
        Tensor tensor = new Tensor(name, header.type(), header.shape(), source, offset + header.length());
        long expected = expected(name, header);
        if (expected != length) {
            throw new WeightsException(
                    name + " is " + length + " bytes long, but its header says " + header.type() + header.shape() + ", "
                            + expected + " bytes",
                    length < expected ? "it was cut off; copy or save it again" : "save it again with numpy.save");
        }
        return tensor;
    }

    /** Bytes of header and elements together. */
    static long expected(String name, NpyHeader header) {
        try {
            long elements = header.shape().stream().reduce(1L, Math::multiplyExact);
            return Math.addExact(
                    header.length(), Math.multiplyExact(elements, header.type().bytes()));
        } catch (ArithmeticException e) {
            throw new WeightsException(
                    name + " claims the shape " + header.shape() + ", more than a file can hold",
                    "save it again with numpy.save",
                    e);
        }
    }
}
