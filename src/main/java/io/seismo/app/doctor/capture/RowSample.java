package io.seismo.app.doctor.capture;

import io.seismo.activation.CaptureTrial;
import io.seismo.activation.RowKinds;
import io.seismo.app.doctor.Finding;
import io.seismo.encoder.RowBlock;
import io.seismo.spec.TapPlan;
import io.seismo.wire.Frame;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** The first scored rows of a tap, a few of each frame, bit for bit. */
final class RowSample implements CaptureCheck {

    static final int MAX_ROWS = 256;
    private static final int OF_A_FRAME = 16;

    private final TapPlan tap;
    private final ByteBuffer bits;
    private int rows;

    RowSample(TapPlan tap) {
        this.tap = tap;
        int row = tap.dIn() * RowBlock.bytesPerElement(tap.dtype());
        this.bits = ByteBuffer.allocateDirect(MAX_ROWS * row).order(ByteOrder.LITTLE_ENDIAN);
    }

    @Override
    public void see(Captured record) {
        Frame frame = record.taken();
        RowBlock all = frame == null || rows == MAX_ROWS ? null : CaptureTrial.rows(frame, tap);
        if (all == null || record.look() == null) {
            return;
        }
        byte[] kinds = record.look().kinds();
        int size = tap.dIn() * RowBlock.bytesPerElement(tap.dtype());
        int taken = 0;
        // Evenly spread, so that a long prompt does not stand for all.
        for (int row = 0;
                row < all.rows() && taken < OF_A_FRAME && rows < MAX_ROWS;
                row += 1 + all.rows() / OF_A_FRAME) {
            if (kinds[row] == RowKinds.SCORED) {
                int at = all.data().position() + row * size;
                for (int i = 0; i < size; i++) {
                    bits.put(all.data().get(at + i));
                }
                taken++;
                rows++;
            }
        }
    }

    TapPlan tap() {
        return tap;
    }

    /** The rows as they came. */
    RowBlock rows() {
        return new RowBlock(
                bits.duplicate().flip().slice().order(ByteOrder.LITTLE_ENDIAN), tap.dtype(), rows, tap.dIn());
    }

    @Override
    public List<Finding> findings() {
        return List.of();
    }
}
