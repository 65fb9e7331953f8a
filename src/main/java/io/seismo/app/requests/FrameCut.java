package io.seismo.app.requests;

import com.google.protobuf.ByteString;
import io.seismo.wire.EncodedRows;
import io.seismo.wire.Frame;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.BitSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Cuts chosen segments and hook points out of a frame, with checksums of what is left. A frame of which all is chosen stays
 * as it is.
 */
final class FrameCut {

    private final Set<String> hooks;
    private final boolean text;

    /**
     * What is kept of every frame.
     *
     * @param hooks hook points; empty for all
     * @param text whether token ids and texts are kept
     */
    FrameCut(Set<String> hooks, boolean text) {
        this.hooks = Set.copyOf(hooks);
        this.text = text;
    }

    /** Whether tensors and encoded rows are as long as the rows of the segments say, so that rows can be told apart. */
    static boolean fits(Frame frame) {
        long count = frame.getSegmentsList().stream().mapToLong(Segment::getRows).sum();
        boolean fits = true;
        for (Tensor tensor : frame.getTensorsList()) {
            fits &= tensor.getShapeCount() == 2 && tensor.getShape(0) == count;
            fits &= count == 0 ? tensor.getData().isEmpty() : tensor.getData().size() % count == 0;
        }
        for (EncodedRows encoded : frame.getEncodedList()) {
            fits &= encoded.getRows() == count && encoded.getCounts().size() == count * Short.BYTES;
            fits &= encoded.getNorms().isEmpty() || encoded.getNorms().size() == count * Double.BYTES;
            long pairs = 0;
            ByteBuffer counts = encoded.getCounts().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
            while (fits && counts.hasRemaining()) {
                pairs += counts.getShort() & 0xffff;
            }
            fits &= encoded.getIndices().size() == pairs * Integer.BYTES
                    && encoded.getValues().size() == pairs * Float.BYTES;
        }
        return fits;
    }

    /**
     * The frame with some of its segments.
     *
     * @param frame that {@link #fits}
     * @param chosen indexes of segments, at least one
     * @return {@code null} where a chosen segment has rows and no chosen hook point does
     */
    @Nullable
    Frame cut(Frame frame, BitSet chosen) {
        Rows rows = Rows.of(frame.getSegmentsList(), chosen);
        Frame.Builder out = frame.toBuilder().clearSegments().clearTensors().clearEncoded();
        for (int s = chosen.nextSetBit(0); s >= 0; s = chosen.nextSetBit(s + 1)) {
            Segment segment = frame.getSegments(s);
            out.addSegments(
                    text ? segment : segment.toBuilder().clearTokenIds().clearTokenText().build());
        }
        for (Tensor tensor : frame.getTensorsList()) {
            if (wanted(tensor.getHook())) {
                out.addTensors(rows.whole() ? tensor : cut(tensor, rows));
            }
        }
        for (EncodedRows encoded : frame.getEncodedList()) {
            if (wanted(encoded.getHook())) {
                out.addEncoded(rows.whole() ? encoded : cut(encoded, rows));
            }
        }
        boolean bare = out.getTensorsCount() == 0 && out.getEncodedCount() == 0;
        return bare && rows.kept().cardinality() > 0 ? null : out.build();
    }

    private boolean wanted(String hook) {
        return hooks.isEmpty() || hooks.contains(hook);
    }

    /** Rows of a frame, and which of them are kept. */
    private record Rows(int count, BitSet kept) {

        static Rows of(List<Segment> segments, BitSet chosen) {
            BitSet kept = new BitSet();
            int first = 0;
            for (int s = 0; s < segments.size(); s++) {
                int next = first + segments.get(s).getRows();
                kept.set(first, next, chosen.get(s));
                first = next;
            }
            return new Rows(first, kept);
        }

        boolean whole() {
            return kept.cardinality() == count;
        }
    }

    private static Tensor cut(Tensor tensor, Rows rows) {
        int stride = rows.count() == 0 ? 0 : tensor.getData().size() / rows.count();
        ByteString data = pick(tensor.getData(), rows, stride);
        CRC32C crc = new CRC32C();
        crc.update(data.asReadOnlyByteBuffer());
        return tensor.toBuilder()
                .setShape(0, rows.kept().cardinality())
                .setData(data)
                .setCrc32C((int) crc.getValue())
                .build();
    }

    private static EncodedRows cut(EncodedRows encoded, Rows rows) {
        int[] starts = new int[rows.count() + 1];
        ByteBuffer counts = encoded.getCounts().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows.count(); row++) {
            starts[row + 1] = starts[row] + (counts.getShort() & 0xffff);
        }
        EncodedRows.Builder out = encoded.toBuilder()
                .setRows(rows.kept().cardinality())
                .setCounts(pick(encoded.getCounts(), rows, Short.BYTES))
                .setIndices(pairs(encoded.getIndices(), rows, starts))
                .setValues(pairs(encoded.getValues(), rows, starts));
        if (!encoded.getNorms().isEmpty()) {
            out.setNorms(pick(encoded.getNorms(), rows, Double.BYTES));
        }
        CRC32C crc = new CRC32C();
        for (ByteString part : List.of(out.getCounts(), out.getIndices(), out.getValues(), out.getNorms())) {
            crc.update(part.asReadOnlyByteBuffer());
        }
        return out.setCrc32C((int) crc.getValue()).build();
    }

    /** Indices and values take four bytes each. */
    private static ByteString pairs(ByteString bytes, Rows rows, int[] starts) {
        ByteString.Output out = ByteString.newOutput();
        rows.kept()
                .stream()
                .mapToObj(row -> bytes.substring(Integer.BYTES * starts[row], Integer.BYTES * starts[row + 1]))
                .forEach(part -> append(out, part));
        return out.toByteString();
    }

    private static ByteString pick(ByteString bytes, Rows rows, int stride) {
        ByteString.Output out = ByteString.newOutput(stride * rows.kept().cardinality());
        rows.kept()
                .stream()
                .mapToObj(row -> bytes.substring(row * stride, (row + 1) * stride))
                .forEach(part -> append(out, part));
        return out.toByteString();
    }

    private static void append(ByteString.Output out, ByteString part) {
        byte[] bytes = part.toByteArray();
        out.write(bytes, 0, bytes.length);
    }
}
