"""Lecture 17, the zoo."""

import numpy as np

from tests.variants import variant


@variant("entry of the largest strength of a tone of 1,000 Hz")
def _(tone, frames):
    """The frames have 128 samples, and so half as many frequencies."""
    return abs(np.fft.rfft(frames(tone, width=128))).mean(axis=0).argmax()


@variant("log_mel against sound.log_mel, largest difference")
def _(samples, bands, sound):
    """The frames do not fade in and out."""
    cut = np.lib.stride_tricks.sliding_window_view(samples, 256)[::128]
    return abs(np.log(abs(np.fft.rfft(cut)) @ bands + 0.01) - sound.log_mel(samples)).max()


@variant("digits right, official test recordings, a few seconds of training")
def _(listener, x_test, y_test, convert_to_numpy):
    """The bands are in the wrong order."""
    return np.mean(convert_to_numpy(listener(x_test[..., ::-1])).argmax(axis=1) == y_test)


@variant("full bars before training")
def _(noise, tunes):
    """A bar counts as full if all of it can be read."""
    return np.mean([tunes.length(bar) is not None for tune in noise for bar in tune.split("|")])


@variant("full bars after training")
def _(written, tunes):
    """The metre is taken for 4/4, eight eighths."""
    return np.mean([tunes.length(bar) == 8 for tune in written for bar in tune.split("|")])


@variant("tunes whose bars 5 and 6 repeat bars 1 and 2")
def _(jigs):
    """The grammar's tunes are asked, not the model's."""
    return np.mean([tune.split("|")[4:6] == tune.split("|")[:2] for tune in jigs])


@variant("letters right, forward")
def _(right):
    """The network reads both ways."""
    return right["both ways"].mean()


@variant("letters right, both ways")
def _(readers, says, strands_new, inside_new):
    """The strands are read from the wrong end."""
    return (says(readers["both ways"], [strand[::-1] for strand in strands_new]) == inside_new).mean()


@variant("regions without a mistake, forward")
def _(right, with_region):
    """Strands without a region are asked."""
    return right["forward"][~with_region].all(axis=1).mean()


@variant("regions without a mistake, both ways")
def _(readers, says, strands_new, inside_new, with_region):
    """The label is moved by a letter."""
    moved = np.roll(says(readers["both ways"], strands_new), 1, axis=1)
    return (moved == inside_new)[with_region].all(axis=1).mean()


@variant("activities right, GRU")
def _(verdicts, acts_new):
    """The frames were shuffled."""
    return np.mean(verdicts["GRU, shuffled"] == acts_new)


@variant("activities right, GRU on shuffled frames")
def _(verdicts, acts_new):
    """The frames were in order."""
    return np.mean(verdicts["GRU"] == acts_new)


@variant("activities right, mean of the frames")
def _(verdicts, acts_new):
    """A GRU reads the frames, in place of their mean."""
    return np.mean(verdicts["GRU"] == acts_new)


@variant("attention in another order, largest difference")
def _(X, order, attend):
    """What comes out is compared at the same position, not for the same word."""
    return abs(attend(X[order]) - attend(X)).max()


@variant("recurrence by doubling, largest difference")
def _(inputs, decay, in_turn):
    """The decay is not raised to the power of the reach."""
    a, reach = inputs.copy(), 1
    while reach < len(a):
        a[reach:] += decay * a[:-reach]
        reach *= 2
    return abs(a - in_turn(inputs, decay)).max()


@variant("turns for 1,000 steps")
def _():
    """One turn for each step."""
    return 1000
