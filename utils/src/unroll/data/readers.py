"""Read a data set's files into Python data. Each reader takes the paths in the order of the list."""

import bz2
import html
import re
import tarfile
import wave
import zipfile
from pathlib import Path
from typing import IO, cast

import numpy as np

SPLITS = ("train", "dev", "test")
_NOT_PROSE = re.compile(r"^([*#:;=|!{].*|.{0,60})\n", re.MULTILINE)  # list items, headings, cells and captions


def text(paths: list[Path]) -> str:
    """One file as one string."""
    return paths[0].read_text(encoding="utf-8")


def distinct_lines(paths: list[Path]) -> list[str]:
    """The distinct lines of one file, in order."""
    return list(dict.fromkeys(text(paths).split()))


def lines(paths: list[Path]) -> list[str]:
    """The lines of one file."""
    return _lines(paths[0])


def analogies(paths: list[Path]) -> dict[str, list[tuple[str, ...]]]:
    """Rows of four words by category, from a file where a line such as ``: capital-world`` starts a category."""
    categories: dict[str, list[tuple[str, ...]]] = {}
    for line in _lines(paths[0]):
        if line.startswith(": "):
            rows = categories.setdefault(line[2:], [])
        else:
            rows.append(tuple(line.split()))
    return categories


def scored_pairs(paths: list[Path]) -> list[tuple[str, str, float]]:
    """Pairs of words with a score, from tab-separated lines; those that start with ``#`` are comments."""
    rows = (line.split("\t") for line in _lines(paths[0]) if not line.startswith("#"))
    return [(first, second, float(score)) for first, second, score in rows]


def labelled(paths: list[Path]) -> dict[str, list[tuple[str, int]]]:
    """Splits of ``(sentence, label)`` from lines such as ``1 a stunning work .``."""
    return {split: [(line[2:], int(line[0])) for line in _lines(path)] for split, path in zip(SPLITS, paths, strict=True)}


def parallel(paths: list[Path]) -> dict[str, list[tuple[str, str]]]:
    """Splits of sentence pairs from files that alternate between the languages. Moses escapes (``&apos;``) are undone."""
    sides = [[html.unescape(line) for line in _lines(path)] for path in paths]
    return {split: list(zip(sides[2 * i], sides[2 * i + 1], strict=True)) for i, split in enumerate(SPLITS)}


def tagged(paths: list[Path]) -> dict[str, list[tuple[list[str], list[str]]]]:
    """Splits of ``(words, tags)`` from files with a word and its tag on each line and a blank line between sentences.

    Both data sets in this format are already in BIO (a test checks it): every name starts with B-.
    """
    return {split: _sentences(path) for split, path in zip(SPLITS, paths, strict=True)}


def tunes(paths: list[Path]) -> list[str]:
    """The tunes of all ABC files, each from its ``X:`` line to the next blank line."""
    everything = "\n".join(path.read_text(encoding="utf-8") for path in paths)
    return re.findall(r"^X:(?:.*\S.*\n)+", everything, flags=re.MULTILINE)


def brown(paths: list[Path]) -> list[list[str]]:
    """Sentences as lists of words from the archive of the Brown corpus, without the parts of speech."""
    sentences = []
    with zipfile.ZipFile(paths[0]) as archive:
        for name in sorted(archive.namelist()):
            if re.fullmatch(r"brown/c[a-r]\d\d", name):
                lines = archive.read(name).decode("ascii").splitlines()
                sentences += [[token.rpartition("/")[0] for token in line.split()] for line in lines if line.strip()]
    return sentences


def wikipedia(paths: list[Path]) -> list[str]:
    """The texts of the articles in a dump of Wikipedia, without markup, tables, lists and headings; redirects are left out."""
    from gensim.corpora.wikicorpus import extract_pages, filter_wiki

    with bz2.open(paths[0]) as dump:
        pages = [page for _, page, _ in extract_pages(dump, filter_namespaces=["0"])]
    articles = [filter_wiki(page) for page in pages if page and not page.upper().startswith("#REDIRECT")]
    prose = (_NOT_PROSE.sub("", re.sub("'{2,}", "", article).replace("\xa0", " ")).strip() for article in articles)
    return [article for article in prose if article]


def recordings(paths: list[Path]) -> dict[str, list[tuple[np.ndarray, int, str]]]:
    """Splits of ``(samples, digit, speaker)`` from an archive of files such as ``7_jackson_32.wav``, 16 bits mono.

    Recordings 0 to 4 of each digit by each speaker are the official test set; 5 to 9 are moved from the training set to dev.
    """
    splits: dict[str, list[tuple[np.ndarray, int, str]]] = {split: [] for split in SPLITS}
    with tarfile.open(paths[0]) as archive:
        members = {member.name.rpartition("/")[2]: member for member in archive if member.name.endswith(".wav")}
        for name in sorted(members):
            digit, speaker, number = name.removesuffix(".wav").split("_")
            with wave.open(cast(IO[bytes], archive.extractfile(members[name]))) as recording:
                samples = np.frombuffer(recording.readframes(recording.getnframes()), dtype="<i2")
            split = "test" if int(number) < 5 else "dev" if int(number) < 10 else "train"
            splits[split].append(((samples / 2**15).astype("float32"), int(digit), speaker))
    return splits


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").rstrip("\n").split("\n")


def _sentences(path: Path) -> list[tuple[list[str], list[str]]]:
    sentences, words, tags = [], [], []
    for line in [*_lines(path), ""]:
        if line.strip():
            word, tag = line.split("\t")
            words.append(word.removeprefix("en:"))  # WikiANN prefixes every word with its language
            tags.append(tag)
        elif words:
            sentences.append((words, tags))
            words, tags = [], []
    return sentences
