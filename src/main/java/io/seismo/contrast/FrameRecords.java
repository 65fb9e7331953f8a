package io.seismo.contrast;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.seismo.activation.FrameReader;
import io.seismo.weights.WeightsException;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Values of records of {@code activations} in a file: each behind its length as a varint, or one alone in a {@code .bin}. */
public final class FrameRecords {

    static final String SINGLE = ".bin";

    private FrameRecords() {}

    /** What is heard of a file. */
    public interface Heard {

        /** Takes a value and the offset behind it; says whether to go on. */
        boolean record(byte[] value, long at);
    }

    /**
     * Reads a file from its beginning.
     *
     * @throws WeightsException when it cannot be read, or is cut off
     */
    public static void each(Path path, Heard heard) {
        try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(path), 1 << 20))) {
            if (path.toString().endsWith(SINGLE)) {
                byte[] value = in.readNBytes(FrameReader.MAX_RECORD_BYTES + 1);
                heard.record(value, value.length);
                return;
            }
            long at = 0;
            boolean more = true;
            while (more) {
                int first = in.read();
                if (first < 0) {
                    return;
                }
                int length = CodedInputStream.readRawVarint32(first, in);
                at += CodedOutputStream.computeUInt32SizeNoTag(length) + (long) length;
                if (length < 0 || length > FrameReader.MAX_RECORD_BYTES) {
                    throw unsound(path, at, "a record claims " + Integer.toUnsignedString(length) + " bytes");
                }
                byte[] value = in.readNBytes(length);
                if (value.length < length) {
                    throw unsound(path, at, "the last record is cut off");
                }
                more = heard.record(value, at);
            }
        } catch (EOFException e) {
            throw unsound(path, Long.MAX_VALUE, "it ends within a length");
        } catch (IOException e) {
            throw new WeightsException("cannot read " + path + ": " + e.getMessage(), "check the file", e);
        }
    }

    private static WeightsException unsound(Path path, long at, String what) {
        return new WeightsException(
                path + ": " + what + (at == Long.MAX_VALUE ? "" : ", before byte " + at),
                "frames are ActivationRecords, each behind its length as a varint, of at most 1,048,576 bytes");
    }
}
