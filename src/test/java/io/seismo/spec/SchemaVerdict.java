package io.seismo.spec;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;

/** What an independent implementation of JSON Schema says about a spec. */
final class SchemaVerdict {

    private static final Schema SCHEMA = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
            .getSchema(SpecSchema.json());

    private SchemaVerdict() {}

    /** {@code accepts}, {@code refuses}, or {@code cannot read it} where it is not YAML. */
    static String of(String yaml) {
        try {
            return SCHEMA.validate(yaml, InputFormat.YAML).isEmpty() ? "accepts" : "refuses";
        } catch (RuntimeException e) {
            return "cannot read it";
        }
    }
}
