package io.seismo.contrast;

import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Request scores that are not 0, on disk, cut by feature into at most 64 parts that are read back one at a time. */
final class ScoreSpill implements AutoCloseable {

    private static final int PARTS = 64;
    private static final int ENTRY = 3 * Integer.BYTES;

    private final int width;
    private final int perPart;
    private final List<Path> files = new ArrayList<>();
    private final List<DataOutputStream> outs = new ArrayList<>();

    /**
     * @param width number of features
     * @param scratch directory for the parts
     */
    ScoreSpill(int width, Path scratch) throws IOException {
        this.width = width;
        this.perPart = (width + PARTS - 1) / PARTS;
        for (int from = 0; from < width; from += perPart) {
            Path file = scratch.resolve("scores-" + from);
            files.add(file);
            outs.add(new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 15)));
        }
    }

    /** Keeps one score. */
    void add(int request, int feature, float score) {
        try {
            DataOutputStream out = outs.get(feature / perPart);
            out.writeInt(feature);
            out.writeInt(request);
            out.writeFloat(score);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep scores in a temporary file", e);
        }
    }

    /** Ends writing. */
    void finish() {
        try {
            for (DataOutputStream out : outs) {
                out.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot keep scores in a temporary file", e);
        }
    }

    /** What reads one feature. */
    interface Column {
        /** Scores of the requests in which it fired, in order of request. */
        void feature(int feature, int[] requests, float[] scores);
    }

    /** Reads all features in ascending order, also those that never fired. */
    void read(Column column) {
        for (int part = 0; part < files.size(); part++) {
            int from = part * perPart;
            read(part, from, Math.min(perPart, width - from), column);
        }
    }

    private void read(int part, int from, int count, Column column) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Files.readAllBytes(files.get(part)));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read scores back from a temporary file", e);
        }
        int[] ends = new int[count];
        int entries = bytes.remaining() / ENTRY;
        for (int e = 0; e < entries; e++) {
            ends[bytes.getInt(e * ENTRY) - from]++;
        }
        int[][] requests = new int[count][];
        float[][] scores = new float[count][];
        for (int f = 0; f < count; f++) {
            requests[f] = new int[ends[f]];
            scores[f] = new float[ends[f]];
            ends[f] = 0;
        }
        for (int e = 0; e < entries; e++) {
            int f = bytes.getInt(e * ENTRY) - from;
            requests[f][ends[f]] = bytes.getInt(e * ENTRY + 4);
            scores[f][ends[f]++] = bytes.getFloat(e * ENTRY + 8);
        }
        for (int f = 0; f < count; f++) {
            column.feature(from + f, requests[f], scores[f]);
        }
    }

    @Override
    public void close() throws IOException {
        for (DataOutputStream out : outs) {
            out.close();
        }
        for (Path file : files) {
            Files.deleteIfExists(file);
        }
    }
}
