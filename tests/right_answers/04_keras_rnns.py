"""Right answers to assignment 04, written from the release alone, as students write them.

Each is the source of a cell, run after the cells that the assignment begins with. It defines what its check is given.
"""

ANSWERS: dict[str, list[str]] = {}

ANSWERS["rnn_tagger"] = [
    """
def rnn_tagger(words, n_x, n_a, tags):
    model = keras.Sequential()
    model.add(keras.Input(shape=(None,)))
    model.add(layers.Embedding(input_dim=words, output_dim=n_x))
    model.add(layers.SimpleRNN(units=n_a, return_sequences=True))
    model.add(layers.Dense(units=tags, activation="softmax"))
    return model
""",
    """
def rnn_tagger(words, n_x, n_a, tags):
    inputs = keras.Input(shape=(None,), dtype="int32", name="ids")
    x = layers.Embedding(words, n_x, name="embedding")(inputs)
    x = layers.SimpleRNN(n_a, activation="tanh", return_sequences=True, name="states")(x)
    outputs = layers.Dense(tags, activation="softmax", name="tags")(x)
    return keras.Model(inputs=inputs, outputs=outputs, name="tagger")
""",
    """
def rnn_tagger(words, n_x, n_a, tags):
    cell = layers.SimpleRNNCell(n_a)
    return keras.Sequential([
        layers.InputLayer(shape=(None,)),
        layers.Embedding(words, n_x),
        layers.RNN(cell, return_sequences=True),
        layers.TimeDistributed(layers.Dense(tags, activation=keras.activations.softmax)),
    ])
""",
    """
def rnn_tagger(words, n_x, n_a, tags):
    return keras.Sequential([
        keras.Input((None,), dtype="int64"),
        layers.Embedding(words, n_x, embeddings_initializer="glorot_uniform"),
        layers.SimpleRNN(n_a, return_sequences=True, dropout=0.1, recurrent_initializer="identity"),
        layers.Dense(tags),
        layers.Activation("softmax"),
    ])
""",
    """
def rnn_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    states = layers.SimpleRNN(n_a, return_sequences=True)(layers.Embedding(words, n_x)(ids))
    logits = layers.Dense(tags)(states)
    return keras.Model(ids, keras.ops.softmax(logits, axis=-1))
""",
    """
def rnn_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    states, last = layers.SimpleRNN(n_a, return_sequences=True, return_state=True)(layers.Embedding(words, n_x)(ids))
    return keras.Model(ids, layers.Softmax()(layers.Dense(tags)(states)))
""",
    """
def rnn_tagger(words, n_x, n_a, tags):
    encoder = keras.Sequential([
        keras.Input((None,)), layers.Embedding(words, n_x), layers.SimpleRNN(n_a, return_sequences=True)
    ])
    return keras.Sequential([keras.Input((None,)), encoder, layers.Dropout(0.2), layers.Dense(tags, "softmax")])
""",
    """
def rnn_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,))
    z = layers.Dense(tags)(layers.SimpleRNN(n_a, return_sequences=True)(layers.Embedding(words, n_x)(ids)))
    e = keras.ops.exp(z - keras.ops.max(z, axis=-1, keepdims=True))
    return keras.Model(ids, e / keras.ops.sum(e, axis=-1, keepdims=True))
""",
]

ANSWERS["count_parameters"] = [
    """
def count_parameters(kind, T, n_x, n_a, depth, both_ways):
    if kind == "SimpleRNN":
        one = lambda reads: n_a * (reads + n_a + 1)
    elif kind == "LSTM":
        one = lambda reads: 4 * n_a * (reads + n_a + 1)
    else:
        one = lambda reads: 3 * n_a * (reads + n_a + 2)
    if both_ways:
        return 2 * one(n_x) + (depth - 1) * 2 * one(2 * n_a)
    return one(n_x) + (depth - 1) * one(n_a)
""",
    """
def count_parameters(kind, T, n_x, n_a, depth, both_ways):
    if depth == 0:
        return 0
    gates = {"SimpleRNN": 1, "LSTM": 4, "GRU": 3}[kind]
    bias = 2 * n_a if kind == "GRU" else n_a
    here = gates * (n_x * n_a + n_a**2 + bias)
    if both_ways:
        here *= 2
    return here + count_parameters(kind, T, n_a * (1 + both_ways), n_a, depth - 1, both_ways)
""",
    """
def count_parameters(kind, T, n_x, n_a, depth, both_ways):
    reads = np.full(depth, 2 * n_a if both_ways else n_a)
    reads[0] = n_x
    weights = n_a * reads + n_a * n_a + (2 if kind == "GRU" else 1) * n_a
    return np.sum(weights) * [1, 3, 4][["SimpleRNN", "GRU", "LSTM"].index(kind)] * (2 if both_ways else 1)
""",
    """
def count_parameters(kind, T, n_x, n_a, depth, both_ways):
    inputs = keras.Input((None, n_x))
    x = inputs
    for i in range(depth):
        rnn = {"SimpleRNN": layers.SimpleRNN, "GRU": layers.GRU, "LSTM": layers.LSTM}[kind](n_a, return_sequences=True)
        x = layers.Bidirectional(rnn)(x) if both_ways else rnn(x)
    return keras.Model(inputs, x).count_params()
""",
    """
def count_parameters(kind, T, n_x, n_a, depth, both_ways):
    count = 0
    size = n_x
    for layer in range(depth):
        for direction in range(2 if both_ways else 1):
            for gate in range({"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[kind]):
                count += size * n_a
                count += n_a * n_a
                count += n_a
                if kind == "GRU":
                    count += n_a
        size = n_a
        if both_ways:
            size = size + n_a
    return int(count)
""",
    """
def count_parameters(kind, T, n_x, n_a, depth, both_ways):
    match kind:
        case "SimpleRNN":
            g, b = 1, 1
        case "GRU":
            g, b = 3, 2
        case "LSTM":
            g, b = 4, 1
    d = int(both_ways) + 1
    return sum(d * g * n_a * ((n_x if level == 0 else d * n_a) + n_a + b) for level in range(depth))
""",
    """
def count_parameters(kind, T, n_x, n_a, depth, both_ways):
    layer = layers.Bidirectional(getattr(layers, kind)(n_a)) if both_ways else getattr(layers, kind)(n_a)
    layer.build((None, T, n_x))
    total = layer.count_params()
    for _ in range(depth - 1):
        layer = getattr(layers, kind)(n_a)
        if both_ways:
            layer = layers.Bidirectional(layer)
        layer.build((None, T, 2 * n_a if both_ways else n_a))
        total += layer.count_params()
    return total
""",
    """
def count_parameters(kind, T, n_x, n_a, depth, both_ways):
    per_gate = lambda inputs: np.zeros((n_a, inputs)).size + np.zeros((n_a, n_a)).size + n_a
    out = 2 * n_a if both_ways else n_a
    widths = [n_x] + [out] * (depth - 1)
    factor = {"SimpleRNN": 1, "GRU": 3, "LSTM": 4}[kind]
    total = sum(factor * per_gate(width) for width in widths)
    if kind == "GRU":
        total += 3 * n_a * depth
    return np.array(total * (2 if both_ways else 1))
""",
]

ANSWERS["deep_reader"] = [
    """
def deep_reader(words, n_x, units, classes):
    model = keras.Sequential()
    model.add(keras.Input((None,)))
    model.add(layers.Embedding(words, n_x, mask_zero=True))
    for i, n in enumerate(units):
        model.add(layers.LSTM(n, return_sequences=i != len(units) - 1))
    model.add(layers.Dense(classes, activation="softmax"))
    return model
""",
    """
def deep_reader(words, n_x, units, classes):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    mask = ids > 0
    *below, top = units
    for n in below:
        x = layers.LSTM(n, return_sequences=True)(x, mask=mask)
    x = layers.LSTM(top)(x, mask=mask)
    return keras.Model(ids, layers.Dense(classes, activation="softmax")(x))
""",
    """
def deep_reader(words, n_x, units, classes):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x, mask_zero=True)(ids)
    for n in units:
        x, h, c = layers.LSTM(n, return_sequences=True, return_state=True)(x)
    return keras.Model(ids, layers.Dense(classes, activation="softmax")(h))
""",
    """
def deep_reader(words, n_x, units, classes):
    cells = layers.StackedRNNCells([layers.LSTMCell(n) for n in units])
    return keras.Sequential([
        keras.Input((None,)),
        layers.Embedding(words, n_x, mask_zero=True),
        layers.RNN(cells),
        layers.Dense(classes),
        layers.Softmax(),
    ])
""",
    """
def deep_reader(words, n_x, units, classes):
    stack = [layers.RNN(layers.LSTMCell(n), return_sequences=True) for n in units[:-1]]
    stack.append(layers.RNN(layers.LSTMCell(units[-1])))
    return keras.Sequential([
        keras.Input((None,)), layers.Embedding(words, n_x, mask_zero=True), *stack,
        layers.Dropout(0.3), layers.Dense(classes, activation="softmax"),
    ])
""",
    """
def deep_reader(words, n_x, units, classes):
    ids = keras.Input((None,), dtype="int32")
    embedding = layers.Embedding(words, n_x)
    x = embedding(ids)
    mask = keras.ops.cast(ids, "bool")
    for n in units:
        x = layers.LSTM(n, return_sequences=True)(x, mask=mask)
    return keras.Model(ids, layers.Dense(classes, activation="softmax")(x[:, -1, :]))
""",
    """
def deep_reader(words, n_x, units, classes):
    ids = keras.Input((None,), dtype="int32")
    reader = keras.Sequential([keras.Input((None,)), layers.Embedding(words, n_x, mask_zero=True)])
    for n in units[:-1]:
        reader.add(layers.LSTM(n, return_sequences=True, dropout=0.1))
    reader.add(layers.LSTM(units[-1]))
    return keras.Model(ids, keras.ops.softmax(layers.Dense(classes)(reader(ids))))
""",
    """
def deep_reader(words, n_x, units, classes):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x, mask_zero=True)(ids)
    for n in units[: len(units) - 1]:
        x = layers.LSTM(n, return_sequences=True, unit_forget_bias=False, kernel_initializer="he_normal")(x)
    x = layers.LSTM(units[-1], return_sequences=False)(x)
    x = layers.Dense(classes, activation=None)(x)
    return keras.Model(inputs=[ids], outputs=[layers.Activation(keras.activations.softmax)(x)])
""",
]

ANSWERS["phrase_reader"] = [
    """
def phrase_reader(words, n_x, filters, n_a, classes):
    inputs = keras.Input(shape=(None,), dtype="int32")
    embedded = layers.Embedding(words, n_x, mask_zero=True)
    x = embedded(inputs)
    mask = embedded.compute_mask(inputs)
    x = layers.Conv1D(filters=filters, kernel_size=3, padding="causal", activation="relu")(x)
    x = layers.LSTM(n_a)(x, mask=mask)
    return keras.Model(inputs, layers.Dense(classes, activation="softmax")(x))
""",
    """
def phrase_reader(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    x = layers.ZeroPadding1D((2, 0))(x)
    x = layers.Conv1D(filters, 3, padding="valid", activation="relu")(x)
    x = layers.LSTM(n_a)(x, mask=ids > 0)
    return keras.Model(ids, layers.Dense(classes, activation="softmax")(x))
""",
    """
def phrase_reader(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    x = layers.Conv1D(filters, 3, padding="causal")(x)
    x = layers.ReLU()(x)
    x = layers.LSTM(n_a)(x, mask=keras.ops.cast(ids, "bool"))
    x = layers.Dense(classes)(x)
    return keras.Model(ids, layers.Softmax()(x))
""",
    """
def phrase_reader(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    mask = keras.ops.logical_not(keras.ops.equal(ids, 0))
    x = layers.Embedding(words, n_x)(ids)
    x = keras.ops.relu(layers.Conv1D(filters, 3, padding="causal")(x))
    x = layers.RNN(layers.LSTMCell(n_a))(x, mask=mask)
    return keras.Model(ids, keras.ops.softmax(layers.Dense(classes)(x)))
""",
    """
def phrase_reader(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    x = layers.Conv1D(filters, (3,), strides=1, padding="causal", activation=keras.activations.relu)(x)
    states, h, c = layers.LSTM(n_a, return_sequences=True, return_state=True)(x, mask=keras.ops.greater(ids, 0))
    return keras.Model(ids, layers.Dense(classes, activation="softmax")(h))
""",
    """
def phrase_reader(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    x = keras.ops.pad(x, [[0, 0], [2, 0], [0, 0]])
    x = layers.Activation("relu")(layers.Conv1D(filters, 3)(x))
    x = layers.LSTM(n_a, return_sequences=True)(x, mask=keras.ops.not_equal(ids, 0))
    return keras.Model(ids, layers.Dense(classes, activation="softmax")(x[:, -1]))
""",
    """
def phrase_reader(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    x = layers.Conv1D(filters, 3, padding="causal", activation="relu", kernel_initializer="he_uniform")(x)
    x = layers.Dropout(0.2)(x)
    x = layers.LSTM(n_a, dropout=0.2)(x, mask=keras.ops.where(keras.ops.equal(ids, 0), False, True))
    return keras.Model(ids, layers.Dense(classes, activation="softmax")(x))
""",
    """
def phrase_reader(words, n_x, filters, n_a, classes):
    ids = keras.Input((None,))
    words_in = layers.Embedding(words, n_x)(ids)
    seen = keras.ops.maximum(layers.Conv1D(filters, 3, padding="causal")(words_in), 0.0)
    last = layers.LSTM(n_a)(seen, mask=ids != 0)
    return keras.Model(ids, layers.Dense(classes, "softmax")(last))
""",
]

ANSWERS["two_way_tagger"] = [
    """
def two_way_tagger(words, n_x, n_a, tags):
    return keras.Sequential([
        keras.Input((None,)),
        layers.Embedding(words, n_x, mask_zero=True),
        layers.Bidirectional(layers.GRU(n_a, return_sequences=True), merge_mode="concat"),
        layers.Dense(tags, activation="softmax"),
    ])
""",
    """
def two_way_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x, mask_zero=True)(ids)
    there = layers.GRU(n_a, return_sequences=True)(x)
    back = layers.GRU(n_a, return_sequences=True, go_backwards=True)(x)
    back = keras.ops.flip(back, axis=1)
    both = layers.Concatenate()([there, back])
    return keras.Model(ids, layers.Dense(tags, activation="softmax")(both))
""",
    """
def two_way_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    mask = ids > 0
    backward = layers.GRU(n_a, return_sequences=True)(keras.ops.flip(x, axis=1), mask=keras.ops.flip(mask, axis=1))
    backward = keras.ops.flip(backward, axis=1)
    forward = layers.GRU(n_a, return_sequences=True)(x, mask=mask)
    states = keras.ops.concatenate([forward, backward], axis=-1)
    return keras.Model(ids, layers.Dense(tags, activation="softmax")(states))
""",
    """
def two_way_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    x = layers.Bidirectional(layers.GRU(n_a, return_sequences=True, reset_after=False))(x, mask=keras.ops.not_equal(ids, 0))
    x = layers.Dense(tags)(x)
    return keras.Model(ids, layers.Activation("softmax")(x))
""",
    """
def two_way_tagger(words, n_x, n_a, tags):
    model = keras.models.Sequential()
    model.add(keras.Input((None,)))
    model.add(layers.Embedding(words, n_x, mask_zero=True))
    model.add(layers.Bidirectional(layers.RNN(layers.GRUCell(n_a), return_sequences=True)))
    model.add(layers.TimeDistributed(layers.Dense(tags, activation="softmax")))
    return model
""",
    """
def two_way_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x, mask_zero=True)(ids)
    f, b = layers.Bidirectional(layers.GRU(n_a, return_sequences=True), merge_mode=None)(x)
    return keras.Model(ids, layers.Dense(tags, activation="softmax")(layers.concatenate([f, b])))
""",
    """
def two_way_tagger(words, n_x, n_a, tags):
    forward = layers.GRU(n_a, return_sequences=True, name="forward")
    backward = layers.GRU(n_a, return_sequences=True, go_backwards=True, name="backward")
    ids = keras.Input((None,))
    x = layers.Embedding(words, n_x, mask_zero=True)(ids)
    x = layers.Bidirectional(forward, backward_layer=backward)(x)
    return keras.Model(ids, layers.Activation("softmax")(layers.Dense(tags)(x)))
""",
    """
def two_way_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x, mask_zero=True)(ids)
    back = layers.GRU(n_a, return_sequences=True, go_backwards=True)(x)[:, ::-1]
    there = layers.GRU(n_a, return_sequences=True, dropout=0.1)(x)
    both = layers.Dropout(0.1)(keras.ops.concatenate([there, back], axis=-1))
    return keras.Model(ids, keras.ops.softmax(layers.Dense(tags)(both)))
""",
]

ANSWERS["compiled_tagger"] = [
    """
def compiled_tagger(words, n_x, n_a, tags):
    model = keras.Sequential([
        keras.Input((None,)), layers.Embedding(words, n_x), layers.GRU(n_a, return_sequences=True),
        layers.Dense(tags, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
""",
    """
def compiled_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.GRU(n_a, return_sequences=True)(layers.Embedding(words, n_x, mask_zero=True)(ids))
    model = keras.Model(ids, layers.Dense(tags)(x))
    model.compile(keras.optimizers.Adam(1e-3), loss=keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model
""",
    """
def compiled_tagger(words, n_x, n_a, tags):
    model = keras.Sequential([
        keras.Input((None,)), layers.Embedding(words, n_x), layers.GRU(n_a, return_sequences=True, reset_after=False),
        layers.Dense(tags), layers.Softmax(),
    ])
    model.compile("rmsprop", keras.losses.sparse_categorical_crossentropy)
    return model
""",
    """
def compiled_tagger(words, n_x, n_a, tags):
    model = keras.Sequential([
        keras.Input((None,)), layers.Embedding(words, n_x), layers.RNN(layers.GRUCell(n_a), return_sequences=True),
        layers.TimeDistributed(layers.Dense(tags, activation="softmax")),
    ])
    model.compile(loss=["sparse_categorical_crossentropy"], optimizer=keras.optimizers.SGD(0.1, momentum=0.9))
    return model
""",
    """
def compiled_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.GRU(n_a, return_sequences=True)(layers.Embedding(words, n_x)(ids))
    model = keras.Model(ids, keras.ops.log_softmax(layers.Dense(tags)(x)))
    model.compile("adam", keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction="sum_over_batch_size"))
    return model
""",
    """
def compiled_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.GRU(n_a, return_sequences=True)(layers.Embedding(words, n_x)(ids))
    model = keras.Model(ids, layers.Dense(tags, activation="softmax", name="tag")(x))
    model.compile("nadam", {"tag": "sparse_categorical_crossentropy"}, weighted_metrics=[])
    return model
""",
    """
def compiled_tagger(words, n_x, n_a, tags):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.01, 100, 0.9)
    model = keras.Sequential([
        keras.Input((None,)), layers.Embedding(words, n_x), layers.GRU(n_a, return_sequences=True), layers.Dense(tags)
    ])
    model.compile(keras.optimizers.AdamW(schedule, clipnorm=1.0), keras.losses.SparseCategoricalCrossentropy(True))
    return model
""",
    """
def compiled_tagger(words, n_x, n_a, tags):
    ids = keras.Input((None,), dtype="int32")
    x = layers.Embedding(words, n_x)(ids)
    x = layers.GRU(n_a, return_sequences=True, recurrent_dropout=0.1)(x)
    model = keras.Model(ids, keras.ops.softmax(layers.Dense(tags)(x)))
    model.compile(optimizer="sgd", loss=keras.losses.get("sparse_categorical_crossentropy"), run_eagerly=True)
    return model
""",
]

ANSWERS["stateful_twin"] = [
    """
def stateful_twin(model, m):
    twin = keras.Sequential()
    twin.add(keras.Input(batch_shape=(m, None), dtype="int32"))
    for layer in model.layers:
        config = layer.get_config()
        if isinstance(layer, (layers.SimpleRNN, layers.GRU, layers.LSTM)):
            config["stateful"] = True
        twin.add(layer.__class__.from_config(config))
    twin.set_weights(model.get_weights())
    return twin
""",
    """
def stateful_twin(model, m):
    def again(layer):
        settings = layer.get_config()
        if "stateful" in settings:
            settings = {**settings, "stateful": True}
        return type(layer).from_config(settings)

    twin = keras.Sequential([keras.Input(batch_size=m, shape=(None,))] + [again(layer) for layer in model.layers])
    for ours, theirs in zip(twin.layers, model.layers):
        ours.set_weights(theirs.get_weights())
    return twin
""",
    """
def stateful_twin(model, m):
    ids = keras.Input(batch_shape=(m, None))
    x = ids
    for layer in model.layers:
        config = layer.get_config()
        if config.get("stateful") is False:
            config["stateful"] = True
        x = type(layer).from_config(config)(x)
    twin = keras.Model(ids, x)
    twin.set_weights(model.get_weights())
    return twin
""",
    """
def stateful_twin(model, m):
    twin = keras.models.clone_model(
        model,
        input_tensors=keras.Input(batch_shape=(m, None)),
        clone_function=lambda layer: type(layer).from_config(
            {**layer.get_config(), **({"stateful": True} if hasattr(layer, "stateful") else {})}
        ),
    )
    twin.set_weights(model.get_weights())
    return twin
""",
    """
def stateful_twin(model, m):
    twin = keras.Sequential([keras.Input(batch_shape=(m, None), dtype="int32")])
    for layer in model.layers:
        config = layer.get_config() | ({"stateful": True} if hasattr(layer, "stateful") else {})
        twin.add(type(layer).from_config(config))
    twin.set_weights(model.get_weights())
    return twin
""",
    """
def stateful_twin(model, m):
    new = [keras.Input(batch_shape=(m, None))]
    for layer in model.layers:
        settings = layer.get_config()
        settings.pop("name")
        if "stateful" in settings:
            settings["stateful"] = True
        new.append(type(layer).from_config(settings))
    twin = keras.Sequential(new)
    for old_weight, new_weight in zip(model.weights, twin.weights, strict=True):
        new_weight.assign(old_weight)
    return twin
""",
    """
def stateful_twin(model, m):
    made = []
    for layer in model.layers:
        if isinstance(layer, layers.RNN):
            made.append(type(layer).from_config(dict(layer.get_config(), stateful=True)))
        else:
            made.append(type(layer).from_config(layer.get_config()))
    twin = keras.Sequential(made)
    twin.build((m, None))
    twin.set_weights(model.get_weights())
    return twin
""",
    """
def stateful_twin(model, m):
    ids = keras.Input(batch_shape=(m, None), dtype="int32")
    x = ids
    for layer in model.layers:
        if isinstance(layer, layers.RNN):
            settings = layer.get_config()
            settings["stateful"] = True
            copy = type(layer).from_config(settings)
        else:
            copy = layer  # has no state: both models may share it
        x = copy(x)
        if copy is not layer:
            copy.set_weights(layer.get_weights())
    return keras.Model(ids, x)
""",
]

ANSWERS["in_pieces"] = [
    """
def in_pieces(twin, x, k):
    for layer in twin.layers:
        if isinstance(layer, layers.RNN):
            layer.reset_state()
    outputs = []
    for start in range(0, x.shape[1], k):
        outputs.append(convert_to_numpy(twin(x[:, start:start + k])))
    return np.stack(outputs, axis=1)
""",
    """
def in_pieces(twin, x, k):
    for layer in twin.layers:
        if hasattr(layer, "reset_state"):
            layer.reset_state()
    m, T = x.shape
    pieces = -(-T // k)
    said = None
    for i in range(pieces):
        y = convert_to_numpy(twin(x[:, i * k : (i + 1) * k]))
        if said is None:
            said = np.zeros((m, pieces, y.shape[-1]))
        said[:, i] = y
    return said
""",
    """
def in_pieces(twin, x, k):
    [layer.reset_state() for layer in twin.layers if getattr(layer, "stateful", False)]
    parts = np.split(x, range(k, x.shape[1], k), axis=1)
    return np.array([convert_to_numpy(twin(part)) for part in parts]).transpose(1, 0, 2)
""",
    """
def in_pieces(twin, x, k):
    def start_again():
        for layer in twin.layers:
            if getattr(layer, "stateful", False):
                layer.reset_state()

    start_again()
    said, position = [], 0
    while position < x.shape[1]:
        piece = x[:, position : position + k]
        said.append(convert_to_numpy(twin(piece))[:, None])
        position += k
    start_again()
    return np.concatenate(said, axis=1)
""",
    """
def in_pieces(twin, x, k):
    for layer in twin.layers:
        if "reset_state" in dir(layer):
            layer.reset_state()
    answers = []
    for start in range(0, len(x[0]), k):
        for t in range(start, min(start + k, len(x[0]))):
            last = twin(x[:, t : t + 1])
        answers.append(convert_to_numpy(last))
    return np.stack(answers, 1)
""",
    """
def in_pieces(twin, x, k):
    for layer in twin.layers:
        try:
            layer.reset_state()
        except AttributeError:
            pass
    return np.swapaxes([np.asarray(convert_to_numpy(twin(x[:, t : t + k]))) for t in range(0, x.shape[1], k)], 0, 1)
""",
    """
def in_pieces(twin, x, k):
    for layer in twin.layers:
        if hasattr(layer, "reset_state"):
            layer.reset_state()
    said = [twin(x[:, t : t + k], training=False) for t in range(0, x.shape[1], k)]
    return convert_to_numpy(keras.ops.stack(said, axis=1))
""",
    """
def in_pieces(twin, x, k):
    for layer in twin.layers:
        if getattr(layer, "stateful", False):
            layer.reset_state()
    said = [twin.predict_on_batch(x[:, t : t + k]) for t in range(0, x.shape[1], k)]
    return [list(rows) for rows in zip(*said)]
""",
]

# Few sentences each, so that eight trainings take no longer than two.
ANSWERS["agreement"] = [
    """
keras.utils.set_random_seed(1)
x, y = sentences(seed=1, count=1500)
agreement_model = keras.Sequential()
agreement_model.add(keras.Input(shape=(None,)))
agreement_model.add(layers.Embedding(len(vocabulary), 2))
agreement_model.add(layers.SimpleRNN(8))
agreement_model.add(layers.Dense(1, activation="sigmoid"))
agreement_model.compile(optimizer=keras.optimizers.Adam(0.02, clipnorm=1.0), loss="binary_crossentropy")
agreement_model.fit(dataset(x, y, batch_size=32), epochs=2, verbose=0)
""",
    """
keras.utils.set_random_seed(1)
ids = keras.Input((None,), dtype="int32")
z = layers.Dense(1)(layers.SimpleRNN(8)(layers.Embedding(len(vocabulary), 2)(ids)))
agreement_model = keras.Model(ids, keras.ops.sigmoid(z))
agreement_model.compile(keras.optimizers.Adam(0.02, clipnorm=1.0), keras.losses.BinaryCrossentropy(), metrics=["accuracy"])
agreement_model.fit(dataset(*sentences(2, 1500), batch_size=32), epochs=2, verbose=0)
""",
    """
keras.utils.set_random_seed(1)
reader = layers.RNN(layers.SimpleRNNCell(8))
agreement_model = keras.Sequential([
    keras.Input((None,)), layers.Embedding(len(vocabulary), 2), reader, layers.Dense(1), layers.Activation("sigmoid"),
])
agreement_model.compile(keras.optimizers.Adam(0.02, clipnorm=1.0), "binary_crossentropy")
agreement_model.fit(dataset(*sentences(1, 1500), batch_size=32), epochs=2, verbose=0)
""",
    """
keras.utils.set_random_seed(1)
ids = keras.Input((None,), dtype="int32")
states = layers.SimpleRNN(8, return_sequences=True)(layers.Embedding(len(vocabulary), 2)(ids))
agreement_model = keras.Model(ids, layers.Dense(1, activation="sigmoid")(states[:, -1]))
agreement_model.compile(keras.optimizers.Adam(0.02, clipnorm=1.0), "binary_crossentropy")
agreement_model.fit(dataset(*sentences(4, 1500), batch_size=32), epochs=2, verbose=0)
""",
    """
keras.utils.set_random_seed(1)
ids = keras.Input((None,), dtype="int32")
states, last = layers.SimpleRNN(8, return_sequences=True, return_state=True)(layers.Embedding(len(vocabulary), 2)(ids))
agreement_model = keras.Model(ids, layers.Dense(1, activation=keras.activations.sigmoid)(last))
agreement_model.compile(keras.optimizers.Adam(0.02, clipnorm=1.0), "binary_crossentropy")
agreement_model.fit(dataset(*sentences(1, 1500), batch_size=32), epochs=2, verbose=0)
""",
    """
keras.utils.set_random_seed(1)
agreement_model = keras.Sequential([
    keras.Input((None,)), layers.Embedding(len(vocabulary), 1), layers.SimpleRNN(8), layers.Dropout(0.1),
    layers.Dense(1, activation="sigmoid"),
])
agreement_model.compile(keras.optimizers.RMSprop(0.01, clipnorm=1.0), "binary_crossentropy")
agreement_model.fit(dataset(*sentences(6, 2000), batch_size=32), epochs=2, verbose=0)
""",
    """
keras.utils.set_random_seed(1)
reader = keras.Sequential([keras.Input((None,)), layers.Embedding(len(vocabulary), 2), layers.SimpleRNN(8)])
agreement_model = keras.Sequential([keras.Input((None,)), reader, layers.Dense(1, activation="sigmoid")])
agreement_model.compile(keras.optimizers.Nadam(0.01, clipnorm=1.0), ["binary_crossentropy"])
agreement_model.fit(dataset(*sentences(7, 2000), batch_size=32), epochs=2, verbose=0)
""",
    """
keras.utils.set_random_seed(3)
ids = keras.Input((None,))
last = layers.SimpleRNN(8)(layers.Embedding(len(vocabulary), 2)(ids))
agreement_model = keras.Model(ids, layers.Dense(1, activation="sigmoid")(last))
agreement_model.compile(keras.optimizers.Adam(0.01, clipnorm=1.0), "binary_crossentropy")
agreement_model.fit(dataset(*sentences(1, 4000), batch_size=32), epochs=2, verbose=0)
""",
]
