package io.seismo.contrast;

import io.seismo.weights.WeightsException;
import io.seismo.wire.Segment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Requests of a file that have begun and not ended, by the rules of SCORE: no row counts twice or without its beginning. */
final class OpenParts {

    private static final int MOST_OPEN = 20_000;
    private static final int MOST = 1 << 20;

    private final Path path;
    private final Map<String, Integer> next = new HashMap<>();
    private final Set<String> ended = new HashSet<>();
    private final Set<String> again = new HashSet<>();
    private long orphanRows;

    OpenParts(Path path) {
        this.path = path;
    }

    /** Whether the rows of a segment count. */
    boolean take(Segment segment) {
        String request = segment.getRequestId();
        boolean begins = !next.containsKey(request);
        int expected = next.getOrDefault(request, 0);
        if (ended.contains(request)) {
            again.add(request);
            return false;
        }
        boolean fits = begins
                ? segment.getStartPosition() <= segment.getCachedPrefix()
                : segment.getStartPosition() >= expected;
        if (segment.getRows() > 0 && !fits) {
            orphanRows += segment.getRows();
            return false;
        }
        if (begins && segment.getRows() == 0) {
            return false;
        }
        if (segment.hasEnd()) {
            next.remove(request);
            ended.add(request);
        } else {
            next.put(request, segment.getStartPosition() + segment.getRows());
        }
        refuseTooMany();
        return true;
    }

    private void refuseTooMany() {
        if (next.size() > MOST_OPEN) {
            throw new WeightsException(
                    path + " has more than " + MOST_OPEN + " requests open at once",
                    "the last segment of a request carries its end");
        }
        if (ended.size() > MOST) {
            throw new WeightsException(path + " holds more than " + MOST + " requests", "split it");
        }
    }

    long orphanRows() {
        return orphanRows;
    }

    long repeated() {
        return again.size();
    }
}
