"""Training details that lectures leave out."""

import warnings

import keras
import numpy as np


def dataset(
    x: np.ndarray | tuple[np.ndarray, ...] | dict[str, np.ndarray],
    y: np.ndarray | tuple[np.ndarray, ...] | dict[str, np.ndarray],
    *,
    batch_size: int,
    shuffle: bool = True,
):
    """Turn arrays into a data set for ``model.fit``, its ``validation_data``, ``model.evaluate`` and ``model.predict``.

    On TensorFlow, arrays passed to ``fit`` go through tf.data with autotuning, which sleeps for seconds at the end of some
    epochs; this data set turns it off. On other backends it yields the same batches.

    Parameters
    ----------
    x, y
        Inputs and targets of m examples. Several inputs or targets are a tuple or a dictionary of arrays.
    batch_size
        Examples per batch; the last batch holds what is left.
    shuffle
        Draw a new order every epoch; the orders depend only on ``keras.utils.set_random_seed``.

    Returns
    -------
    tf.data.Dataset or keras.utils.PyDataset

    Raises
    ------
    ValueError
        If the arrays do not hold the same number of examples.

    Examples
    --------
    >>> x, y = np.zeros((5, 7, 3)), np.zeros((5, 1))
    >>> [len(inputs) for inputs, targets in dataset(x, y, batch_size=2)]
    [2, 2, 1]
    """
    counts = {len(array) for array in keras.tree.flatten((x, y))}
    if len(counts) != 1:
        raise ValueError(f"Inputs and targets must hold the same number of examples, not {sorted(counts)}.")
    warnings.filterwarnings("ignore", message="`shuffle=True` was passed, but will be ignored")  # this shuffles itself
    build = _tensorflow_dataset if keras.backend.backend() == "tensorflow" else _Batches
    return build((x, y), counts.pop(), batch_size, shuffle)


def widest_float() -> str:
    """Return the widest floating-point type that Keras's layers compute in throughout, as their ``dtype`` in comparisons with NumPy.

    It is float64 on TensorFlow. On JAX and PyTorch, Keras casts the results of many operations to float32 whatever the
    type of the layer (keras-team/keras#23704), so a recurrent layer in float64 mixes both or fails.

    Returns
    -------
    str
        ``"float64"`` or ``"float32"``.
    """
    return "float64" if keras.backend.backend() == "tensorflow" else "float32"


def _tensorflow_dataset(arrays, count: int, batch_size: int, shuffle: bool):
    import tensorflow as tf

    tensors = keras.tree.map_structure(tf.convert_to_tensor, arrays)
    order = tf.data.Dataset.range(count)
    if shuffle:
        order = order.shuffle(count)
    batches = order.batch(batch_size).map(
        lambda chosen: keras.tree.map_structure(lambda tensor: tf.gather(tensor, chosen), tensors)
    )
    options = tf.data.Options()
    options.autotune.enabled = False
    return batches.with_options(options)


class _Batches(keras.utils.PyDataset):
    """The same data set for the other backends."""

    def __init__(self, arrays, count: int, batch_size: int, shuffle: bool):
        super().__init__()
        self._arrays = keras.tree.map_structure(np.asarray, arrays)
        self._batch_size = batch_size
        self._shuffle = shuffle
        self._order = np.arange(count)
        self.on_epoch_end()

    def __len__(self) -> int:
        return -(-len(self._order) // self._batch_size)

    def __getitem__(self, index: int):
        chosen = self._order[index * self._batch_size : (index + 1) * self._batch_size]
        return keras.tree.map_structure(lambda array: array[chosen], self._arrays)

    def on_epoch_end(self) -> None:
        if self._shuffle:
            self._order = np.random.permutation(len(self._order))  # keras.utils.set_random_seed seeds this one  # noqa: NPY002, keras.utils.set_random_seed seeds it
