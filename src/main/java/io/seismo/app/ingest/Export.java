package io.seismo.app.ingest;

import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.spec.TapSpec;
import io.seismo.weights.Tensor;
import io.seismo.weights.TensorType;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.ArrayFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** One file, opened and held against the spec: rows of every tap, by sequence and position, padding left out. */
final class Export {

    private static final String MASK = "attention_mask";
    private static final String TOKENS = "token_ids";
    private static final int LARGEST_MASK = 1 << 27;

    private final Map<TapSpec, Slab> slabs;
    private final int sequences;
    private final int positions;
    private final List<List<Integer>> rows;

    private Export(Map<TapSpec, Slab> slabs, int sequences, int positions, List<List<Integer>> rows) {
        this.slabs = slabs;
        this.sequences = sequences;
        this.positions = positions;
        this.rows = rows;
    }

    /**
     * Rows of a hook in a file.
     *
     * @param file all rows of its array, dimensions before the last counted through
     * @param first row of sequence 0
     * @param step from a row to the next
     */
    private record Slab(RowFile file, long first, int step) {
        long row(long number) {
            return first + number * step;
        }
    }

    /**
     * Opens a file and checks all of it, up to the last value.
     *
     * @throws WeightsException naming what is wrong with it
     */
    static Export open(Path path, Layout layout, Iterable<TapSpec> taps) {
        ArrayFile file = ArrayFile.open(path);
        Set<String> names = new TreeSet<>(file.names());
        boolean masked = names.remove(MASK);
        boolean counted = names.remove(TOKENS);
        long stacked = names.contains("hidden_states")
                ? file.require("hidden_states").shape().stream().findFirst().orElse(0L)
                : 0;
        Map<TapSpec, Slab> slabs = new LinkedHashMap<>();
        long sequences = 0;
        long positions = 0;
        for (TapSpec tap : taps) {
            Layout.Place place = layout.find(tap.hook(), names, stacked);
            Tensor tensor = file.require(place.tensor());
            List<Long> shape = rowShape(layout, place, tensor);
            long own = shape.size() == 3 ? shape.get(0) : 1;
            long length = shape.get(shape.size() - 2);
            if (!slabs.isEmpty() && (own != sequences || length != positions)) {
                throw new WeightsException(
                        tensor + " has other rows than the hook before it", "export all hooks of one run");
            }
            sequences = own;
            positions = length;
            slabs.put(tap, slab(path, layout, tap, place, own * length));
        }
        if (counted && layout.tool() == Layout.Tool.VLLM) {
            requireTokens(file, positions);
        }
        if (sequences * positions > LARGEST_MASK) {
            throw new WeightsException(sequences * positions + " rows are more than a file may hold", "split it");
        }
        List<List<Integer>> real = real(masked ? file.require(MASK) : null, (int) sequences, (int) positions);
        Export export = new Export(slabs, (int) sequences, (int) positions, real);
        export.requireFinite();
        return export;
    }

    /** Dimensions of a hook's own rows: ([sequences,] positions, d). */
    private static List<Long> rowShape(Layout layout, Layout.Place place, Tensor tensor) {
        List<Long> shape = tensor.shape();
        if (layout.tool() == Layout.Tool.VLLM) {
            if (shape.size() != 3 || shape.get(1) != layout.layerIds().size()) {
                throw new WeightsException(
                        tensor + " is not [tokens, " + layout.layerIds().size() + " layers, d]",
                        "compare --layer-ids with what the server was told to extract");
            }
            return List.of(shape.get(0), shape.get(2));
        }
        List<Long> own = shape.subList(place.index() < 0 ? 0 : 1, shape.size());
        if (own.size() < 2 || own.size() > 3) {
            throw new WeightsException(
                    tensor + " is not [positions, d] or [sequences, positions, d]"
                            + (place.index() < 0 ? "" : " a layer"),
                    "export one batch a file");
        }
        return own;
    }

    /** vLLM has no state for the last token it sampled: as many rows as tokens, or one fewer. */
    private static void requireTokens(ArrayFile file, long rows) {
        long tokens = file.require(TOKENS).elements();
        if (tokens != rows && tokens != rows + 1) {
            throw new WeightsException(
                    "has " + rows + " rows for " + tokens + " tokens",
                    "the file may be of two requests, or half written");
        }
    }

    private static Slab slab(Path path, Layout layout, TapSpec tap, Layout.Place place, long rows) {
        RowFile file = RowFile.open(path, place.tensor());
        if (file.dIn() != tap.dIn()) {
            throw new WeightsException(
                    "rows of " + tap.hook() + " are " + file.dIn() + " wide, the spec says " + tap.dIn(),
                    "is it the right model?");
        }
        if (file.dtype() != tap.dtype()) {
            throw new WeightsException(
                    "rows of " + tap.hook() + " are " + file.dtype() + ", the spec says " + tap.dtype(),
                    "export in the dtype the model ran in; a conversion would change the bits");
        }
        int index = Math.max(0, place.index());
        return layout.tool() == Layout.Tool.VLLM
                ? new Slab(file, index, layout.layerIds().size())
                : new Slab(file, index * rows, 1);
    }

    /** Positions of a sequence that are no padding, ascending. */
    private static List<List<Integer>> real(@Nullable Tensor mask, int sequences, int positions) {
        ByteBuffer bits = mask == null ? null : maskBits(mask, sequences, positions);
        List<List<Integer>> real = new ArrayList<>();
        for (int s = 0; s < sequences; s++) {
            List<Integer> own = new ArrayList<>();
            for (int p = 0; p < positions; p++) {
                if (bits == null || bits.getLong(Long.BYTES * (s * positions + p)) != 0) {
                    own.add(p);
                }
            }
            real.add(own);
        }
        return real;
    }

    private static ByteBuffer maskBits(Tensor mask, int sequences, int positions) {
        long expected = (long) sequences * positions;
        if (mask.type() != TensorType.I64 || mask.elements() != expected) {
            throw new WeightsException(
                    mask + " should be int64 [" + sequences + ", " + positions + "]",
                    "save the tokenizer's mask as it is");
        }
        return mask.source()
                .slice(mask.offset(), Math.toIntExact(expected * Long.BYTES))
                .order(ByteOrder.LITTLE_ENDIAN);
    }

    private void requireFinite() {
        for (Slab slab : slabs.values()) {
            int step = slab.step > 1 ? 1 : slab.file.rowsPerBlock();
            long all = (long) sequences * positions;
            for (long at = 0; at < all; at += step) {
                slab.file.block(slab.row(at), (int) Math.min(step, all - at));
            }
        }
    }

    int sequences() {
        return sequences;
    }

    /** Rows of a sequence without its padding. */
    int rows(int sequence) {
        return rows.get(sequence).size();
    }

    /** Bytes of a row over all taps. */
    int rowBytes() {
        int bytes = 0;
        for (TapSpec tap : slabs.keySet()) {
            bytes += tap.dIn() * RowBlock.bytesPerElement(tap.dtype());
        }
        return bytes;
    }

    /** The taps, in the spec's order. */
    Set<TapSpec> taps() {
        return slabs.keySet();
    }

    /** Bytes of rows {@code from} to {@code from + count} of a sequence, padding left out. */
    byte[] bytes(TapSpec tap, int sequence, int from, int count) {
        Slab slab = Objects.requireNonNull(slabs.get(tap), "a tap of this export");
        int width = tap.dIn() * RowBlock.bytesPerElement(tap.dtype());
        byte[] out = new byte[count * width];
        for (int i = 0; i < count; i++) {
            long row = slab.row((long) sequence * positions + rows.get(sequence).get(from + i));
            slab.file.block(row, 1).data().get(out, i * width, width);
        }
        return out;
    }
}
