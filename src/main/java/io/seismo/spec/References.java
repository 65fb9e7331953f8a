package io.seismo.spec;

import java.util.EnumMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Names: every one that is used must be defined, every tap, encoder and detector that is defined must be used. */
final class References {

    private References() {}

    static void check(Reading reading) {
        boolean sound = reading.clean();
        Map<Namespace, Set<String>> used = new EnumMap<>(Namespace.class);
        for (Namespace namespace : Namespace.values()) {
            used.put(namespace, new TreeSet<>());
        }
        for (Reading.Reference reference : reading.references()) {
            Set<String> defined = reading.names(reference.namespace()).keySet();
            if (!defined.contains(reference.name())) {
                String word = reference.namespace().word();
                reading.refuse(
                        reference.place(),
                        reference.path(),
                        reference.name(),
                        "no " + word + " is called " + Words.quoted(reference.name()),
                        Words.allowed(reference.name(), defined));
                sound = false;
            }
            used.computeIfAbsent(reference.namespace(), unused -> new TreeSet<>())
                    .add(reference.name());
        }
        if (sound) { // otherwise what a slip hides would look unused
            unused(reading, Namespace.TAP, used, "taps.", "no encoder reads it; let one, or delete the tap");
            unused(reading, Namespace.ENCODER, used, "encoders.", "no watch entry reads it; let one, or delete it");
            unused(
                    reading,
                    Namespace.DETECTOR,
                    used,
                    "detectors.",
                    "no alert is raised from it; name it in from, or" + " delete it");
        }
    }

    private static void unused(
            Reading reading, Namespace namespace, Map<Namespace, Set<String>> used, String under, String remedy) {
        reading.names(namespace).forEach((name, key) -> {
            if (!used.getOrDefault(namespace, Set.of()).contains(name)) {
                String message = namespace.word() + " " + Words.quoted(name) + " is not used";
                reading.refuse(key.place(), under + name, name, message, remedy);
            }
        });
    }
}
