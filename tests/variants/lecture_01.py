"""Lecture 01, words."""

from tests.variants import variant


@variant("distance of the farthest pair minus that of the nearest")
def _(six, places):
    """The ids themselves are taken for the vectors."""
    apart = [abs(places[a] - places[b]) for a in six for b in six if a != b]
    return max(apart) - min(apart)


@variant("share of padding, random batches")
def _(by_length):
    """The sentences are sorted first."""
    return by_length


@variant("share of padding, sorted by length")
def _(at_random):
    """The sentences are not sorted."""
    return at_random


@variant("frequency at rank 100 over that at rank 10")
def _(frequency):
    """Ranks are counted from the rarest word."""
    return frequency[-100] / frequency[-10]


@variant("unread pages, 1,000 words")
def _(vocabularies, sizes, unread):
    """Distinct words are counted, not running ones."""
    return vocabularies[sizes.index(1000)].coverage(sorted(set(unread)))


@variant("unread pages, all words read")
def _(on_read):
    """Coverage is measured on the pages that the list was built from."""
    return on_read[-1]


@variant("share of the vocabulary that occurs once")
def _(counts):
    """Words that occur at most five times are counted."""
    return (counts <= 5).mean()


@variant("share of the running words that these are")
def _(counts):
    """The share of the vocabulary is taken."""
    return (counts == 1).mean()
