package io.seismo.spec;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** One reading of one text: its problems so far, the names it defines and the names it refers to. */
final class Reading {

    /** More than a person reads; the rest are counted. */
    static final int MAX_PROBLEMS = 100;

    private final String file;
    private final List<SpecProblem> problems = new ArrayList<>();
    private int unlisted;
    private final Map<Namespace, SortedMap<String, YamlNode.Scalar>> defined = new EnumMap<>(Namespace.class);
    private final List<Reference> references = new ArrayList<>();

    Reading(String file) {
        this.file = file;
        for (Namespace namespace : Namespace.values()) {
            defined.put(namespace, new TreeMap<>());
        }
    }

    /**
     * A name where a definition is meant.
     *
     * @param path where it stands
     */
    record Reference(Namespace namespace, String name, String path, Place place) {}

    void refuse(YamlNode at, String message, String remedy) {
        refuse(at.place(), at.path(), at instanceof YamlNode.Scalar scalar ? scalar.text() : "", message, remedy);
    }

    void refuse(Place place, String path, String found, String message, String remedy) {
        if (problems.size() == MAX_PROBLEMS) {
            unlisted++;
            return;
        }
        problems.add(new SpecProblem(file, place, path, Words.shortened(found), message, remedy));
    }

    boolean clean() {
        return problems.isEmpty();
    }

    void define(Namespace namespace, YamlNode.Scalar key) {
        names(namespace).putIfAbsent(key.text(), key);
    }

    void refer(Namespace namespace, String name, YamlNode at, int columnsIn) {
        references.add(new Reference(namespace, name, at.path(), at.place().right(columnsIn)));
    }

    SortedMap<String, YamlNode.Scalar> names(Namespace namespace) {
        SortedMap<String, YamlNode.Scalar> names = defined.get(namespace);
        if (names == null) {
            throw new IllegalStateException("no names for " + namespace);
        }
        return names;
    }

    List<Reference> references() {
        return references;
    }

    /** Throws when anything was refused. */
    void finish() {
        if (clean()) {
            return;
        }
        List<SpecProblem> sorted = new ArrayList<>(problems);
        sorted.sort(
                Comparator.comparingInt((SpecProblem problem) -> problem.place().line())
                        .thenComparingInt(problem -> problem.place().column()));
        if (unlisted > 0) {
            Place last = sorted.get(sorted.size() - 1).place();
            sorted.add(new SpecProblem(file, last, "", "", "and " + unlisted + " more problems", "mend these first"));
        }
        throw new SpecException(sorted);
    }
}
