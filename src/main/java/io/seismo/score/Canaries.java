package io.seismo.score;

import io.seismo.window.BlockKey;
import io.seismo.window.FixedPoint;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.CanaryCount;
import io.seismo.wire.CanaryVerdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/**
 * What became of canaries in a pane of one partition, by name and finding: at most 16 names of a spec, and no name, times
 * the findings there are.
 */
final class Canaries {

    private static final int MAX = 512;

    private final TreeMap<Key, CanaryCount> counts = new TreeMap<>();

    private record Key(String canary, int finding) implements Comparable<Key> {

        private static final Comparator<Key> ORDER =
                Comparator.comparing(Key::canary, BlockKey.ORDER).thenComparingInt(Key::finding);

        @Override
        public int compareTo(Key other) {
            return ORDER.compare(this, other);
        }
    }

    void add(CanaryVerdict verdict) {
        Key key = new Key(verdict.getCanary(), verdict.getFindingValue());
        CanaryCount before = counts.get(key);
        if (before == null && counts.size() == MAX) {
            return;
        }
        CanaryCount.Builder after = before == null
                ? CanaryCount.newBuilder()
                        .setCanary(verdict.getCanary())
                        .setFindingValue(verdict.getFindingValue())
                        .setDetail(verdict.getDetail())
                : before.toBuilder();
        after.setSegments(FixedPoint.add(after.getSegments(), 1));
        after.setComplete(FixedPoint.add(after.getComplete(), verdict.getComplete() ? 1 : 0));
        counts.put(key, after.build());
    }

    /** By name and finding, ascending. */
    List<CanaryCount> counts() {
        return new ArrayList<>(counts.values());
    }

    void write(StateWriter out) {
        out.varint(counts.size());
        for (CanaryCount count : counts.values()) {
            out.text(count.getCanary())
                    .varint(count.getFindingValue())
                    .varint(count.getSegments())
                    .varint(count.getComplete())
                    .text(count.getDetail());
        }
    }

    void read(StateReader in) {
        for (int left = in.count(MAX); left > 0; left--) {
            CanaryCount count = CanaryCount.newBuilder()
                    .setCanary(in.text())
                    .setFindingValue(in.count(Integer.MAX_VALUE))
                    .setSegments(in.varint())
                    .setComplete(in.varint())
                    .setDetail(in.text())
                    .build();
            counts.put(new Key(count.getCanary(), count.getFindingValue()), count);
        }
    }
}
