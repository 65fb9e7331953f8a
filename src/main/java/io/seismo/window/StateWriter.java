package io.seismo.window;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes stored values: little-endian numbers, LEB128 varints, length-preceded UTF-8. Reusable after {@link #clear}. */
public final class StateWriter {

    private byte[] bytes = new byte[256];
    private int size;

    /** Forgets what was written, keeps the array. */
    public StateWriter clear() {
        size = 0;
        return this;
    }

    /** One byte. */
    public StateWriter u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    /** Four bytes. */
    public StateWriter i32(int value) {
        room(4);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Eight bytes. */
    public StateWriter i64(long value) {
        room(8);
        for (int shift = 0; shift < 64; shift += 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Four bytes, the float's bits. */
    public StateWriter f32(float value) {
        return i32(Float.floatToRawIntBits(value));
    }

    /** Eight bytes, the double's bits. */
    public StateWriter f64(double value) {
        return i64(Double.doubleToRawLongBits(value));
    }

    /** One to ten bytes; small non-negative numbers are short. */
    public StateWriter varint(long value) {
        room(10);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
        return this;
    }

    /** A varint length, then UTF-8. */
    public StateWriter text(String value) {
        return bytes(value.getBytes(StandardCharsets.UTF_8));
    }

    /** A varint length, then the bytes. */
    public StateWriter bytes(byte[] value) {
        varint(value.length);
        room(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
        return this;
    }

    /** A copy of what was written. */
    public byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
