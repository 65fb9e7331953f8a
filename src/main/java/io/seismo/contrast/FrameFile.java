package io.seismo.contrast;

import io.seismo.activation.Fault;
import io.seismo.activation.FrameReader;
import io.seismo.activation.Reading;
import io.seismo.activation.TapReader;
import io.seismo.encoder.RowBlock;
import io.seismo.spec.TapPlan;
import io.seismo.weights.WeightsException;
import io.seismo.wire.ActivationRecord;
import io.seismo.wire.Dtype;
import io.seismo.wire.Frame;
import io.seismo.wire.Reason;
import io.seismo.wire.Segment;
import io.seismo.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Records of the topic {@code activations} in a file; ticks and heartbeats are passed over. */
final class FrameFile implements RequestFile {

    static final String EXTENSION = ".frames";
    static final String SINGLE = FrameRecords.SINGLE;

    /** Hook points that a message names at most. */
    private static final int MOST_NAMED = 16;

    private final Path path;
    private final Facts facts;
    private final TapReader tap;

    private FrameFile(Path path, Facts facts, RowSelection selection) {
        this.path = path;
        this.facts = facts;
        this.tap = new TapReader(new TapPlan(
                "rows",
                facts.hook(),
                facts.dIn(),
                facts.dtype(),
                selection.skipFirst(),
                selection.skipSpecial(),
                selection.sinkNorm(),
                List.of()));
    }

    /** Looks at the first frame that holds rows of the hook: dtype, d_in, model and revision are those of the file. */
    static FrameFile open(Path path, RowSelection selection) {
        AtomicReference<@Nullable Facts> found = new AtomicReference<>();
        Counts counts = new Counts();
        SortedSet<String> hooks = new TreeSet<>();
        scan(path, counts, (frame, at) -> {
            frame.getTensorsList().stream()
                    .limit(MOST_NAMED - hooks.size())
                    .forEach(tensor -> hooks.add(tensor.getHook()));
            found.set(facts(path, frame, selection.hook()));
            return found.get() == null;
        });
        Facts facts = found.get();
        if (facts == null) {
            throw new WeightsException(
                    path + " holds no frame with rows" + (selection.hook().isEmpty() ? "" : " of " + selection.hook())
                            + ", among " + counts.records + " records"
                            + (hooks.isEmpty() ? "" : ", but of " + String.join(", ", hooks))
                            + (counts.refused.isEmpty() ? "" : "; refused: " + counts.refused),
                    hooks.isEmpty()
                            ? "frames are ActivationRecords, each behind its length as a varint"
                            : "give the hook point as it was captured; the SAE must be of the same one");
        }
        return new FrameFile(path, facts, selection);
    }

    private static @Nullable Facts facts(Path path, Frame frame, String hook) {
        if (hook.isEmpty() && frame.getTensorsCount() > 1) {
            throw new WeightsException(
                    path + " holds several hook points: "
                            + frame.getTensorsList().stream()
                                    .map(Tensor::getHook)
                                    .toList(),
                    "choose one with --hook");
        }
        for (Tensor tensor : frame.getTensorsList()) {
            boolean wanted = hook.isEmpty() || tensor.getHook().equals(hook);
            if (wanted && tensor.getShapeCount() == 2 && tensor.getShape(1) > 0 && known(tensor.getDtype())) {
                return new Facts(
                        frame.getModel(), frame.getRevision(), tensor.getHook(), tensor.getDtype(), tensor.getShape(1));
            }
        }
        return null;
    }

    private static boolean known(Dtype dtype) {
        return dtype != Dtype.UNRECOGNIZED && dtype != Dtype.DTYPE_UNSPECIFIED;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public Facts facts() {
        return facts;
    }

    @Override
    public Intake read(Consumer<Batch> sink) {
        Counts counts = new Counts();
        OpenParts open = new OpenParts(path);
        scan(path, counts, (frame, at) -> {
            Fault fault = fault(frame);
            if (fault != null) {
                counts.refuse(fault.reason().name(), fault.detail());
                return true;
            }
            List<Batch.Part> parts = parts(frame, open);
            if (!parts.isEmpty()) {
                byte[] kinds = tap.kinds(frame);
                sink.accept(new Batch(kinds.length == 0 ? none() : tap.rows(frame), kinds, parts, at));
            }
            return true;
        });
        return new Intake(counts.records, counts.refused, open.orphanRows(), open.repeated());
    }

    /** A frame may end requests and carry no rows. */
    private RowBlock none() {
        return new RowBlock(ByteBuffer.allocate(0), facts.dtype(), 0, facts.dIn());
    }

    private @Nullable Fault fault(Frame frame) {
        if (!frame.getModel().equals(facts.model()) || !frame.getRevision().equals(facts.revision())) {
            return new Fault(
                    Reason.REASON_UNKNOWN_MODEL,
                    "model or revision is not that of the first frame, " + facts.model() + " " + facts.revision());
        }
        return tap.fault(frame);
    }

    private static List<Batch.Part> parts(Frame frame, OpenParts open) {
        List<Batch.Part> parts = new ArrayList<>();
        int first = 0;
        for (Segment segment : frame.getSegmentsList()) {
            boolean ends = segment.hasEnd();
            if (open.take(segment)) {
                parts.add(new Batch.Part(
                        segment.getRequestId(), first, segment.getRows(), segment.getTokenTextList(), ends));
            }
            first += segment.getRows();
        }
        return parts;
    }

    /** What is heard of a file. */
    private interface Heard {
        /** Takes a frame and the offset behind it; says whether to go on. */
        boolean frame(Frame frame, long at);
    }

    private static void scan(Path path, Counts counts, Heard heard) {
        FrameRecords.each(path, (value, at) -> record(value, counts, frame -> heard.frame(frame, at)));
    }

    private static boolean record(byte[] value, Counts counts, Predicate<Frame> heard) {
        counts.records++;
        Reading reading = FrameReader.read(value);
        if (reading instanceof Reading.Refused refused) {
            counts.refuse(refused.reason().name(), refused.detail());
            return true;
        }
        ActivationRecord record = ((Reading.Parsed) reading).record();
        return !record.hasFrame() || heard.test(record.getFrame());
    }

    /** What a scan saw. */
    private static final class Counts {

        private final TreeMap<String, Long> refused = new TreeMap<>();
        private long records;

        void refuse(String reason, String detail) {
            refused.merge(reason.substring("REASON_".length()) + ": " + detail, 1L, Long::sum);
        }
    }
}
