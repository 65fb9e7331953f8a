package io.seismo.spec;

import java.util.IdentityHashMap;
import org.jspecify.annotations.Nullable;

/** Values of one map with fixed keys, by field. */
final class Values {

    private final IdentityHashMap<Field<?>, Object> values = new IdentityHashMap<>();

    <T> void put(Field<T> field, Object value) {
        values.put(field, value);
    }

    /** The value of a required or defaulted field. */
    <T> T get(Field<T> field) {
        T value = orNull(field);
        if (value == null) {
            throw new IllegalStateException("no value for " + field.name());
        }
        return value;
    }

    /** The value of a field that may be absent. */
    @SuppressWarnings("unchecked") // put() is only called with what the field's own kind has read
    <T> @Nullable T orNull(Field<T> field) {
        return (T) values.get(field);
    }
}
