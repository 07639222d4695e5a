"""Short clips of a figure of a few pixels that does something."""

import numpy as np

ACTIVITIES = ("running", "running backward", "sitting down", "getting up", "jumping", "stretching")
FRAMES, HEIGHT, WIDTH = 8, 12, 24
_APART = (".##.", ".##.", "####", ".##.", "#..#")
_UPRIGHT = (".##.", ".##.", ".##.", ".##.", ".##.")
_ARMS_UP = ("#..#", "####", ".##.", ".##.", ".##.")
_HALFWAY = ("....", ".##.", ".##.", ".###", ".#.#")
_SITTING = ("....", "....", ".##.", ".##.", ".###")


def clips(rng: np.random.Generator, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw clips, each of one of six activities.

    A figure that runs goes to the right, one or two pixels a frame; backward, to the left. Sitting down takes five frames, and so does
    getting up. A clip of running or sitting down played backward is one of running backward or getting up, and drawn as often. Start,
    pace and place are drawn, and every pixel has noise.

    Parameters
    ----------
    rng
        A NumPy random generator.
    count
        How many clips.

    Returns
    -------
    clips : numpy.ndarray of float32, shape (count, 8, 12, 24)
        Frames of pixels: the figure is near 1, the rest near 0.
    activity : numpy.ndarray of int, shape (count,)
        Its number in `ACTIVITIES`.

    Examples
    --------
    >>> drawn, activity = clips(np.random.default_rng(0), 2)
    >>> drawn.shape, ACTIVITIES[activity[0]]
    ((2, 8, 12, 24), 'stretching')
    """
    activity = rng.integers(len(ACTIVITIES), size=count)
    drawn = np.stack([_clip(rng, ACTIVITIES[kind]) for kind in activity])
    return (drawn + 0.2 * rng.normal(size=drawn.shape)).astype("float32"), activity


def _clip(rng: np.random.Generator, activity: str) -> np.ndarray:
    if activity in ("running backward", "getting up"):
        return _clip(rng, "running" if activity == "running backward" else "sitting down")[::-1]
    poses: list[tuple[str, ...]] = [_UPRIGHT] * FRAMES
    left, up = np.full(FRAMES, rng.integers(WIDTH - 3)), np.zeros(FRAMES, dtype=int)
    phase, start = int(rng.integers(2)), int(rng.integers(FRAMES - 4))
    if activity == "running":
        pace = int(rng.integers(1, 3))
        left = rng.integers(WIDTH - 3 - pace * (FRAMES - 1)) + pace * np.arange(FRAMES)
        poses = [(_APART, _UPRIGHT)[(t + phase) % 2] for t in range(FRAMES)]
    elif activity == "sitting down":
        poses = [_UPRIGHT if t < start + 1 else _HALFWAY if t < start + 3 else _SITTING for t in range(FRAMES)]
    elif activity == "jumping":
        up = np.array([0, 2, 3, 2])[(np.arange(FRAMES) + int(rng.integers(4))) % 4]
    else:
        poses = [(_ARMS_UP, _UPRIGHT)[((t + phase) // 2) % 2] for t in range(FRAMES)]
    frames = np.zeros((FRAMES, HEIGHT, WIDTH))
    for frame, pose, x, lift in zip(frames, poses, left, up, strict=True):
        top = HEIGHT - 6 - lift
        frame[top : top + 5, x : x + 4] = np.array([list(row) for row in pose]) == "#"
    return frames
