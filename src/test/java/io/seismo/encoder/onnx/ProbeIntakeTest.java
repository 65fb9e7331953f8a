package io.seismo.encoder.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.seismo.activation.Intake;
import io.seismo.activation.TestFrames;
import io.seismo.encoder.RowBlock;
import io.seismo.score.Journal;
import io.seismo.spec.Plans;
import io.seismo.wire.FeatureRecord;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Tensor;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes on several hook points of a token, through ENCODE: all hooks in one frame, or none of it. */
class ProbeIntakeTest {

    private static final long NOW = 1_000_000;
    private static final int ROWS = 5;

    @TempDir
    Path directory;

    @Test
    void shouldScoreAFrameWithAllHooksAndRefuseOneWithoutAsSplit() throws IOException {
        try (ProbeFixture fixture = new ProbeFixture(directory)) {
            Map<String, RowBlock> rows = ProbeFixture.rows(ROWS);
            Intake intake = new Intake(Plans.only(fixture.plan), any -> fixture.encoders.byName(), Journal.NONE);
            give(intake, TestFrames.tick(NOW).toByteArray());
            Frame.Builder whole = Frame.newBuilder()
                    .setSourceId("a")
                    .setSourceEpoch(1)
                    .setSourceSeq(1)
                    .setTimestampMs(NOW)
                    .setModel(fixture.plan.model())
                    .setRevision(fixture.plan.revision())
                    .addSegments(TestFrames.segment("r", 0, ROWS))
                    .addTensors(tensor("blocks.3.resid_post", rows.get("mid")))
                    .addTensors(tensor("blocks.3.hook_resid_post", rows.get("late")));

            for (int missing = 0; missing < 2; missing++) {
                Frame split = whole.clone().removeTensors(missing).build();
                assertThat(give(intake, TestFrames.record(split).toByteArray())
                                .getRefusal()
                                .getReason())
                        .isEqualTo(Reason.REASON_HOOKS_SPLIT);
            }
            FeatureRecord scored = give(intake, TestFrames.record(whole.build()).toByteArray());

            FloatBuffer watched = scored.getFrame()
                    .getWatched()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer();
            float[] actual = new float[watched.remaining()];
            watched.get(actual);
            assertThat(actual)
                    .isEqualTo(fixture.watch(rows, ROWS))
                    .hasSize(ROWS * fixture.plan.columns().size());
            assertThat(scored.getFrame().getCodes(0).getEncoder()).isEqualTo("topics");
        }
    }

    private static FeatureRecord give(Intake intake, byte[] value) {
        return intake.accept(value, TestFrames.origin(1), "activations", -1);
    }

    private static Tensor tensor(String hook, RowBlock rows) {
        ByteString data = ByteString.copyFrom(rows.data().duplicate());
        CRC32C crc = new CRC32C();
        crc.update(data.toByteArray());
        return Tensor.newBuilder()
                .setHook(hook)
                .setDtype(rows.dtype())
                .addShape(rows.rows())
                .addShape(rows.dIn())
                .setData(data)
                .setCrc32C((int) crc.getValue())
                .build();
    }
}
