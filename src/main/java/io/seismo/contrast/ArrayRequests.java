package io.seismo.contrast;

import io.seismo.activation.RowKinds;
import io.seismo.encoder.NaiveEncoder;
import io.seismo.encoder.RowBlock;
import io.seismo.encoder.RowFile;
import io.seismo.weights.ByteSource;
import io.seismo.weights.Tensor;
import io.seismo.weights.WeightsException;
import io.seismo.weights.file.ArrayFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Rows and the number of the request of each, in arrays. Ids are the first twelve digits of the file's SHA-256 and the
 * number, so that numbers of two files do not mean the same request.
 */
final class ArrayRequests implements RequestFile {

    static final String ROWS = "activations";
    static final String REQUESTS = "requests";
    static final String KINDS = "row_kinds";

    private final Path path;
    private final RowSelection selection;
    private final RowFile rows;
    private final double[] requests;
    private final double[] said;
    private final String digest;
    private final Set<Double> begun = new HashSet<>();
    private int position;

    private ArrayRequests(Path path, RowSelection selection, RowFile rows, double[] requests, double[] said) {
        this.path = path;
        this.selection = selection;
        this.rows = rows;
        this.requests = requests;
        this.said = said;
        this.digest = ByteSource.file(path).sha256();
    }

    static ArrayRequests open(Path path, RowSelection selection) {
        ArrayFile file = ArrayFile.open(path);
        RowFile rows = RowFile.open(path, ROWS);
        double[] requests = integers(path, file.require(REQUESTS), rows.rows());
        double[] said = file.names().contains(KINDS) ? integers(path, file.require(KINDS), rows.rows()) : new double[0];
        for (double kind : said) {
            if (kind < RowKinds.SCORED || kind > RowKinds.PADDING) {
                throw new WeightsException(
                        path + ": row_kinds knows 0 ordinary, 1 special and 2 padding, not " + (long) kind,
                        "leave it out");
            }
        }
        return new ArrayRequests(path, selection, rows, requests, said);
    }

    private static double[] integers(Path path, Tensor tensor, long rows) {
        double[] values = tensor.expect(rows).vector();
        for (double value : values) {
            if (value != Math.rint(value) || value < 0) {
                throw new WeightsException(
                        path + ": " + tensor.name() + " holds " + value, "it takes whole numbers from 0, one a row");
            }
        }
        return values;
    }

    @Override
    public Path path() {
        return path;
    }

    @Override
    public String sha256() {
        return digest;
    }

    @Override
    public Facts facts() {
        return new Facts("", "", "", rows.dtype(), rows.dIn());
    }

    @Override
    public Intake read(Consumer<Batch> sink) {
        begun.clear();
        int step = rows.rowsPerBlock();
        for (long from = 0; from < rows.rows(); from += step) {
            int count = (int) Math.min(step, rows.rows() - from);
            RowBlock block = rows.block(from, count);
            List<Batch.Part> parts = new ArrayList<>();
            byte[] kinds = new byte[count];
            int start = 0;
            for (int row = 0; row < count; row++) {
                int at = (int) from + row;
                begin(at);
                kinds[row] = kind(block, row, at);
                boolean ends = at + 1 == requests.length || requests[at + 1] != requests[at];
                if (ends || row + 1 == count) {
                    parts.add(new Batch.Part(id(at), start, row + 1 - start, List.of(), ends));
                    start = row + 1;
                }
            }
            sink.accept(new Batch(block, kinds, parts, bytes() * (from + count) / rows.rows()));
        }
        return new Intake(rows.rows(), new TreeMap<>(), 0, 0);
    }

    private void begin(int at) {
        if (at > 0 && requests[at] == requests[at - 1]) {
            position++;
            return;
        }
        position = 0;
        if (!begun.add(requests[at])) {
            throw new WeightsException(
                    path + ": request " + (long) requests[at] + " begins again at row " + at,
                    "rows of one request must be consecutive");
        }
    }

    private String id(int at) {
        return digest.substring(0, 12) + "/" + (long) requests[at];
    }

    private byte kind(RowBlock block, int row, int at) {
        byte stated = said.length == 0 ? RowKinds.SCORED : (byte) said[at];
        if (stated == RowKinds.PADDING || (stated == RowKinds.SPECIAL && selection.skipSpecial())) {
            return stated;
        }
        if (position == 0 && selection.skipFirst()) {
            return RowKinds.FIRST;
        }
        boolean sink =
                selection.sinkNorm() > 0 && NaiveEncoder.norm(NaiveEncoder.decode(block, row)) > selection.sinkNorm();
        return sink ? RowKinds.SINK : RowKinds.SCORED;
    }
}
