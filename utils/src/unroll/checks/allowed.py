"""What a judged Keras model may be built of: layers, operations, losses and the rest, by the names that Keras gives them.

A model that names anything else is not rebuilt (:mod:`unroll.checks.models`).
"""

LAYERS = {
    "Activation", "Add", "Average", "AveragePooling1D", "BatchNormalization", "Bidirectional", "Concatenate", "Conv1D", "Dense",
    "Dropout", "Embedding", "Flatten", "GRU", "GRUCell", "GlobalAveragePooling1D", "GlobalMaxPooling1D", "Identity",
    "InputLayer", "LSTM", "LSTMCell", "LayerNormalization", "Masking", "MaxPooling1D", "Maximum", "Multiply", "Permute", "RNN",
    "ReLU", "RepeatVector", "Reshape", "SimpleRNN", "SimpleRNNCell", "Softmax", "SpatialDropout1D", "StackedRNNCells",
    "Subtract", "TimeDistributed",
}  # fmt: skip
MODELS = {"Functional", "Sequential"}
INITIALIZERS = {
    "Constant", "GlorotNormal", "GlorotUniform", "HeNormal", "HeUniform", "Identity", "LecunNormal", "LecunUniform", "Ones",
    "Orthogonal", "RandomNormal", "RandomUniform", "TruncatedNormal", "VarianceScaling", "Zeros",
}  # fmt: skip
OPERATIONS = {"Any", "GetItem", "LogicalOr", "NotEqual"}
LOSSES = {"BinaryCrossentropy", "CategoricalCrossentropy", "MeanSquaredError", "SparseCategoricalCrossentropy"}
# By the module that a configuration names. The operations are what Keras notes down of a mask that passes between layers, and of
# a step that is taken out, such as ``states[:, -1]``.
ALLOWED: dict[str | None, set[str]] = {
    "keras.layers": LAYERS,
    "keras": {"DTypePolicy", *MODELS},
    "keras.models": MODELS,
    "keras.src.models.functional": MODELS,
    "keras.src.models.sequential": MODELS,
    "keras.initializers": INITIALIZERS,
    "keras.regularizers": {"L1", "L2", "L1L2"},
    "keras.constraints": {"MaxNorm", "NonNeg", "UnitNorm", "MinMaxNorm"},
    "keras.losses": LOSSES,
    "keras.src.ops.numpy": OPERATIONS,
    "keras.ops": OPERATIONS,
    None: {"__keras_tensor__", "__slice__"},
}
