package io.seismo.reference;

import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32C;

/** Element types, checksums and hashes, written plainly. */
public final class Numbers {

    private Numbers() {}

    /** Bytes of one element; 0 when there is no such type. */
    public static int size(Dtype dtype) {
        return switch (dtype) {
            case DTYPE_BF16, DTYPE_F16 -> 2;
            case DTYPE_F32 -> 4;
            case DTYPE_UNSPECIFIED, UNRECOGNIZED -> 0;
        };
    }

    /** Elements of little-endian bytes as floats. */
    public static float[] decode(byte[] bytes, Dtype dtype) {
        ByteBuffer in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        float[] out = new float[bytes.length / size(dtype)];
        for (int i = 0; i < out.length; i++) {
            out[i] = switch (dtype) {
                case DTYPE_BF16 -> Float.intBitsToFloat(in.getShort() << 16);
                case DTYPE_F16 -> half(in.getShort() & 0xFFFF);
                case DTYPE_F32 -> in.getFloat();
                case DTYPE_UNSPECIFIED, UNRECOGNIZED -> throw new IllegalArgumentException("no dtype");
            };
        }
        return out;
    }

    /** Floats as little-endian bytes; bf16 by truncation, f16 is not written. */
    public static byte[] encode(float[] values, Dtype dtype) {
        ByteBuffer out = ByteBuffer.allocate(values.length * size(dtype)).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            if (dtype == Dtype.DTYPE_F32) {
                out.putFloat(value);
            } else {
                out.putShort((short) (Float.floatToRawIntBits(value) >>> 16));
            }
        }
        return out.array();
    }

    /** IEEE 754 binary16. */
    static float half(int bits) {
        int exponent = (bits >>> 10) & 0x1F;
        int fraction = bits & 0x3FF;
        float magnitude;
        if (exponent == 0x1F) {
            magnitude = fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
        } else if (exponent == 0) {
            magnitude = Math.scalb((float) fraction, -24);
        } else {
            magnitude = Math.scalb((float) (1024 + fraction), exponent - 25);
        }
        return (bits & 0x8000) == 0 ? magnitude : -magnitude;
    }

    /** CRC-32C (Castagnoli). */
    public static int crc32c(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length);
        return (int) crc.getValue();
    }

    /** FNV-1a of 32 bits over UTF-8. */
    public static int fnv32(String text) {
        int hash = 0x811C9DC5;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x01000193;
        }
        return hash;
    }

    /** FNV-1a of 64 bits over UTF-8. */
    public static long fnv64(String text) {
        long hash = 0xCBF29CE484222325L;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xFF)) * 0x100000001B3L;
        }
        return hash;
    }
}
