package io.seismo.contrast;

import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.score.Aggregator;
import io.seismo.score.SignalScore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** The second pass: request scores of a handful of rules on every request, through watch graphs as live. */
public final class RulePass {

    private final Aggregator aggregator;
    private final Requests requests;
    private final List<Rule> rules = new ArrayList<>();
    private final List<Signal> signals = new ArrayList<>();
    private @Nullable Keywords keywords;
    private float[][] scores = new float[64][];
    private int columns;
    private float[] values = new float[0];
    private boolean anyText;

    /**
     * @param aggregator from token signals to request scores
     * @param requests of the first pass; those of held-out files are entered here
     */
    public RulePass(Aggregator aggregator, Requests requests) {
        this.aggregator = aggregator;
        this.requests = requests;
    }

    /** What gives one or several signals a row. */
    private interface Signal {
        int columns();

        void of(RowBlock rows, float[] out, int offset, int stride);
    }

    /** Adds rules that an encoder's watch columns give, in their order; the encoder is not closed here. */
    public void add(Encoder encoder, List<Rule> given) {
        if (given.size() != encoder.watchColumns()) {
            throw new IllegalArgumentException("a rule for each watch column");
        }
        rules.addAll(given);
        columns += given.size();
        signals.add(new Signal() {
            @Override
            public int columns() {
                return given.size();
            }

            @Override
            public void of(RowBlock rows, float[] out, int offset, int stride) {
                encoder.watch(rows, out, offset, stride);
            }
        });
    }

    /** Adds the norm of rows. */
    public void addNorm() {
        rules.add(Rule.of(Rule.Kind.NORM));
        columns++;
        signals.add(new Signal() {
            @Override
            public int columns() {
                return 1;
            }

            @Override
            public void of(RowBlock rows, float[] out, int offset, int stride) {
                for (int row = 0; row < rows.rows(); row++) {
                    out[offset + row * stride] = (float) NaiveEncoder.norm(NaiveEncoder.decode(rows, row));
                }
            }
        });
    }

    /** Counts keywords; to be called last, once. */
    public void addKeywords(Keywords words) {
        keywords = words;
        rules.add(Rule.of(Rule.Kind.KEYWORDS));
    }

    /** One open request. */
    private static final class Open {
        private final SignalScore[] scores;
        private final Content content = new Content();
        private final TokenText text = new TokenText();
        private int scored;

        Open(int columns) {
            scores = new SignalScore[columns];
            Arrays.setAll(scores, column -> new SignalScore());
        }
    }

    /**
     * Reads a file.
     *
     * @param heldOut whether its requests were not in the first pass; all of them are then measured on
     * @param progress hears how many bytes of it were read
     */
    public RequestFile.Intake read(RequestFile file, Group group, boolean heldOut, LongConsumer progress) {
        Map<String, Open> open = new LinkedHashMap<>();
        RequestFile.Intake intake = file.read(batch -> {
            take(batch, group, heldOut, open);
            progress.accept(batch.bytes());
        });
        new ArrayList<>(open.keySet()).forEach(id -> end(id, group, heldOut, open));
        return intake;
    }

    private void take(Batch batch, Group group, boolean heldOut, Map<String, Open> open) {
        BitSet scored = FeaturePass.scored(batch);
        if (!scored.isEmpty()) {
            signals(batch.rows());
        }
        for (Batch.Part part : batch.parts()) {
            Open request = open.computeIfAbsent(part.request(), id -> new Open(columns));
            if (keywords != null) {
                request.text.add(part.tokens());
            }
            if (heldOut) {
                request.content.add(batch.rows(), part.first(), part.rows());
            }
            for (int row = part.first(); row < part.first() + part.rows(); row++) {
                if (scored.get(row)) {
                    request.scored++;
                    for (int column = 0; column < columns; column++) {
                        request.scores[column].take(aggregator, values[row * columns + column]);
                    }
                }
            }
            if (part.ends()) {
                end(part.request(), group, heldOut, open);
            }
        }
    }

    private void signals(RowBlock rows) {
        int size = Math.multiplyExact(rows.rows(), columns);
        if (values.length < size) {
            values = new float[size];
        }
        int offset = 0;
        for (Signal signal : signals) {
            signal.of(rows, values, offset, columns);
            offset += signal.columns();
        }
    }

    private void end(String id, Group group, boolean heldOut, Map<String, Open> open) {
        Open request = open.remove(id);
        if (request == null) {
            return;
        }
        Requests.Use use = request.scored == 0 ? Requests.Use.UNUSED : Requests.Use.MEASURING;
        int number = heldOut ? requests.add(id, group, use, request.content.hash()) : requests.number(id);
        float[] row = new float[rules.size()];
        for (int column = 0; column < columns; column++) {
            row[column] = request.scores[column].score();
        }
        if (keywords != null) {
            anyText |= request.text.any();
            row[columns] = keywords.count(request.text.toString());
        }
        if (number >= scores.length) {
            scores = Arrays.copyOf(scores, Math.max(number + 1, scores.length * 2));
        }
        scores[number] = row;
    }

    /** The rules, in the order of their scores. */
    public List<Rule> rules() {
        return List.copyOf(rules);
    }

    /** Whether a file held token text. */
    public boolean anyText() {
        return anyText;
    }

    /** Scores of the requests of a group and use under a rule. */
    float[] scores(int rule, Group group, Requests.Use use) {
        float[] found = new float[requests.count(group, use)];
        int size = 0;
        for (int i = 0; i < requests.size(); i++) {
            if (requests.group(i) == group && requests.use(i) == use) {
                found[size++] = scores[i][rule];
            }
        }
        return found;
    }
}
