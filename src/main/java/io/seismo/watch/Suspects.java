package io.seismo.watch;

import com.google.protobuf.InvalidProtocolBufferException;
import io.seismo.window.StateReader;
import io.seismo.window.StateWriter;
import io.seismo.wire.TopRequest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * The strongest requests of the recent panes for each watch entry, so that an alert whose window spans many panes can
 * name requests of all of them. At most {@value #MAX_KEPT} an entry.
 */
final class Suspects {

    static final int MAX_KEPT = 32;

    private static final int VERSION = 1;
    private static final Comparator<Suspect> STRONGEST = Comparator.comparing(Suspect::request, PaneMerge.STRONGEST)
            .thenComparing(Comparator.comparingLong(Suspect::pane).reversed());

    private final KeyedState state;
    private final int keepPanes;

    private record Suspect(long pane, TopRequest request) {}

    /** @param keepPanes panes after which a suspect is forgotten */
    Suspects(KeyedState state, int keepPanes) {
        this.state = state;
        this.keepPanes = keepPanes;
    }

    /** Adds a pane's suspects of the entries that live here. */
    void add(MergedPane pane, List<String> watches) {
        for (String watch : watches) {
            List<Suspect> before = read(watch);
            List<Suspect> after = new ArrayList<>();
            for (Suspect suspect : before) {
                if (suspect.pane() > pane.pane() - keepPanes) {
                    after.add(suspect);
                }
            }
            for (TopRequest request : pane.top()) {
                if (request.getWatch().equals(watch)) {
                    after.add(new Suspect(pane.pane(), request));
                }
            }
            if (!after.equals(before)) {
                after.sort(STRONGEST);
                write(watch, after.subList(0, Math.min(MAX_KEPT, after.size())));
            }
        }
    }

    /** Strongest first, of the last panes. */
    List<TopRequest> of(String watch, long pane, int panes) {
        List<TopRequest> requests = new ArrayList<>();
        for (Suspect suspect : read(watch)) {
            if (suspect.pane() > pane - panes) {
                requests.add(suspect.request());
            }
        }
        return requests;
    }

    private void write(String watch, List<Suspect> suspects) {
        if (suspects.isEmpty()) {
            state.remove(Keys.suspects(watch));
            return;
        }
        StateWriter out = new StateWriter().u8(VERSION).varint(suspects.size());
        for (Suspect suspect : suspects) {
            out.i64(suspect.pane()).bytes(suspect.request().toByteArray());
        }
        state.put(Keys.suspects(watch), out.toByteArray());
    }

    private List<Suspect> read(String watch) {
        byte[] bytes = state.get(Keys.suspects(watch));
        List<Suspect> suspects = new ArrayList<>();
        if (bytes == null) {
            return suspects;
        }
        StateReader in = new StateReader(bytes, "suspects").version(VERSION);
        int count = in.count(MAX_KEPT);
        try {
            for (int i = 0; i < count; i++) {
                suspects.add(new Suspect(in.i64(), TopRequest.parseFrom(in.bytes())));
            }
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("suspects hold a request that cannot be parsed", e);
        }
        in.end();
        return suspects;
    }
}
