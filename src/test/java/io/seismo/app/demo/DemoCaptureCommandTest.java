package io.seismo.app.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.seismo.contrast.Batch;
import io.seismo.contrast.RequestFile;
import io.seismo.contrast.RowSelection;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class DemoCaptureCommandTest {

    @TempDir
    private Path dir;

    @Test
    void shouldWriteARequestALineAsFramesWithTokens() throws IOException {
        Path texts = Files.writeString(dir.resolve("asked.txt"), "# texts\nHow tall is the bridge?\n\nGood morning.\n");
        Path file = dir.resolve("asked.frames");
        StringWriter out = new StringWriter();
        int code = new CommandLine(new DemoCaptureCommand())
                .setOut(new PrintWriter(out, true))
                .execute(texts.toString(), "--out", file.toString());

        assertThat(code).isZero();
        assertThat(out.toString()).contains("2 requests, 13 rows");
        List<Batch.Part> parts = new ArrayList<>();
        RequestFile read = RequestFile.open(file, new RowSelection("", true, false, 0));
        read.read(batch -> parts.addAll(batch.parts()));
        assertThat(parts).extracting(Batch.Part::request).containsExactly("asked-2", "asked-4");
        assertThat(parts.get(0).tokens()).startsWith("[CLS]", "how", "tall").endsWith("?", "[SEP]");
        assertThat(read.facts().hook()).isEqualTo("blocks.3.resid_post");
        assertThat(read.facts().dIn()).isEqualTo(ServedModel.D_IN);
        try (Stream<Path> left = Files.list(dir)) {
            assertThat(left).containsExactlyInAnyOrder(texts, file);
        }
    }
}
