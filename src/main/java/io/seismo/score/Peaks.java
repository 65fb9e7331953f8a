package io.seismo.score;

import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.TokenPeak;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** The eight largest tokens of a request: by value, largest first, and of equal ones the earlier first. */
final class Peaks {

    static final int MAX = 8;

    private static final int NONE = 0;

    private int size = NONE;
    private int[] positions = new int[0];
    private float[] values = new float[0];

    /** Offers a token; positions must ascend from call to call. */
    void offer(int position, float value) {
        if (size == MAX && !(value > values[MAX - 1])) {
            return;
        }
        if (size == values.length) {
            int room = Math.min(MAX, Math.max(2, size * 2));
            positions = Arrays.copyOf(positions, Math.max(room, size));
            values = Arrays.copyOf(values, Math.max(room, size));
        }
        int at = size < MAX ? size++ : MAX - 1;
        for (; at > 0 && value > values[at - 1]; at--) {
            values[at] = values[at - 1];
            positions[at] = positions[at - 1];
        }
        values[at] = value;
        positions[at] = position;
    }

    /** As sent: by position. */
    List<TokenPeak> byPosition() {
        List<TokenPeak> peaks = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            peaks.add(TokenPeak.newBuilder()
                    .setPosition(positions[i])
                    .setValue(values[i])
                    .build());
        }
        peaks.sort(Comparator.comparingInt(TokenPeak::getPosition));
        return peaks;
    }

    void write(StateWriter out) {
        out.u8(size);
        for (int i = 0; i < size; i++) {
            out.varint(positions[i]).f32(values[i]);
        }
    }

    void read(StateReader in) {
        size = in.count(MAX);
        positions = new int[size];
        values = new float[size];
        for (int i = 0; i < size; i++) {
            positions[i] = in.count(Integer.MAX_VALUE);
            values[i] = in.f32();
        }
    }
}
