package io.seismo.encoder.onnx;

import io.seismo.encoder.EncoderException;
import io.seismo.encoder.Head;
import io.seismo.encoder.JointWatch;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.SparseRows;
import io.seismo.encoder.onnx.JointPart.Slot;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/** Fills the blocks, each once, and lets every encoder read its values out of them. */
final class OnnxJointWatch implements JointWatch, AutoCloseable {

    private final List<ValueBlock> blocks;
    private final List<SaeValues> saes;
    private final List<JointPart> parts;
    private final int columns;
    private final Queue<JointScratch> idle = new ConcurrentLinkedQueue<>();
    /** Readers encode, the writer closes: a session must not go while native code is in it. */
    private final ReadWriteLock life = new ReentrantReadWriteLock();

    private boolean closed;

    /**
     * Where the values of an SAE lie.
     *
     * @param encoder its name
     * @param block which one
     * @param offset of the first within a row of the block
     * @param features which ones, ascending
     */
    @SuppressWarnings("ArrayRecordComponent")
    record SaeValues(String encoder, int block, int offset, int[] features) {}

    OnnxJointWatch(List<ValueBlock> blocks, List<SaeValues> saes, List<JointPart> parts) {
        this.blocks = List.copyOf(blocks);
        this.saes = List.copyOf(saes);
        this.parts = List.copyOf(parts);
        int count = 0;
        for (JointPart part : parts) {
            count += watched(part);
        }
        this.columns = count;
    }

    private static int watched(JointPart part) {
        if (part instanceof JointPart.Values values) {
            return values.terms().size();
        }
        return part instanceof JointPart.Headed headed
                ? headed.watched().size()
                : ((JointPart.Model) part).watched().size();
    }

    /** What is filled, in order. */
    List<ValueBlock> blocks() {
        return blocks;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public void watch(Map<String, RowBlock> rows, Map<String, SparseRows> codes, int count, float[] out) {
        if (out.length < (long) count * columns) {
            throw new EncoderException(
                    "no room for " + count + " rows of " + columns + " watched values in " + out.length);
        }
        life.readLock().lock();
        try {
            if (closed) {
                throw new EncoderException("the encoders of this plan are closed");
            }
            JointScratch polled = idle.poll();
            JointScratch scratch = polled == null ? new JointScratch(blocks.size(), parts) : polled;
            try {
                fill(rows, codes, count, scratch);
                for (int p = 0; p < parts.size(); p++) {
                    SparseRows given = codes.get(parts.get(p).encoder());
                    if (given != null && parts.get(p).encoder().equals(probe(p))) {
                        scratch.copy(given, parts.get(p), count, columns, out);
                    } else {
                        evaluate(p, rows, count, scratch, out);
                    }
                }
            } finally {
                idle.offer(scratch);
            }
        } finally {
            life.readLock().unlock();
        }
    }

    /** Name of the encoder of a part when it is a probe; empty for SAEs, whose codes went into blocks. */
    private String probe(int part) {
        String name = parts.get(part).encoder();
        for (SaeValues sae : saes) {
            if (sae.encoder.equals(name)) {
                return "";
            }
        }
        return name;
    }

    private void fill(Map<String, RowBlock> rows, Map<String, SparseRows> codes, int count, JointScratch scratch) {
        for (int b = 0; b < blocks.size(); b++) {
            ValueBlock block = blocks.get(b);
            float[] values = scratch.values(b, count * block.columns());
            RowBlock given = rows.get(block.tap());
            if (given != null) {
                if (given.rows() != count) {
                    throw new EncoderException(
                            "tap " + block.tap() + " has " + given.rows() + " rows, others have " + count);
                }
                block.fill(given, values);
            } else {
                Arrays.fill(values, 0, count * block.columns(), 0f);
            }
        }
        for (SaeValues sae : saes) {
            SparseRows fired = codes.get(sae.encoder);
            if (fired != null) {
                int stride = blocks.get(sae.block).columns();
                scatter(fired, sae, scratch.values(sae.block, count * stride), stride);
            }
        }
    }

    /** Both lists ascend, so one pass over what fired finds every feature asked for. */
    private static void scatter(SparseRows fired, SaeValues sae, float[] values, int stride) {
        for (int r = 0; r < fired.rows(); r++) {
            int next = 0;
            for (int k = fired.start(r); k < fired.end(r) && next < sae.features.length; k++) {
                while (next < sae.features.length && sae.features[next] < fired.feature(k)) {
                    next++;
                }
                if (next < sae.features.length && sae.features[next] == fired.feature(k)) {
                    values[r * stride + sae.offset + next] = fired.value(k);
                }
            }
        }
    }

    private void evaluate(int index, Map<String, RowBlock> rows, int count, JointScratch scratch, float[] out) {
        JointPart part = parts.get(index);
        if (part instanceof JointPart.Values values) {
            for (int c = 0; c < values.terms().size(); c++) {
                List<Slot> terms = values.terms().get(c);
                for (int r = 0; r < count; r++) {
                    out[r * columns + values.column() + c] = sum(terms, r, scratch);
                }
            }
        } else if (part instanceof JointPart.Headed headed) {
            head(headed, scratch.head(index), count, scratch, out);
        } else if (part instanceof JointPart.Model model) {
            model(model, rows, count, scratch, out);
        }
    }

    private void head(JointPart.Headed part, Head head, int count, JointScratch scratch, float[] out) {
        double[] x = new double[part.terms().size()];
        double[] y = new double[part.outputs()];
        for (int r = 0; r < count; r++) {
            for (int i = 0; i < x.length; i++) {
                double sum = 0;
                for (Slot term : part.terms().get(i)) {
                    sum += value(term, r, scratch);
                }
                x[i] = sum;
            }
            head.score(x, y);
            for (int c = 0; c < part.watched().size(); c++) {
                out[r * columns + part.column() + c] = (float) y[part.watched().get(c)];
            }
        }
    }

    private void model(JointPart.Model part, Map<String, RowBlock> rows, int count, JointScratch scratch, float[] out) {
        int width = part.model().inputs();
        float[] x = new float[Math.multiplyExact(count, width)];
        float[] y = new float[Math.multiplyExact(count, part.model().outputs())];
        for (int r = 0; r < count; r++) {
            if (part.taps().isEmpty()) {
                for (int i = 0; i < width; i++) {
                    x[r * width + i] = sum(part.terms().get(i), r, scratch);
                }
            } else {
                part.gather(rows, r, x, r * width);
            }
        }
        part.model().run(x, count, y);
        for (int r = 0; r < count; r++) {
            for (int c = 0; c < part.watched().size(); c++) {
                out[r * columns + part.column() + c] =
                        y[r * part.model().outputs() + part.watched().get(c)];
            }
        }
    }

    private float sum(List<Slot> terms, int row, JointScratch scratch) {
        float sum = value(terms.get(0), row, scratch);
        for (int i = 1; i < terms.size(); i++) {
            sum += value(terms.get(i), row, scratch);
        }
        return sum;
    }

    private float value(Slot slot, int row, JointScratch scratch) {
        return scratch.values(slot.block())[row * blocks.get(slot.block()).columns() + slot.offset()];
    }

    @Override
    public void close() {
        life.writeLock().lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            blocks.forEach(ValueBlock::close);
            for (JointPart part : parts) {
                if (part instanceof JointPart.Model model) {
                    model.model().close();
                }
            }
        } finally {
            life.writeLock().unlock();
        }
    }
}
