package io.seismo.weights.onnx;

import java.util.Set;

/**
 * Operators a user's ONNX probe may use: pure functions of their inputs, from the standard and its part for classical
 * models. What is random, keeps state, loops, holds graphs or reads anything but tensors is not here.
 */
final class OnnxOperators {

    /** The standard under both its names, and {@code ai.onnx.ml}. */
    static final Set<String> DOMAINS = Set.of("", "ai.onnx", "ai.onnx.ml");

    private static final Set<String> ALLOWED = Set.of(
            // arithmetic
            "Add",
            "Sub",
            "Mul",
            "Div",
            "Neg",
            "Abs",
            "Sqrt",
            "Exp",
            "Log",
            "Pow",
            "Reciprocal",
            "Sign",
            "Floor",
            "Ceil",
            "Round",
            "Erf",
            "Min",
            "Max",
            "Sum",
            "Mean",
            "Clip",
            "MatMul",
            "Gemm",
            "Einsum",
            "Sin",
            "Cos",
            // activations
            "Relu",
            "LeakyRelu",
            "PRelu",
            "Elu",
            "Selu",
            "Celu",
            "Sigmoid",
            "HardSigmoid",
            "HardSwish",
            "Tanh",
            "Softmax",
            "LogSoftmax",
            "Softplus",
            "Softsign",
            "Gelu",
            "Mish",
            "ThresholdedRelu",
            // normalisation, reduction
            "LayerNormalization",
            "BatchNormalization",
            "LpNormalization",
            "ReduceSum",
            "ReduceMean",
            "ReduceMax",
            "ReduceMin",
            "ReduceL1",
            "ReduceL2",
            "ReduceSumSquare",
            "ReduceLogSum",
            "ReduceLogSumExp",
            "ReduceProd",
            "ArgMax",
            "ArgMin",
            "TopK",
            // logic
            "Where",
            "Greater",
            "GreaterOrEqual",
            "Less",
            "LessOrEqual",
            "Equal",
            "And",
            "Or",
            "Not",
            "Xor",
            "IsNaN",
            "IsInf",
            // shape
            "Identity",
            "Cast",
            "CastLike",
            "Constant",
            "ConstantOfShape",
            "Shape",
            "Reshape",
            "Flatten",
            "Squeeze",
            "Unsqueeze",
            "Transpose",
            "Concat",
            "Slice",
            "Gather",
            "GatherElements",
            "GatherND",
            "Split",
            "Expand",
            "Tile",
            "Size",
            "Range",
            "Dropout",
            "OneHot",
            // ai.onnx.ml
            "TreeEnsembleRegressor",
            "TreeEnsembleClassifier",
            "TreeEnsemble",
            "LinearRegressor",
            "LinearClassifier",
            "SVMRegressor",
            "SVMClassifier",
            "Scaler",
            "Normalizer",
            "Binarizer",
            "Imputer",
            "ArrayFeatureExtractor");

    private OnnxOperators() {}

    static boolean allowed(String operator) {
        return ALLOWED.contains(operator);
    }
}
