package io.seismo.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.seismo.app.SeismoCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Files a second of {@code seismo ingest}, beside reading the same files and producing the same rows with nothing around it. */
@Command(
        name = "ingest",
        mixinStandardHelpOptions = true,
        description = "Files a second of 'seismo ingest', beside bare reading and bare producing of the same bytes.",
        footer = {
            "",
            "Files of 128 rows of d 1,024 in 16 bits: npy with the rows alone, hidden states of a transformers model of four",
            "blocks, and vLLM's of three layers, of which one is sent. The whole command runs, in this process, with its",
            "ledger, against an embedded broker; beside it the same files are read whole and the same rows produced as",
            "records of the same size (acks=all): once with one wait for the broker at the end, and once with a wait after",
            "each file and both forced writes of the ledger, which is what it takes to send a file once and only once.",
            "Example: ./seismo bench ingest --seconds 20"
        })
final class IngestBench implements Callable<Integer> {

    private static final int FILES = 200;
    private static final int FEWEST_ROUNDS = 3;
    private static final String DEPLOYMENT = "bench-ingest";
    private static final String BARE = "seismo.bench-ingest.bare";

    @Mixin
    private Report report = new Report();

    @Override
    public Integer call() throws Exception {
        Path work = Files.createTempDirectory("seismo-bench-ingest");
        try (BenchCluster cluster = new BenchCluster()) {
            cluster.createTopic("seismo." + DEPLOYMENT + ".activations", IngestFiles.PARTITIONS);
            cluster.createTopic(BARE, 1);
            try (KafkaProducer<byte[], byte[]> producer = cluster.producer(0)) {
                for (IngestFiles.Kind kind : IngestFiles.Kind.values()) {
                    new Rounds(cluster, producer, IngestFiles.write(work, kind, FILES), work).measure(kind);
                }
            }
        } finally {
            delete(work);
        }
        return report.done();
    }

    /** Alternating rounds over files of one kind. */
    private final class Rounds {

        private final BenchCluster cluster;
        private final KafkaProducer<byte[], byte[]> producer;
        private final IngestFiles files;
        private final Path work;
        private final Samples command = new Samples();
        private final Samples bare = new Samples();
        private final Samples once = new Samples();
        private final Samples ratio = new Samples();
        private final Samples ratioOnce = new Samples();

        Rounds(BenchCluster cluster, KafkaProducer<byte[], byte[]> producer, IngestFiles files, Path work) {
            this.cluster = cluster;
            this.producer = producer;
            this.files = files;
            this.work = work;
        }

        void measure(IngestFiles.Kind kind) throws IOException {
            report.say("measuring " + kind.words());
            round(-1);
            long end = System.nanoTime() + report.seconds(30) * 1_000_000_000L / IngestFiles.Kind.values().length;
            int rounds = 0;
            for (; rounds < FEWEST_ROUNDS || System.nanoTime() < end; rounds++) {
                round(rounds);
            }
            report.add(Figure.beside(
                            "ingest " + kind.words(), command.median(), "files/s", "read and produce", bare.median())
                    .withRatio(ratio.median()));
            report.add(Figure.beside(
                            "  the same", command.median(), "files/s", "a wait and two syncs a file", once.median())
                    .withRatio(ratioOnce.median()));
            report.note(kind.words() + ": " + files.bytes() / FILES + " bytes a file, " + IngestFiles.SENT
                    + " of them sent; median of " + rounds + " rounds of " + FILES + " files, in turns.");
        }

        /** One of each; a negative number warms up and does not count. */
        private void round(int number) throws IOException {
            double own = FILES / seconds(() -> ingest(number));
            double limit = FILES / seconds(() -> produce(false));
            double careful = FILES / seconds(() -> produce(true));
            if (number >= 0) {
                command.add(own);
                bare.add(limit);
                once.add(careful);
                ratio.add(own / limit);
                ratioOnce.add(own / careful);
            }
        }

        private void ingest(int number) throws IOException {
            StringWriter out = new StringWriter();
            StringWriter err = new StringWriter();
            List<String> arguments = new ArrayList<>(List.of("ingest"));
            arguments.addAll(files.arguments());
            arguments.addAll(List.of("--bootstrap", cluster.bootstrap(), "--json"));
            arguments.addAll(List.of(
                    "--ledger", work.resolve("ledger-" + files.kind() + number).toString()));
            int code = SeismoCommand.commandLine(new PrintWriter(out, true), new PrintWriter(err, true))
                    .execute(arguments.toArray(String[]::new));
            JsonNode said = new ObjectMapper().readTree(out.toString());
            if (code != 0
                    || said.path("files_sent").asInt() != FILES
                    || said.path("rows").asLong() != files.rows()) {
                throw new IllegalStateException("not all was sent: " + code + " " + out + err);
            }
        }

        /** Reads each file whole and sends as many bytes as there are rows in it. */
        private void produce(boolean careful) throws IOException {
            try (IngestFiles.Syncs syncs = IngestFiles.Syncs.open(work.resolve("syncs"))) {
                for (Path file : files.paths()) {
                    byte[] whole = Files.readAllBytes(file);
                    if (careful) {
                        syncs.write();
                    }
                    producer.send(new ProducerRecord<>(
                            BARE, 0, null, Arrays.copyOfRange(whole, whole.length - IngestFiles.SENT, whole.length)));
                    if (careful) {
                        producer.flush();
                        syncs.write();
                    }
                }
                producer.flush();
            }
        }
    }

    /** Something that is timed. */
    private interface Work {
        void run() throws IOException;
    }

    private static double seconds(Work work) throws IOException {
        long begin = System.nanoTime();
        work.run();
        return (System.nanoTime() - begin) / 1e9;
    }

    private static void delete(Path work) throws IOException {
        try (Stream<Path> files = Files.walk(work)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }
}
