package io.seismo.window;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Reads what {@link StateWriter} wrote; throws {@link IllegalArgumentException} on anything cut short or left over. */
public final class StateReader {

    private final ByteBuffer in;
    private final String what;

    /**
     * @param bytes the stored value
     * @param what its name, for messages
     */
    public StateReader(byte[] bytes, String what) {
        this.in = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        this.what = what;
    }

    /** Reads the format version: one of two neighbours, or the value cannot be read. */
    public int version(int oldest, int newest) {
        int version = u8();
        if (version < oldest || version > newest) {
            throw new IllegalArgumentException(
                    what + " has format version " + version + ", neither " + oldest + " nor " + newest);
        }
        return version;
    }

    /** Reads the format version and checks it. */
    public StateReader version(int expected) {
        int version = u8();
        if (version != expected) {
            throw new IllegalArgumentException(what + " has format version " + version + ", not " + expected);
        }
        return this;
    }

    public int u8() {
        return need(1).get() & 0xff;
    }

    public int i32() {
        return need(4).getInt();
    }

    public long i64() {
        return need(8).getLong();
    }

    public float f32() {
        return Float.intBitsToFloat(i32());
    }

    public double f64() {
        return Double.longBitsToDouble(i64());
    }

    /** A varint of at most ten bytes. */
    public long varint() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int b = u8();
            value |= (long) (b & 0x7f) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new IllegalArgumentException(what + " has a number of more than ten bytes");
    }

    /** A varint that must lie in 0..max. */
    public int count(int max) {
        long value = varint();
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(what + " has a count above " + max);
        }
        return (int) value;
    }

    /** Length-preceded UTF-8. */
    public String text() {
        ByteBuffer slice = ByteBuffer.wrap(bytes());
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(slice).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException(what + " has a text that is not UTF-8", e);
        }
    }

    /** Length-preceded bytes. */
    public byte[] bytes() {
        byte[] value = new byte[count(in.remaining())];
        need(value.length).get(value);
        return value;
    }

    /** Checks that nothing is left. */
    public void end() {
        if (in.hasRemaining()) {
            throw new IllegalArgumentException(what + " has " + in.remaining() + " bytes left over");
        }
    }

    private ByteBuffer need(int bytes) {
        if (in.remaining() < bytes) {
            throw new IllegalArgumentException(what + " is cut short");
        }
        return in;
    }
}
