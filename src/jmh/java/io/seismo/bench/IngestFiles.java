package io.seismo.bench;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Files as servers and exports leave them, one request each, with a spec that reads them.
 *
 * @param kind of all files
 * @param paths in the order of their names
 * @param directory that holds them and nothing else
 * @param spec beside it
 */
record IngestFiles(Kind kind, List<Path> paths, Path directory, Path spec) {

    static final int PARTITIONS = 2;
    static final int ROWS = 128;
    static final int D_IN = 1_024;
    static final int SENT = ROWS * D_IN * Short.BYTES;

    IngestFiles {
        paths = List.copyOf(paths);
    }

    /** Who wrote a file, and how many times the rows that are sent it holds. */
    enum Kind {
        NPY(".npy", 1),
        TRANSFORMERS(".safetensors", 5),
        VLLM(".safetensors", 3);

        private final String extension;
        private final int layers;

        Kind(String extension, int layers) {
            this.extension = extension;
            this.layers = layers;
        }

        String words() {
            return this == NPY ? "npy" : this == VLLM ? "vllm" : "safetensors of transformers";
        }

        private String shape() {
            return switch (this) {
                case NPY -> "(" + ROWS + ", " + D_IN + ")";
                case TRANSFORMERS -> "[" + layers + "," + ROWS + "," + D_IN + "]";
                case VLLM -> "[" + ROWS + "," + layers + "," + D_IN + "]";
            };
        }

        /** Bytes up to the data. */
        private byte[] head() throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            if (this == NPY) {
                String text = "{'descr': '<f2', 'fortran_order': False, 'shape': " + shape() + ", }";
                String padded = text + " ".repeat(64 - (10 + text.length() + 1) % 64) + "\n";
                head.write(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
                head.write(new byte[] {(byte) padded.length(), (byte) (padded.length() >> 8)});
                head.write(padded.getBytes(StandardCharsets.US_ASCII));
                return head.toByteArray();
            }
            String text = "{\"hidden_states\":{\"dtype\":\"BF16\",\"shape\":" + shape() + ",\"data_offsets\":[0,"
                    + layers * SENT + "]}}";
            byte[] json = text.getBytes(StandardCharsets.US_ASCII);
            head.write(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(json.length)
                    .array());
            head.write(json);
            return head.toByteArray();
        }
    }

    /** Writes so many, each with rows of its own. */
    static IngestFiles write(Path work, Kind kind, int count) throws IOException {
        String name = kind.name().toLowerCase(Locale.ROOT);
        Path directory = Files.createDirectory(work.resolve(name));
        Random random = new Random(11);
        List<Path> paths = new ArrayList<>();
        for (int n = 0; n < count; n++) {
            byte[] data = new byte[kind.layers * SENT];
            ByteBuffer values = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
            while (values.hasRemaining()) {
                // Between 1 and 2 in both formats of 16 bits, so finite.
                values.putShort((short) ((kind == Kind.NPY ? 0x3c00 : 0x3f80) | random.nextInt(0x80)));
            }
            Path file = directory.resolve(String.format(Locale.ROOT, "request-%04d%s", n, kind.extension));
            try (FileChannel channel =
                    FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                channel.write(ByteBuffer.wrap(kind.head()));
                channel.write(ByteBuffer.wrap(data));
            }
            paths.add(file);
        }
        return new IngestFiles(kind, paths, directory, Files.writeString(work.resolve(name + ".yaml"), spec(kind)));
    }

    private static String spec(Kind kind) {
        return """
                seismo: 1
                deployment: bench-ingest
                model: { name: bench, revision: "1" }
                taps:
                  mid: { hook: blocks.1.resid_post, d_in: %d, dtype: %s }
                encoders:
                  sae: { sae: demo/sae, tap: mid }
                watch:
                  one: { read: sae/1, severity: info }
                detectors:
                  never: { watch: "*", method: cap, above: 1.0, set_by: "a benchmark" }
                alerts:
                  Spike: { from: [never] }
                partitions: { activations: %d, watch: 1 }
                """.formatted(D_IN, kind == Kind.NPY ? "f16" : "bf16", PARTITIONS);
    }

    /** What {@code seismo ingest} is told of them. */
    List<String> arguments() {
        List<String> arguments = new ArrayList<>(
                switch (kind) {
                    case NPY -> List.of("npy");
                    case TRANSFORMERS -> List.of("safetensors", "--from", "transformers");
                    case VLLM -> List.of("vllm", "--layer-ids", "1,2,3");
                });
        arguments.addAll(List.of(directory.toString(), "--spec", spec.toString()));
        return arguments;
    }

    long rows() {
        return (long) paths.size() * ROWS;
    }

    long bytes() throws IOException {
        long bytes = 0;
        for (Path path : paths) {
            bytes += Files.size(path);
        }
        return bytes;
    }

    /** A file that is forced to disk after each line, as a ledger is. */
    record Syncs(FileChannel file) implements AutoCloseable {

        private static final byte[] LINE = new byte[160];

        static Syncs open(Path path) throws IOException {
            return new Syncs(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
        }

        void write() throws IOException {
            file.write(ByteBuffer.wrap(LINE));
            file.force(false);
        }

        @Override
        public void close() throws IOException {
            file.close();
        }
    }
}
