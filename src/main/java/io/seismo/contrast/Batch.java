package io.seismo.contrast;

import io.seismo.encoder.RowBlock;
import java.util.List;

/**
 * Some rows of a file, read together.
 *
 * @param rows [n, d_in]; valid until the next batch
 * @param kinds one of {@link io.seismo.activation.RowKinds} a row
 * @param parts whose rows these are; rows of no part do not count
 * @param bytes of the file that were read up to here
 */
public record Batch(RowBlock rows, byte[] kinds, List<Part> parts, long bytes) {

    public Batch {
        parts = List.copyOf(parts);
    }

    /**
     * Consecutive rows of one request.
     *
     * @param request its id
     * @param first index of its first row in the batch
     * @param rows how many
     * @param tokens text of each row; empty when not captured
     * @param ends whether these are the last rows of the request
     */
    public record Part(String request, int first, int rows, List<String> tokens, boolean ends) {

        public Part {
            tokens = List.copyOf(tokens);
        }
    }
}
