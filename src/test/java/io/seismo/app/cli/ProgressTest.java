package io.seismo.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicLong nanos = new AtomicLong(17);

    @Test
    void shouldStaySilentWhenTheWorkIsShort() {
        Progress progress = progress(false, 100);
        progress.to(100);
        progress.close();
        assertThat(text()).isEmpty();
    }

    @Test
    void shouldWritePlainLinesWithRateAndTimeLeftWhenNotOnATerminal() {
        Progress progress = progress(false, 40_000);
        for (int second = 1; second <= 10; second++) {
            nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
            progress.add(1000);
        }
        progress.close();
        assertThat(text().lines())
                .containsExactly(
                        "reading: 5,000 of 40,000 rows, 13 %, 1,000/s, 35 s left",
                        "reading: 10,000 of 40,000 rows, 25 %, 1,000/s, 30 s left",
                        "reading: 10,000 of 40,000 rows, 25 %, 1,000/s, 30 s left");
    }

    @Test
    void shouldRewriteItsLineWhenOnATerminal() {
        Progress progress = progress(true, 0);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        progress.to(5);
        progress.to(6);
        progress.close();
        assertThat(text())
                .isEqualTo("\r\033[Kreading: 5 rows, 5/s\r\033[Kreading: 6 rows, 6/s" + System.lineSeparator());
    }

    private Progress progress(boolean terminal, long total) {
        PrintStream stream = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        return new Progress(stream, terminal, nanos::get, new Progress.Work("reading", "rows", total));
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
