package io.seismo.contrast;

import io.seismo.activation.RowKinds;
import io.seismo.encoder.Encoder;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.SparseRows;
import io.seismo.score.Aggregator;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongConsumer;

/** The first pass: request scores of all features, on every request of the files that rules are chosen on. */
public final class FeaturePass implements AutoCloseable {

    private final Encoder encoder;
    private final Aggregator aggregator;
    private final Requests requests;
    private final Requests.Use otherHalf;
    private final ScoreSpill spill;
    private final MeanRows means;
    private final long[] firedRows;
    private final SparseRows sparse = new SparseRows();
    private long negativeRows;
    private long scoredRows;

    /**
     * @param encoder with its full graph
     * @param aggregator of the rules to come
     * @param requests where requests are entered
     * @param otherHalf what the requests are for that rules are not chosen on
     * @param scratch directory for temporary files
     */
    public FeaturePass(Encoder encoder, Aggregator aggregator, Requests requests, Requests.Use otherHalf, Path scratch)
            throws IOException {
        this.encoder = encoder;
        this.aggregator = aggregator;
        this.requests = requests;
        this.otherHalf = otherHalf;
        this.spill = new ScoreSpill(encoder.width(), scratch);
        this.means = new MeanRows(encoder.dIn());
        this.firedRows = new long[encoder.width()];
    }

    /** One open request. */
    private static final class Open {
        private final RequestFeatures features = new RequestFeatures();
        private final Content content = new Content();
        private final double[] sum;
        private int scored;

        Open(boolean choosing, int dIn) {
            this.sum = new double[choosing ? dIn : 0];
        }
    }

    /**
     * Reads a file.
     *
     * @param progress hears how many bytes of it were read
     */
    public RequestFile.Intake read(RequestFile file, Group group, LongConsumer progress) {
        Map<String, Open> open = new LinkedHashMap<>();
        RequestFile.Intake intake = file.read(batch -> {
            take(batch, group, open);
            progress.accept(batch.bytes());
        });
        new ArrayList<>(open.keySet()).forEach(id -> end(id, group, open));
        return intake;
    }

    private void take(Batch batch, Group group, Map<String, Open> open) {
        BitSet scored = scored(batch);
        if (!scored.isEmpty()) {
            encoder.full(batch.rows(), scored, sparse);
        }
        for (Batch.Part part : batch.parts()) {
            boolean choosing = Half.of(part.request()) == Half.CHOOSING;
            Open request = open.computeIfAbsent(part.request(), id -> new Open(choosing, encoder.dIn()));
            request.content.add(batch.rows(), part.first(), part.rows());
            for (int row = part.first(); row < part.first() + part.rows(); row++) {
                if (scored.get(row)) {
                    request.features.take(aggregator, sparse, row);
                    request.scored++;
                    scoredRows++;
                    if (choosing) {
                        add(request.sum, NaiveEncoder.decode(batch.rows(), row));
                        count(group, row);
                    }
                }
            }
            if (part.ends()) {
                end(part.request(), group, open);
            }
        }
    }

    /** Rows of parts that are scored. */
    static BitSet scored(Batch batch) {
        BitSet scored = new BitSet(batch.kinds().length);
        for (Batch.Part part : batch.parts()) {
            for (int row = part.first(); row < part.first() + part.rows(); row++) {
                scored.set(row, batch.kinds()[row] == RowKinds.SCORED);
            }
        }
        return scored;
    }

    private static void add(double[] sum, double[] row) {
        for (int i = 0; i < sum.length; i++) {
            sum[i] += row[i];
        }
    }

    private void count(Group group, int row) {
        if (group == Group.NEGATIVE) {
            negativeRows++;
            for (int e = sparse.start(row); e < sparse.end(row); e++) {
                firedRows[sparse.feature(e)]++;
            }
        }
    }

    private void end(String id, Group group, Map<String, Open> open) {
        Open request = open.remove(id);
        if (request == null) {
            return;
        }
        boolean choosing = Half.of(id) == Half.CHOOSING;
        Requests.Use use = request.scored == 0 ? Requests.Use.UNUSED : choosing ? Requests.Use.CHOOSING : otherHalf;
        int number = requests.add(id, group, use, request.content.hash());
        if (use == Requests.Use.UNUSED) {
            return;
        }
        for (int i = 0; i < request.features.size(); i++) {
            if (request.features.score(i) > 0) {
                spill.add(number, request.features.feature(i), request.features.score(i));
            }
        }
        if (choosing) {
            means.add(id, group, request.sum, request.scored);
        }
    }

    /** Rows that were scored. */
    public long scoredRows() {
        return scoredRows;
    }

    /** Mean rows of the requests that rules are chosen on. */
    public MeanRows means() {
        return means;
    }

    /** Figures of every feature, in order of index; reads back what was spilled. */
    public List<FeatureFigures> figures() {
        spill.finish();
        requests.dropRepeats();
        List<FeatureFigures> figures = new ArrayList<>();
        FigureTaker taker = new FigureTaker(requests);
        spill.read((feature, numbers, scores) -> figures.add(taker.of(
                feature, numbers, scores, negativeRows == 0 ? 0 : (double) firedRows[feature] / negativeRows)));
        return figures;
    }

    @Override
    public void close() throws IOException {
        spill.close();
    }
}
