package io.seismo.replay;

import io.seismo.wire.AlertCore;
import io.seismo.wire.AlertTransition;
import io.seismo.wire.Breach;
import io.seismo.wire.PaneDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** Keeps what a replay says. */
final class Collector implements ReplayOutput {

    private final SortedMap<Place, PaneDigest> digests = new TreeMap<>();
    private final SortedMap<Place, List<AlertCore>> cores = new TreeMap<>();
    private final List<AlertTransition> alerts = new ArrayList<>();
    private final List<Breach> breaches = new ArrayList<>();

    SortedMap<Place, PaneDigest> digests() {
        return digests;
    }

    SortedMap<Place, List<AlertCore>> cores() {
        return cores;
    }

    List<AlertTransition> alerts() {
        return alerts;
    }

    List<Breach> breaches() {
        return breaches;
    }

    /** Alerts and breaches of a range of panes, both ends inclusive. */
    Collector within(long fromPane, long toPane) {
        Collector within = new Collector();
        alerts.stream()
                .filter(moved ->
                        moved.getCore().getPane() >= fromPane && moved.getCore().getPane() <= toPane)
                .forEach(within::transition);
        breaches.stream()
                .filter(breach -> breach.getPane() >= fromPane && breach.getPane() <= toPane)
                .forEach(within::breach);
        return within;
    }

    @Override
    public void breach(Breach breach) {
        breaches.add(breach);
    }

    @Override
    public void transition(AlertTransition transition) {
        alerts.add(transition);
        Place place = new Place(transition.getCore().getPane(), transition.getWatchPartition());
        cores.computeIfAbsent(place, key -> new ArrayList<>()).add(transition.getCore());
    }

    @Override
    public void digest(PaneDigest digest) {
        digests.put(new Place(digest.getPane(), digest.getWatchPartition()), digest);
    }
}
