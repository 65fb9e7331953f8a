package io.seismo.watch.scenario;

import io.seismo.alert.AlertLabels;
import io.seismo.watch.WatchOutput;
import io.seismo.watch.scenario.ScenarioResult.Move;
import io.seismo.wire.AlertState;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Label;
import io.seismo.wire.PaneDigest;
import io.seismo.wire.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Records how alerts moved. */
final class Timeline implements WatchOutput {

    private final long startMs;
    private final List<Move> moves = new ArrayList<>();

    Timeline(long startMs) {
        this.startMs = startMs;
    }

    @Override
    public void transition(AlertTransition transition) {
        List<Label> labels = transition.getCore().getLabelsList();
        String watch = AlertLabels.value(labels, "watch");
        moves.add(new Move(
                transition.getCore().getTimeMs() - startMs,
                String.valueOf(AlertLabels.value(labels, "alertname")),
                String.valueOf(watch != null ? watch : AlertLabels.value(labels, "source")),
                word(transition.getCore().getFrom()),
                word(transition.getCore().getTo()),
                transition.getEvidence().getSummary()));
    }

    @Override
    public void digest(PaneDigest digest) {}

    @Override
    public void snapshot(Snapshot snapshot) {}

    List<Move> moves() {
        return moves;
    }

    /** The move that led to where an alert stands at a time; {@code null} when it never moved before. */
    @Nullable
    Move last(String alert, String on, long atMs) {
        Move last = null;
        for (Move move : of(alert, on)) {
            if (move.afterMs() <= atMs) {
                last = move;
            }
        }
        return last;
    }

    /** The first move into a state; {@code null} when there was none. */
    @Nullable
    Move first(String alert, String on, AlertState state) {
        for (Move move : of(alert, on)) {
            if (move.to().equals(word(state))) {
                return move;
            }
        }
        return null;
    }

    List<Move> of(String alert, String on) {
        List<Move> those = new ArrayList<>();
        for (Move move : moves) {
            if (move.alert().equals(alert) && move.on().equals(on)) {
                those.add(move);
            }
        }
        return those;
    }

    static String word(AlertState state) {
        return state.name().substring("ALERT_STATE_".length()).toLowerCase(Locale.ROOT);
    }
}
