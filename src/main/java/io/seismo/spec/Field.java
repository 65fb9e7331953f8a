package io.seismo.spec;

import org.jspecify.annotations.Nullable;

/**
 * A key of a map with fixed keys.
 *
 * @param name the key
 * @param kind of its value
 * @param required whether it must be there
 * @param fallback YAML of the value when it is not there; {@code null} for none
 * @param doc one sentence for the schema and the guide
 */
record Field<T>(
        String name,
        Kind<T> kind,
        boolean required,
        @Nullable String fallback,
        String doc) {

    static <T> Field<T> required(String name, Kind<T> kind, String doc) {
        return new Field<>(name, kind, true, null, doc);
    }

    /** With a default, written as it would stand in a spec. */
    static <T> Field<T> optional(String name, Kind<T> kind, String fallback, String doc) {
        return new Field<>(name, kind, false, fallback, doc);
    }

    /** May be absent, which is not the same as any value. */
    static <T> Field<T> absent(String name, Kind<T> kind, String doc) {
        return new Field<>(name, kind, false, null, doc);
    }

    /** The default, read like any other text; {@code null} when there is none. */
    @Nullable
    T fallbackValue() {
        if (fallback == null) {
            return null;
        }
        Reading reading = new Reading("default of " + name);
        T value = kind.read(YamlTree.read("default of " + name, fallback), reading);
        reading.finish();
        return value;
    }
}
