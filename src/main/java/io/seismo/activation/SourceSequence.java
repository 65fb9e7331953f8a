package io.seismo.activation;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;

/**
 * What the gate remembers of one source.
 *
 * @param epoch epoch of the last accepted frame
 * @param last sequence number of the last accepted frame
 * @param recent bit k: number {@code last - 1 - k} was accepted, for k in 0..63
 * @param seenMs partition time when the last frame was accepted
 */
record SourceSequence(long epoch, long last, long recent, long seenMs) {

    private static final int VERSION = 1;
    private static final int REMEMBERED = 64;

    /** How a number compares with those accepted. */
    enum Standing {
        NEXT,
        DUPLICATE,
        OUT_OF_ORDER
    }

    Standing standing(long seq) {
        if (seq > last) {
            return Standing.NEXT;
        }
        long behind = last - seq;
        if (behind == 0 || (behind <= REMEMBERED && (recent >>> (behind - 1) & 1) != 0)) {
            return Standing.DUPLICATE;
        }
        return Standing.OUT_OF_ORDER;
    }

    /** After accepting a number above {@link #last}. */
    SourceSequence accepted(long seq, long timeMs) {
        long step = seq - last;
        long mask = 0;
        if (step <= REMEMBERED) {
            mask = (step == REMEMBERED ? 0 : recent << step) | 1L << (step - 1);
        }
        return new SourceSequence(epoch, seq, mask, timeMs);
    }

    byte[] toBytes() {
        return new StateWriter()
                .u8(VERSION)
                .i64(epoch)
                .i64(last)
                .i64(recent)
                .i64(seenMs)
                .toByteArray();
    }

    static SourceSequence fromBytes(byte[] bytes) {
        StateReader in = new StateReader(bytes, "source sequence").version(VERSION);
        SourceSequence sequence = new SourceSequence(in.i64(), in.i64(), in.i64(), in.i64());
        in.end();
        return sequence;
    }
}
