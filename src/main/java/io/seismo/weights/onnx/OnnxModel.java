package io.seismo.weights.onnx;

import com.google.protobuf.ByteString;
import io.seismo.weights.ByteSource;
import java.util.List;
import java.util.SortedMap;

/**
 * A user's ONNX model after {@link OnnxModelReader} has let it through.
 *
 * @param bytes of the file
 * @param input name of its one input, [rows, inputs] in fp32
 * @param output name of its one output in fp32
 * @param inputs width of a row
 * @param outputs columns of the output; 1 also where it is [rows]
 * @param externals initializers that lie in other files of its directory
 * @param metadata properties of the model, such as {@code hook_name}
 */
public record OnnxModel(
        ByteString bytes,
        String input,
        String output,
        int inputs,
        int outputs,
        List<External> externals,
        SortedMap<String, String> metadata) {

    public OnnxModel {
        externals = List.copyOf(externals);
    }

    /**
     * An initializer outside the model's own file.
     *
     * @param name in the graph
     * @param type ONNX's number of the element type
     * @param shape sizes
     * @param source the file, inside the model's directory
     * @param offset first byte
     * @param length in bytes
     */
    public record External(String name, int type, List<Long> shape, ByteSource source, long offset, int length) {
        public External {
            shape = List.copyOf(shape);
        }
    }
}
