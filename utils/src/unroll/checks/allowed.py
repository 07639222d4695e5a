"""What a judged Keras model may be built of: layers, operations, losses and the rest, by the names that Keras gives them.

A model that names anything else is not rebuilt (:mod:`unroll.checks.models`). Nothing on these lists runs code of the sender's.
"""

LAYERS = {
    "Activation", "ActivityRegularization", "Add", "AdditiveAttention", "Attention", "Average", "AveragePooling1D", "BatchNormalization", "Bidirectional",
    "Concatenate", "Conv1D", "Cropping1D", "Dense", "DepthwiseConv1D", "Dot", "Dropout", "ELU", "EinsumDense", "Embedding",
    "Flatten", "GRU", "GRUCell", "GaussianDropout", "GaussianNoise", "GlobalAveragePooling1D", "GlobalMaxPooling1D", "Identity",
    "InputLayer", "LSTM", "LSTMCell", "LayerNormalization", "LeakyReLU", "Masking", "MaxPooling1D", "Maximum", "Minimum",
    "Multiply", "PReLU", "Permute", "RMSNormalization", "RNN", "ReLU", "RepeatVector", "Rescaling", "Reshape", "SeparableConv1D",
    "SimpleRNN", "SimpleRNNCell", "Softmax", "SpatialDropout1D", "StackedRNNCells", "Subtract", "TimeDistributed",
    "UnitNormalization", "UpSampling1D", "ZeroPadding1D",
}  # fmt: skip
MODELS = {"Functional", "Sequential"}
INITIALIZERS = {
    "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "LecunNormal", "LecunUniform", "Ones",
    "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Zeros",
}  # fmt: skip
LOSSES = {"BinaryCrossentropy", "CategoricalCrossentropy", "MeanSquaredError", "SparseCategoricalCrossentropy"}
OPTIMIZERS = {
    "Adadelta", "Adafactor", "Adagrad", "Adam", "AdamW", "Adamax", "Ftrl", "Lamb", "Lion", "Nadam", "RMSprop", "SGD",
}  # fmt: skip
SCHEDULES = {
    "CosineDecay", "CosineDecayRestarts", "ExponentialDecay", "InverseTimeDecay", "PiecewiseConstantDecay", "PolynomialDecay",
}  # fmt: skip
# Operations that a functional model notes down: of arithmetic, comparison, logic, shapes, parts and sums. Those that take a
# function, such as Map and Cond, are not among them.
ARRAY_OPERATIONS = {
    "Abs", "Absolute", "Add", "All", "Amax", "Amin", "Any", "Append", "Argmax", "Argmin", "Argsort", "Average", "BroadcastTo",
    "Clip", "Concatenate", "CountNonzero", "Cumprod", "Cumsum", "Divide", "DivideNoNan", "Dot", "Einsum", "Equal", "Exp",
    "ExpandDims", "Flip", "FloorDivide", "FullLike", "GetItem", "Greater", "GreaterEqual", "Less", "LessEqual", "Log", "Log1p",
    "LogicalAnd", "LogicalNot", "LogicalOr", "LogicalXor", "Matmul", "Max", "Maximum", "Mean", "Min", "Minimum", "Mod",
    "Moveaxis", "Multiply", "Negative", "NotEqual", "OnesLike", "Pad", "Power", "Prod", "Reciprocal", "Repeat", "Reshape",
    "Roll", "Round", "Sign", "Split", "Sqrt", "Square", "Squeeze", "Stack", "Std", "Subtract", "Sum", "Swapaxes", "Take",
    "TakeAlongAxis", "Tanh", "Tensordot", "Tile", "Transpose", "TrueDivide", "Var", "Where", "ZerosLike",
}  # fmt: skip
CORE_OPERATIONS = {"Cast", "ConvertToTensor", "Slice", "StopGradient", "Unstack"}
ACTIVATIONS = {
    "Celu", "Elu", "Gelu", "HardSigmoid", "HardSilu", "HardTanh", "LeakyRelu", "LogSigmoid", "LogSoftmax", "OneHot", "Relu",
    "Relu6", "Selu", "Sigmoid", "Silu", "Softmax", "Softplus", "Softsign",
}  # fmt: skip
MATHEMATICS = {"Erf", "Logsumexp", "Rsqrt", "TopK"}
ALLOWED: dict[str | None, set[str]] = {  # by the module that a configuration names
    "keras.layers": LAYERS,
    "keras": {"DTypePolicy", *MODELS},
    "keras.models": MODELS,
    "keras.src.models.functional": MODELS,
    "keras.src.models.sequential": MODELS,
    "keras.initializers": INITIALIZERS,
    "keras.regularizers": {"L1", "L2", "L1L2"},
    "keras.constraints": {"MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm"},
    "keras.losses": LOSSES,
    "keras.optimizers": OPTIMIZERS,
    "keras.optimizers.schedules": SCHEDULES,
    "keras.src.ops.numpy": ARRAY_OPERATIONS,
    "keras.src.ops.core": CORE_OPERATIONS,
    "keras.src.ops.nn": ACTIVATIONS,
    "keras.src.ops.math": MATHEMATICS,
    "keras.ops": ARRAY_OPERATIONS | CORE_OPERATIONS | ACTIVATIONS | MATHEMATICS,
    None: {"__keras_tensor__", "__numpy__", "__slice__", "__ellipsis__"},
}
INSTEAD = {  # what to say of a name that students may well use
    "Lambda": "it contains a Lambda, which holds a function of your own; write the operation in a functional model instead, such "
    "as keras.ops.flip(x, axis=1)",
}
