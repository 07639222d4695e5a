"""Data for the lectures: real data sets by name, and made-up tasks.

``load("names")`` reads a data set from the mirror in ``UNROLL_DATA_MIRROR``, from the cache (``UNROLL_DATA``, or
the user's cache folder) or from the web, in this order, and checks its SHA-256. If none is available, it prints one line
and returns an embedded sample of the same form. ``card("names")`` shows what the data are and under which licence.

>>> from unroll import data
>>> names = data.load("names")                              # doctest: +SKIP
>>> names[:3]                                               # doctest: +SKIP
['emma', 'olivia', 'ava']
"""

from unroll.data.cards import card
from unroll.data.clips import clips
from unroll.data.dates import dates
from unroll.data.entities import named_entities
from unroll.data.fetching import DataError
from unroll.data.glasses import a_glass_of
from unroll.data.homophones import pears_and_pairs
from unroll.data.jigs import jigs
from unroll.data.journeys import jane, journeys
from unroll.data.loading import load, sample
from unroll.data.made_up import made_up_names, made_up_text
from unroll.data.reviews import opinions
from unroll.data.scenes import scene_captions, scenes
from unroll.data.senses import two_senses
from unroll.data.strands import strands
from unroll.data.sums import chains, sums
from unroll.data.tasks import adding_problem, agreement, people
from unroll.data.themes import themed_text

__all__ = [
    "DataError",
    "a_glass_of",
    "adding_problem",
    "agreement",
    "card",
    "chains",
    "clips",
    "dates",
    "jane",
    "jigs",
    "journeys",
    "load",
    "made_up_names",
    "made_up_text",
    "named_entities",
    "opinions",
    "pears_and_pairs",
    "people",
    "sample",
    "scene_captions",
    "scenes",
    "strands",
    "sums",
    "themed_text",
    "two_senses",
]
