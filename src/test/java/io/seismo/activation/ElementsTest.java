package io.seismo.activation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.encoder.RowBlock;
import io.seismo.wire.Dtype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ElementsTest {

    @Test
    void shouldConvertEveryHalfAsItsDefinitionSays() {
        for (int bits = 0; bits < 65_536; bits++) {
            int exponent = bits >> 10 & 31;
            double fraction = (bits & 1023) / 1024.0;
            double magnitude = exponent == 0
                    ? fraction * Math.scalb(1.0, -14)
                    : exponent == 31
                            ? (fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN)
                            : (1 + fraction) * Math.scalb(1.0, exponent - 15);
            double expected = bits < 32_768 ? magnitude : -magnitude;
            assertThat((double) Dtypes.f16((short) bits)).isEqualTo(Double.valueOf(expected));
        }
        assertThat(Dtypes.bf16((short) 0x3fc0)).isEqualTo(1.5f);
    }

    @ParameterizedTest
    @EnumSource(names = {"DTYPE_BF16", "DTYPE_F16", "DTYPE_F32"})
    void shouldFindEveryNonFiniteElementWhereverItStands(Dtype dtype) {
        int bytes = RowBlock.bytesPerElement(dtype);
        Random random = new Random(7);
        for (int n = 0; n < 23; n++) {
            for (int round = 0; round < 40; round++) {
                ByteBuffer data = ByteBuffer.allocate(n * bytes + 3).order(ByteOrder.LITTLE_ENDIAN);
                random.nextBytes(data.array());
                boolean finite = true;
                for (int i = 0; i < n; i++) {
                    if (round % 2 == 0 && !finite(data, 3 + i * bytes, dtype)) {
                        data.put(3 + i * bytes + bytes - 1, (byte) 0x11);
                    }
                    finite &= finite(data, 3 + i * bytes, dtype);
                }
                assertThat(FiniteCheck.allFinite(data.position(3), dtype)).isEqualTo(finite);
                if (n > 0) {
                    int last = 3 + random.nextInt(n) * bytes + bytes - 2;
                    data.putShort(last, (short) 0x7f80);
                    data.putShort(last, dtype == Dtype.DTYPE_F16 ? (short) 0xfc00 : (short) 0xff80);
                    assertThat(FiniteCheck.allFinite(data, dtype)).isFalse();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"DTYPE_BF16", "DTYPE_F16", "DTYPE_F32"})
    void shouldFindARowLongerExactlyWhenItsNormIs(Dtype dtype) {
        Random random = new Random(11);
        int longer = 0;
        for (int dIn = 1; dIn < 40; dIn++) {
            ByteBuffer data = ByteBuffer.allocate(3 * dIn * RowBlock.bytesPerElement(dtype));
            random.nextBytes(data.array());
            for (int at = RowBlock.bytesPerElement(dtype) - 1;
                    at < data.limit();
                    at += RowBlock.bytesPerElement(dtype)) {
                // Exponents near 0, so that no element drowns the others.
                data.put(at, (byte) (data.get(at) & 0x80 | 0x3f));
            }
            RowBlock rows = new RowBlock(data, dtype, 3, dIn);
            for (int row = 0; row < 3; row++) {
                double norm = Dtypes.norm(rows, row);
                float near = (float) norm;
                for (float bound : new float[] {near, Math.nextUp(near), Math.nextDown(near), near / 2, near * 2}) {
                    assertThat(Dtypes.longer(rows, row, bound)).isEqualTo(norm > bound);
                    longer += norm > bound ? 1 : 0;
                }
            }
        }
        assertThat(longer).isBetween(39 * 3, 39 * 3 * 4);
    }

    @Test
    void shouldLendTheBytesWithoutCopyWhenTheyAreInOnePiece() {
        byte[] bytes = {1, 2, 3, 4, 5};
        ByteString wrapped = com.google.protobuf.UnsafeByteOperations.unsafeWrap(bytes);
        assertThat(TensorBytes.of(wrapped).array()).isSameAs(bytes);
        ByteString large = ByteString.copyFrom(new byte[300]).concat(ByteString.copyFrom(new byte[400]));
        assertThat(TensorBytes.of(large).remaining()).isEqualTo(700);
    }

    private static boolean finite(ByteBuffer data, int at, Dtype dtype) {
        return switch (dtype) {
            case DTYPE_BF16 -> Float.isFinite(Dtypes.bf16(data.getShort(at)));
            case DTYPE_F16 -> Float.isFinite(Dtypes.f16(data.getShort(at)));
            default -> Float.isFinite(data.getFloat(at));
        };
    }
}
