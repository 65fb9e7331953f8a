package io.seismo.encoder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.SafetensorsWriter;
import io.seismo.wire.Dtype;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowFileTest {

    @TempDir
    Path directory;

    private Path file(TensorType type, float[] values, int... shape) throws IOException {
        return new SafetensorsWriter()
                .add("ids", TensorType.I64, new float[] {1, 2}, 2)
                .add("x", type, values, shape)
                .write(directory.resolve("x.safetensors"));
    }

    @Test
    void shouldCountLeadingDimensionsThroughWhenThereAreSeveral() throws IOException {
        RowFile rows = RowFile.open(file(TensorType.BF16, new float[] {1, 2, 3, 4, 5, 6, 7, 8}, 2, 2, 2), "");

        assertThat(rows.rows()).isEqualTo(4);
        assertThat(rows.dtype()).isEqualTo(Dtype.DTYPE_BF16);
        assertThat(NaiveEncoder.decode(rows.block(2, 2), 1)).containsExactly(7, 8);
        assertThat(NaiveEncoder.decode(rows.block(0, 1), 0)).containsExactly(1, 2);
    }

    @Test
    void shouldNameRowAndColumnWhenAValueIsNotFinite() throws IOException {
        for (TensorType type : new TensorType[] {TensorType.F32, TensorType.F16, TensorType.BF16}) {
            // Beyond binary16, infinite in the other two.
            float large = type == TensorType.F16 ? 1e6f : Float.NEGATIVE_INFINITY;
            RowFile rows = RowFile.open(file(type, new float[] {1, 2, 3, 4, 5, large}, 3, 2), "x");

            assertThat(rows.block(0, 2).rows()).isEqualTo(2);
            assertThatThrownBy(() -> rows.block(1, 2))
                    .isInstanceOf(WeightsException.class)
                    .hasMessageContaining("row 2, column 1");
        }
    }

    @Test
    void shouldRefuseWhatHoldsNoRows() throws IOException {
        Path doubles = file(TensorType.F64, new float[] {1, 2}, 1, 2);
        assertThatThrownBy(() -> RowFile.open(doubles, "")).hasMessageContaining("astype(numpy.float32)");
        assertThatThrownBy(() -> RowFile.open(doubles, "ids")).isInstanceOf(WeightsException.class);
        assertThatThrownBy(() -> RowFile.open(doubles, "y")).hasMessageContaining("[ids, x]");
        Path empty = file(TensorType.F32, new float[0], 0, 2);
        assertThatThrownBy(() -> RowFile.open(empty, "")).hasMessageContaining("no rows");
        Path vector = file(TensorType.F32, new float[] {1, 2}, 2);
        assertThatThrownBy(() -> RowFile.open(vector, "")).hasMessageContaining("0 arrays of two dimensions");
    }
}
