package io.seismo.app.demo;

import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Cuts a transformer's graph at an inner tensor, so that serving stops at the layer that is tapped.
 *
 * <p>Everything the tensor does not depend on is dropped, weights included: a model tapped after its fourth of six layers
 * costs two thirds.
 */
final class TappedGraph {

    private TappedGraph() {}

    /**
     * The model whose only output is {@code tensor}.
     *
     * @throws IllegalArgumentException when no node of the model gives that tensor
     */
    static ModelProto cut(ModelProto model, String tensor) {
        GraphProto graph = model.getGraph();
        Set<NodeProto> needed = ancestors(graph, tensor);
        GraphProto.Builder cut = graph.toBuilder()
                .clearNode()
                .clearInitializer()
                .clearOutput()
                .clearValueInfo()
                .addOutput(floatOutput(tensor));
        Set<String> read = new HashSet<>();
        for (NodeProto node : graph.getNodeList()) {
            if (needed.contains(node)) {
                cut.addNode(node);
                read.addAll(node.getInputList());
            }
        }
        for (TensorProto weights : graph.getInitializerList()) {
            if (read.contains(weights.getName())) {
                cut.addInitializer(weights);
            }
        }
        return model.toBuilder().setGraph(cut).build();
    }

    private static Set<NodeProto> ancestors(GraphProto graph, String tensor) {
        Map<String, NodeProto> makerOf = new HashMap<>();
        for (NodeProto node : graph.getNodeList()) {
            node.getOutputList().forEach(output -> makerOf.put(output, node));
        }
        if (!makerOf.containsKey(tensor)) {
            throw new IllegalArgumentException("the model has no tensor " + tensor);
        }
        Set<NodeProto> needed = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        ArrayDeque<String> open = new ArrayDeque<>();
        open.add(tensor);
        while (!open.isEmpty()) {
            NodeProto maker = makerOf.get(open.poll());
            if (maker != null && needed.add(maker)) {
                open.addAll(maker.getInputList());
            }
        }
        return needed;
    }

    private static ValueInfoProto floatOutput(String name) {
        TypeProto.Tensor type = TypeProto.Tensor.newBuilder()
                .setElemType(TensorProto.DataType.FLOAT.getNumber())
                .build();
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder().setTensorType(type))
                .build();
    }
}
