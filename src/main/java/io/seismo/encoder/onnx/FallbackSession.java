package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A session on a GPU that the processor stands in for from the first run that fails, out of memory say, to the end of the
 * process. The failed run is done again, so nothing is lost; it is reported once.
 */
final class FallbackSession implements GraphSession {

    private final String device;
    private final GraphSession primary;
    private final Supplier<GraphSession> processor;
    private @Nullable GraphSession standIn;

    FallbackSession(String device, GraphSession primary, Supplier<GraphSession> processor) {
        this.device = device;
        this.primary = primary;
        this.processor = processor;
    }

    @Override
    public String place() {
        return primary.place();
    }

    @Override
    public Binding bind(Buffers buffers, int rows) {
        GraphSession other = standIn();
        return other == null ? new Bound(buffers, rows) : other.bind(buffers, rows);
    }

    private synchronized @Nullable GraphSession standIn() {
        return standIn;
    }

    private synchronized GraphSession fallBack(EncoderException failure) {
        GraphSession other = standIn;
        if (other == null) {
            other = processor.get();
            standIn = other;
            DeviceFallbacks.report(device, String.valueOf(failure.getMessage()));
        }
        return other;
    }

    @Override
    public synchronized void close() {
        primary.close();
        if (standIn != null) {
            standIn.close();
        }
    }

    /** Buffers tied to the GPU's session, and to the processor's once that stands in. */
    private final class Bound implements Binding {

        private final Buffers buffers;
        private final int rows;
        private @Nullable Binding binding;
        private boolean onProcessor;

        Bound(Buffers buffers, int rows) {
            this.buffers = buffers;
            this.rows = rows;
        }

        @Override
        public void run() {
            GraphSession other = standIn();
            if (!onProcessor && other == null) {
                try {
                    Binding first = binding == null ? primary.bind(buffers, rows) : binding;
                    binding = first;
                    first.run();
                    return;
                } catch (EncoderException e) {
                    other = fallBack(e);
                }
            }
            Binding second = binding;
            if (!onProcessor || second == null) {
                close();
                second = (other == null ? primary : other).bind(buffers, rows);
                binding = second;
                onProcessor = true;
            }
            second.run();
        }

        @Override
        public void close() {
            if (binding != null) {
                binding.close();
                binding = null;
            }
        }
    }
}
