package io.seismo.activation;

import io.seismo.encoder.RowBlock;
import io.seismo.spec.TapPlan;
import io.seismo.wire.Reason;
import io.seismo.wire.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * What a tensor must be to be read at a tap, in the order in which it is looked at: what costs nothing first, and nothing
 * that a later check relies on after it.
 */
enum TensorCheck {
    DTYPE {
        @Override
        @Nullable
        Fault fault(Tensor tensor, TapPlan tap) {
            return tensor.getDtype() == tap.dtype()
                    ? null
                    : new Fault(
                            Reason.REASON_DTYPE,
                            "dtype of tap " + tap.name() + " is " + tensor.getDtype() + ", not " + tap.dtype());
        }
    },
    SHAPE {
        @Override
        @Nullable
        Fault fault(Tensor tensor, TapPlan tap) {
            return tensor.getShapeCount() == 2 && tensor.getShape(1) == tap.dIn()
                    ? null
                    : new Fault(
                            Reason.REASON_SHAPE,
                            "shape of tap " + tap.name() + " is " + tensor.getShapeList() + ", not [rows, " + tap.dIn()
                                    + "]");
        }
    },
    LENGTH {
        @Override
        @Nullable
        Fault fault(Tensor tensor, TapPlan tap) {
            long elements = Integer.toUnsignedLong(tensor.getShape(0)) * tap.dIn();
            return tensor.getData().size() == elements * RowBlock.bytesPerElement(tap.dtype())
                    ? null
                    : new Fault(
                            Reason.REASON_LENGTH, "data of tap " + tap.name() + " is not rows x d elements long");
        }
    },
    CHECKSUM {
        @Override
        @Nullable
        Fault fault(Tensor tensor, TapPlan tap) {
            return TensorBytes.crc32c(TensorBytes.of(tensor.getData())) == tensor.getCrc32C()
                    ? null
                    : new Fault(
                            Reason.REASON_CHECKSUM, "crc32c of tap " + tap.name() + " is not the CRC-32C of its data");
        }
    },
    FINITE {
        @Override
        @Nullable
        Fault fault(Tensor tensor, TapPlan tap) {
            return FiniteCheck.allFinite(TensorBytes.of(tensor.getData()), tap.dtype())
                    ? null
                    : new Fault(
                            Reason.REASON_NON_FINITE, "data of tap " + tap.name() + " holds an infinity or NaN");
        }
    };

    /** What is wrong, or {@code null}; every check before this one has found nothing. */
    abstract @Nullable Fault fault(Tensor tensor, TapPlan tap);
}
