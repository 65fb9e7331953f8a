package io.seismo.encoder.onnx;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How often the processor had to stand in for a GPU in this process, which is as far as a GPU's driver and memory reach.
 *
 * <p>A session counts once. Whoever listens is told of what was before, too.
 */
public final class DeviceFallbacks {

    private static final Logger LOG = LoggerFactory.getLogger(DeviceFallbacks.class);
    private static final SortedMap<String, Long> COUNTS = new TreeMap<>();
    private static Consumer<String> listener = device -> {};

    private DeviceFallbacks() {}

    static synchronized void report(String device, String reason) {
        COUNTS.merge(device, 1L, Long::sum);
        LOG.atWarn()
                .addKeyValue("device", device)
                .addKeyValue("reason", reason)
                .log("the processor stands in for a GPU");
        listener.accept(device);
    }

    /** Sessions that run on the processor instead, by the device the spec named. */
    public static synchronized SortedMap<String, Long> counts() {
        return Collections.unmodifiableSortedMap(new TreeMap<>(COUNTS));
    }

    /** Tells somebody of each, and of those so far; replaces who was told before. */
    public static synchronized void listen(Consumer<String> told) {
        listener = told;
        COUNTS.forEach((device, count) -> {
            for (long i = 0; i < count; i++) {
                told.accept(device);
            }
        });
    }
}
