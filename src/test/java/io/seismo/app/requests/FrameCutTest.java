package io.seismo.app.requests;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.activation.FrameReader;
import io.seismo.activation.Reading;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** Some requests of a frame, with their rows and no others. */
class FrameCutTest {

    private static final FrameCut ALL = new FrameCut(Set.of(), true);

    /** Requests a, b and c with 2, 1 and 3 rows; row r holds r and 10 + r, and fires features 0 to r of the other hook. */
    private static Frame frame() {
        Frame.Builder frame = Frame.newBuilder()
                .setSourceId("s")
                .setSourceEpoch(1)
                .setSourceSeq(1)
                .setTimestampMs(5_000)
                .setModel("m")
                .setRevision("r");
        int[] counts = {2, 1, 3};
        for (int s = 0; s < counts.length; s++) {
            Segment.Builder segment = Segment.newBuilder().setRequestId("" + (char) ('a' + s)).setRows(counts[s]);
            for (int i = 0; i < counts[s]; i++) {
                segment.addTokenIds(i).addTokenText("t" + i);
            }
            frame.addSegments(segment);
        }
        ByteBuffer rows = little(6 * 2 * Float.BYTES);
        ByteBuffer pairs = little(6 * Short.BYTES);
        ByteBuffer indices = little(21 * Integer.BYTES);
        ByteBuffer values = little(21 * Float.BYTES);
        for (int r = 0; r < 6; r++) {
            rows.putFloat(r).putFloat(10 + r);
            pairs.putShort((short) (r + 1));
            for (int f = 0; f <= r; f++) {
                indices.putInt(f);
                values.putFloat(100 * r + f + 1);
            }
        }
        return frame.addTensors(Tensor.newBuilder()
                        .setHook("dense")
                        .setDtype(Dtype.DTYPE_F32)
                        .addShape(6)
                        .addShape(2)
                        .setData(ByteString.copyFrom(rows.array()))
                        .setCrc32C(crc(rows.array())))
                .addEncoded(EncodedRows.newBuilder()
                        .setHook("sparse")
                        .setWeights("w")
                        .setUnits("activation")
                        .setRows(6)
                        .setWidth(8)
                        .setCounts(ByteString.copyFrom(pairs.array()))
                        .setIndices(ByteString.copyFrom(indices.array()))
                        .setValues(ByteString.copyFrom(values.array()))
                        .setCrc32C(crc(pairs.array(), indices.array(), values.array())))
                .build();
    }

    private static ByteBuffer little(int bytes) {
        return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static int crc(byte[]... parts) {
        CRC32C crc = new CRC32C();
        for (byte[] part : parts) {
            crc.update(part);
        }
        return (int) crc.getValue();
    }

    private static Frame cut(FrameCut cut, int... segments) {
        BitSet chosen = new BitSet();
        for (int segment : segments) {
            chosen.set(segment);
        }
        return Objects.requireNonNull(cut.cut(frame(), chosen));
    }

    @Test
    void shouldKeepTheRowsOfChosenRequestsWithChecksumsOfWhatIsLeft() {
        Frame kept = cut(ALL, 0, 2);

        assertThat(kept.getSegmentsList()).extracting(Segment::getRequestId).containsExactly("a", "c");
        Tensor tensor = kept.getTensors(0);
        assertThat(tensor.getShapeList()).containsExactly(5, 2);
        ByteBuffer rows = tensor.getData().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int row : new int[] {0, 1, 3, 4, 5}) {
            assertThat(rows.getFloat()).isEqualTo(row);
            assertThat(rows.getFloat()).isEqualTo(10 + row);
        }
        assertThat(tensor.getCrc32C()).isEqualTo(crc(tensor.getData().toByteArray()));
        EncodedRows encoded = kept.getEncoded(0);
        assertThat(encoded.getRows()).isEqualTo(5);
        ByteBuffer values = encoded.getValues().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int row : new int[] {0, 1, 3, 4, 5}) {
            for (int f = 0; f <= row; f++) {
                assertThat(values.getFloat()).isEqualTo(100 * row + f + 1);
            }
        }
        assertThat(values.hasRemaining()).isFalse();
        assertThat(encoded.getCrc32C())
                .isEqualTo(crc(
                        encoded.getCounts().toByteArray(),
                        encoded.getIndices().toByteArray(),
                        encoded.getValues().toByteArray()));
        ActivationRecord record = ActivationRecord.newBuilder()
                .setSchemaVersion(1)
                .setFrame(kept)
                .build();
        assertThat(FrameReader.read(record.toByteArray())).isInstanceOf(Reading.Parsed.class);
        assertThat(FrameCut.fits(kept)).isTrue();
    }

    @Test
    void shouldLeaveAFrameAsItIsWhenAllOfItIsChosen() {
        assertThat(cut(ALL, 0, 1, 2)).isEqualTo(frame());
    }

    @Test
    void shouldKeepChosenHooksAndLeaveTextsOut() {
        Frame kept = cut(new FrameCut(Set.of("sparse"), false), 1);

        assertThat(kept.getTensorsList()).isEmpty();
        assertThat(kept.getEncodedCount()).isEqualTo(1);
        assertThat(kept.getSegments(0).getTokenTextList()).isEmpty();
        assertThat(kept.getSegments(0).getTokenIdsList()).isEmpty();
        assertThat(kept.getSegments(0).getRows()).isEqualTo(1);
        BitSet all = new BitSet();
        all.set(0, 3);
        assertThat(new FrameCut(Set.of("elsewhere"), true).cut(frame(), all)).isNull();
    }

    @Test
    void shouldTellWhenRowsCannotBeToldApart() {
        Frame sound = frame();
        Tensor tensor = sound.getTensors(0);
        EncodedRows encoded = sound.getEncoded(0);

        assertThat(FrameCut.fits(sound)).isTrue();
        List<Frame> unsound = List.of(
                sound.toBuilder()
                        .setTensors(0, tensor.toBuilder().setData(tensor.getData().substring(1)))
                        .build(),
                sound.toBuilder().setTensors(0, tensor.toBuilder().setShape(0, 5)).build(),
                sound.toBuilder().setEncoded(0, encoded.toBuilder().setRows(5)).build(),
                sound.toBuilder()
                        .setEncoded(0, encoded.toBuilder().setValues(encoded.getValues().substring(4)))
                        .build(),
                sound.toBuilder()
                        .setEncoded(0, encoded.toBuilder().setNorms(ByteString.copyFrom(new byte[40])))
                        .build());
        assertThat(unsound).noneMatch(FrameCut::fits);
    }
}
