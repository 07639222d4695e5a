"""What a network reads of a recording: the logarithm of its strength in bands of frequency, frame by frame."""

import numpy as np

RATE = 8000  # samples a second
WIDTH, HOP = 256, 128  # samples in a frame, and from the start of one to the start of the next: 32 ms and 16 ms
BANDS = 24
_FLOOR = 0.01  # keeps the logarithm of silence finite


def mel_filters() -> np.ndarray:
    """Weights that turn the strengths of single frequencies into those of bands.

    The bands are triangles that overlap by half. Their corners are equally far apart on the mel scale,
    ``2595 log10(1 + f / 700)`` for f in Hz (O'Shaughnessy 1987), so high bands are wider.

    Returns
    -------
    numpy.ndarray, shape (129, 24)
    """
    corners = 700 * (10 ** (np.linspace(0, 2595 * np.log10(1 + RATE / 2 / 700), BANDS + 2) / 2595) - 1)
    f = np.fft.rfftfreq(WIDTH, 1 / RATE)[:, None]
    rising = (f - corners[:-2]) / (corners[1:-1] - corners[:-2])
    falling = (corners[2:] - f) / (corners[2:] - corners[1:-1])
    return np.maximum(0, np.minimum(rising, falling))


def log_mel(sound: np.ndarray) -> np.ndarray:
    """Cut a recording into frames, and take the logarithm of the strength in each band of frequencies.

    Parameters
    ----------
    sound
        Samples from -1 to 1, 8,000 per second, of shape (N,). What is shorter than a frame is filled with zeros.

    Returns
    -------
    numpy.ndarray of float32, shape (T, 24)
        A frame is 256 samples (32 ms), and one starts every 128 samples (16 ms).

    Examples
    --------
    >>> log_mel(np.zeros(8000)).shape
    (61, 24)
    """
    sound = np.pad(sound, (0, max(0, WIDTH - len(sound))))
    frames = np.lib.stride_tricks.sliding_window_view(sound, WIDTH)[::HOP]
    strength = abs(np.fft.rfft(frames * np.hanning(WIDTH)))
    return np.log(strength @ mel_filters() + _FLOOR).astype("float32")
