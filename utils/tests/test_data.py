"""unroll.data: loaded data are what was promised, and every failure is one sentence."""

import csv
import errno
import hashlib
import http.server
import io
import itertools
import os
import pickle
import subprocess
import sys
import tarfile
import threading
import wave
from functools import partial
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import data
from unroll.data import datasets, loading
from unroll.data.fetching import DataError, File, contents

MIRROR = os.environ.get("UNROLL_DATA_MIRROR", str(Path(__file__).parents[3] / "shared" / "data"))
NAMES = [dataset.name for dataset in datasets.DATASETS]
mirrored = pytest.mark.skipif(not Path(MIRROR, "MANIFEST.tsv").is_file(), reason="no mirror of the data sets here")


@pytest.fixture(autouse=True)
def a_cache_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLL_DATA", str(tmp_path / "cache"))
    monkeypatch.delenv("UNROLL_DATA_MIRROR", raising=False)
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def published(tmp_path):
    """A local server: a folder, its address, and the requested paths."""
    folder, asked = tmp_path / "published", []
    folder.mkdir()

    class Handler(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            asked.append(self.path)

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=folder))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield folder, f"http://127.0.0.1:{server.server_port}/", asked
    server.shutdown()
    thread.join()
    server.server_close()


def one_file(monkeypatch, content: bytes, address: str):
    """Make ``names`` a data set of this one file."""
    file = File("names/names.txt", len(content), hashlib.sha256(content).hexdigest(), address)
    entry = datasets.Dataset("names", "", "", "", (file,), datasets.readers.distinct_lines, lambda rng: ["sample"])
    monkeypatch.setattr(loading, "find", lambda name: entry)


def shape(value):
    """The form of loaded data, without its content."""
    if isinstance(value, dict):
        return {key: shape(items) for key, items in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    if isinstance(value, tuple):
        return tuple(shape(item) for item in value)
    return type(value)


@mirrored
def test_the_list_agrees_with_the_mirror():
    with open(Path(MIRROR, "MANIFEST.tsv"), encoding="utf-8") as stream:
        listed = {
            row["path"]: (int(row["bytes"]), row["sha256"], row["upstream"]) for row in csv.DictReader(stream, delimiter="\t")
        }
    ours = {file.path: file for entry in datasets.DATASETS for file in entry.files if not file.package}
    assert ours.keys() == listed.keys()
    for path, file in ours.items():
        sha256 = contents(Path(MIRROR, path), file.members) if file.members else listed[path][1]
        assert (file.size, file.sha256, file.address) == (listed[path][0], sha256, listed[path][2]), path


@mirrored
@pytest.mark.parametrize("name", NAMES)
def test_real_data_and_sample_have_one_form(name, monkeypatch, capsys):
    monkeypatch.setenv("UNROLL_DATA_MIRROR", MIRROR)
    assert shape(data.load(name)) == shape(data.sample(name))
    assert capsys.readouterr().out == f"{name}: {datasets.find(name).what}\n"


@mirrored
def test_the_mirror_is_read_right(monkeypatch):
    monkeypatch.setenv("UNROLL_DATA_MIRROR", MIRROR)
    names = data.load("names")
    assert len(names) == len(set(names)) == 29_494
    assert {split: len(pairs) for split, pairs in data.load("multi30k").items()} == {
        "train": 29_000,
        "dev": 1_014,
        "test": 1_000,
    }
    assert not any("&apos;" in french for _, french in data.load("multi30k")["train"])
    assert {split: len(pairs) for split, pairs in data.load("sst2").items()} == {"train": 6_920, "dev": 872, "test": 1_821}
    assert len(data.load("shakespeare")) == 1_115_394
    assert len(data.load("nottingham")) == 1_034
    brown = data.load("brown")
    assert (len(brown), sum(map(len, brown))) == (57_340, 1_161_192)
    assert brown[0][:3] == ["The", "Fulton", "County"]
    spoken = data.load("fsdd")
    assert {split: len(recordings) for split, recordings in spoken.items()} == {"train": 2400, "dev": 300, "test": 300}
    for recordings in spoken.values():
        assert {(digit, speaker) for _, digit, speaker in recordings} == {
            (digit, speaker) for digit in range(10) for speaker in ("george", "jackson", "lucas", "nicolas", "theo", "yweweler")
        }


def test_what_a_package_brings_along_is_real_without_a_network(monkeypatch, capsys):
    monkeypatch.setattr("unroll.data.fetching._fetched", None)
    texts = data.load("lee")
    assert (len(texts), sum(len(text.split()) for text in texts)) == (300, 59_890)
    assert texts[0].startswith("Hundreds of people have been forced to vacate their homes")
    analogies = data.load("analogies")
    assert (len(analogies), sum(map(len, analogies.values()))) == (14, 19_544)
    assert analogies["capital-common-countries"][0] == ("Athens", "Greece", "Baghdad", "Iraq")
    pairs = data.load("wordsim353")
    assert (len(pairs), pairs[1]) == (353, ("tiger", "cat", 7.35))
    articles = data.load("wikipedia")
    assert len(articles) == 101
    assert 390_000 < sum(len(article.split()) for article in articles) < 420_000
    assert articles[0].startswith("Anarchism is a political philosophy that advocates self-governed societies")
    assert not any(mark in article for article in articles for mark in ("[[", "{{", "'''", "&nbsp;"))
    assert capsys.readouterr().out.splitlines() == [
        f"{name}: {datasets.find(name).what}" for name in ("lee", "analogies", "wordsim353", "wikipedia")
    ]


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (None, "gensim, which brings .*lee_background.cor along, is not installed: pip install gensim"),
        ("here", "not the expected"),
    ],
)
def test_a_package_without_its_file_is_one_sentence(tmp_path, monkeypatch, found, says):
    spec = found and SimpleNamespace(submodule_search_locations=[str(tmp_path)])
    monkeypatch.setattr("unroll.data.fetching.find_spec", lambda name: spec)
    with pytest.raises(DataError, match=says):
        data.load("lee")


@mirrored
@pytest.mark.parametrize("name", ["wnut17", "wikiann"])
def test_tags_are_bio_as_they_come(name, monkeypatch):
    monkeypatch.setenv("UNROLL_DATA_MIRROR", MIRROR)
    for source in (data.load, data.sample):
        for sentences in source(name).values():
            for words, tags in sentences:
                assert len(words) == len(tags) > 0
                before = ["O", *tags[:-1]]
                assert all(tag[0] != "I" or last[1:] == tag[1:] for last, tag in zip(before, tags, strict=True))


def test_a_file_is_fetched_once_and_then_kept(published, monkeypatch, capsys):
    folder, address, asked = published
    content = b"ada\nbo\nada\n"
    (folder / "names.txt").write_bytes(content)
    one_file(monkeypatch, content, address + "names.txt")
    assert data.load("names") == ["ada", "bo"]
    assert "%" in "".join(capsys.readouterr()), "no progress bar"
    assert data.load("names") == ["ada", "bo"]
    assert asked == ["/names.txt"]


def test_a_changed_file_is_refused(published, monkeypatch):
    folder, address, _ = published
    (folder / "names.txt").write_bytes(b"eve\n")
    one_file(monkeypatch, b"ada\n", address + "names.txt")
    with pytest.raises(DataError, match=r"names\.txt no longer serves the expected file: its SHA-256 differs\.$"):
        data.load("names")


def test_a_changed_file_in_the_mirror_is_refused(tmp_path, monkeypatch):
    (tmp_path / "names").mkdir()
    (tmp_path / "names" / "names.txt").write_bytes(b"eve\n")
    monkeypatch.setenv("UNROLL_DATA_MIRROR", str(tmp_path))
    with pytest.raises(DataError, match="its SHA-256 differs"):
        data.load("names")


def test_a_mirror_that_lacks_a_file_leaves_it_to_the_network(published, tmp_path, monkeypatch):
    folder, address, _ = published
    (folder / "names.txt").write_bytes(b"ada\n")
    one_file(monkeypatch, b"ada\n", address + "names.txt")
    monkeypatch.setenv("UNROLL_DATA_MIRROR", str(tmp_path))
    assert data.load("names") == ["ada"]


def tar(path: Path, files: dict[str, bytes]):
    with tarfile.open(path, "w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))


def spoken(samples) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as recording:
        recording.setnchannels(1)
        recording.setsampwidth(2)
        recording.setframerate(8000)
        recording.writeframes(np.asarray(samples, dtype="<i2").tobytes())
    return written.getvalue()


def an_archive(monkeypatch, original: Path, address: str):
    """Make ``fsdd`` a data set of this one archive, packed again at its address."""
    file = File("fsdd/digits.tar.gz", 1, contents(original, ".wav"), address, members=".wav")
    entry = datasets.Dataset("fsdd", "", "", "", (file,), datasets.readers.recordings, lambda rng: {})
    monkeypatch.setattr(loading, "find", lambda name: entry)


def test_an_archive_packed_again_is_the_same_and_is_fetched_once(published, tmp_path, monkeypatch):
    folder, address, asked = published
    files = {"v1/recordings/3_theo_9.wav": spoken([0, 2**14]), "v1/recordings/7_lucas_10.wav": spoken([-(2**15)])}
    tar(tmp_path / "original.tar.gz", files)
    tar(folder / "digits.tar.gz", {"v2/README.md": b"read me", **{f"v2/{name[3:]}": files[name] for name in reversed(files)}})
    an_archive(monkeypatch, tmp_path / "original.tar.gz", address + "digits.tar.gz")
    for _ in range(2):
        splits = data.load("fsdd")
        ((samples, digit, speaker),) = splits["dev"]
        assert (samples.tolist(), digit, speaker) == ([0, 0.5], 3, "theo")
        ((samples, digit, speaker),) = splits["train"]
        assert (samples.tolist(), digit, speaker) == ([-1], 7, "lucas")
        assert splits["test"] == []
    assert asked == ["/digits.tar.gz"]


@pytest.mark.parametrize("damage", ["other samples", "cut short", "no archive"])
def test_a_changed_archive_is_refused_and_not_kept(published, tmp_path, monkeypatch, damage):
    folder, address, asked = published
    files = {f"{digit}_theo_0.wav": spoken(np.random.default_rng(digit).integers(-9, 9, size=900)) for digit in range(3)}
    tar(tmp_path / "original.tar.gz", files)
    whole = (tmp_path / "original.tar.gz").read_bytes()
    if damage == "other samples":
        tar(folder / "digits.tar.gz", {**files, "1_theo_0.wav": spoken(np.zeros(900))})
    else:
        (folder / "digits.tar.gz").write_bytes(whole[: len(whole) // 2] if damage == "cut short" else b"<html>")
    an_archive(monkeypatch, tmp_path / "original.tar.gz", address + "digits.tar.gz")
    with pytest.raises(DataError, match=r"digits\.tar\.gz no longer serves the expected file: its SHA-256 differs\.$"):
        data.load("fsdd")
    (folder / "digits.tar.gz").write_bytes(whole)
    assert len(data.load("fsdd")["test"]) == 3
    assert len(asked) == 2


@pytest.mark.parametrize(("path", "reason"), [("gone.txt", "answers 404"), (None, "cannot be reached")])
def test_without_network_the_sample_is_used_and_one_line_says_so(published, monkeypatch, capsys, path, reason):
    address = published[1] + path if path else "http://127.0.0.1:9/names.txt"
    one_file(monkeypatch, b"ada\n", address)
    assert data.load("names") == ["sample"]
    said = capsys.readouterr()
    assert said.out == f"names: {address} {reason}; using the embedded sample, which is made up.\n"
    assert said.err == ""


def test_a_full_disk_is_one_sentence(published, monkeypatch):
    folder, address, _ = published
    (folder / "names.txt").write_bytes(b"ada\n")
    one_file(monkeypatch, b"ada\n", address + "names.txt")

    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("pooch.HTTPDownloader.__call__", full)
    with pytest.raises(
        DataError, match=r"^There is no space in .*cache for names/names.txt \(0.0 MB\); set UNROLL_DATA"
    ) as caught:
        data.load("names")
    assert caught.value.__suppress_context__, "the traceback of another library would be shown"


def test_a_cache_that_cannot_be_written_is_one_sentence(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("UNROLL_DATA", str(tmp_path / "file"))
    with pytest.raises(DataError, match="cannot be stored in .*set UNROLL_DATA to a writable folder"):
        data.load("names")


def test_a_mirror_that_is_no_folder_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("UNROLL_DATA_MIRROR", str(tmp_path / "nowhere"))
    with pytest.raises(DataError, match="which is not a folder"):
        data.load("names")


@pytest.mark.parametrize("use", [data.load, data.sample, data.card])
def test_an_unknown_name_is_answered_with_the_known_ones(use):
    with pytest.raises(DataError, match="no data set 'nmaes'. Available: names, shakespeare, "):
        use("nmaes")


@pytest.mark.parametrize("name", NAMES)
def test_samples_repeat_and_splits_are_disjoint(name):
    sample = data.sample(name)
    assert pickle.dumps(sample) == pickle.dumps(data.sample(name))
    if isinstance(sample, dict) and "train" in sample:
        train, dev, test = ({pickle.dumps(item) for item in sample[split]} for split in ("train", "dev", "test"))
        assert min(len(train), len(dev), len(test)) > 50
        assert not train & dev and not train & test and not dev & test


@pytest.mark.parametrize("name", NAMES)
def test_a_card_names_the_licence_and_the_source(name):
    entry = datasets.find(name)
    for shown in (repr(data.card(name)), data.card(name)._repr_html_()):
        assert entry.page in shown
        assert name in shown
    assert entry.licence in repr(data.card(name))


def test_loading_data_brings_no_heavy_library():
    code = (
        "import sys, unroll, unroll.data, unroll.text; unroll.data.load('lee');"
        "print({'keras', 'matplotlib', 'pooch', 'gensim'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[1:] == ["set()"]


PLURALS = {"cats", "dogs", "children", "horses", "geese", "guests", "birds", "mice", "women", "cows", "neighbours", "foxes"}
SINGULARS = {"cat", "dog", "child", "horse", "goose", "guest", "bird", "mouse", "woman", "cow", "neighbour", "fox"}


@given(seed=st.integers(0, 2**32), distance=st.integers(1, 130), distractors=st.booleans())
def test_subject_and_verb_agree_at_the_distance(seed, distance, distractors):
    distance += 11 * distractors
    sentences, plural = data.agreement(np.random.default_rng(seed), 3, distance, distractors)
    for words, label in zip(sentences, plural, strict=True):
        assert len(words) == distance + 3
        assert words[1] in (PLURALS if label else SINGULARS)
        assert words[1 + distance] == ("were" if label else "was")
        between = words[2 : 1 + distance]
        assert not {"was", "were"} & set(between)
        pairs = sum(word in PLURALS for word in between)
        assert pairs == sum(word in SINGULARS for word in between)
        assert (pairs > 0) == distractors


def test_only_the_subject_tells_the_number():
    """No word at any other position before the verb says anything about the label."""
    sentences, plural = data.agreement(np.random.default_rng(0), 8000, 15, distractors=True)
    words = np.array(sentences)
    for place in range(2, 16):
        for word in np.unique(words[:, place]):
            labels = plural[words[:, place] == word]
            assert abs(labels.mean() - 0.5) < 5 * 0.5 / np.sqrt(len(labels))


@pytest.mark.parametrize(("distance", "distractors"), [(0, False), (11, True)])
def test_a_distance_too_short_is_an_error(distance, distractors):
    with pytest.raises(ValueError, match="distance must be at least"):
        data.agreement(np.random.default_rng(0), 1, distance, distractors)


BOUND = {"wizards": 0, "witches": 0, "painters": 0, "writers": 0, "harry": 1, "hermione": 1, "ali": 1, "hassan": 1}
DOUBLE = {"rose", "lily", "pearl", "ivy", "jade", "ruby"}


@given(seed=st.integers(0, 2**32), moved=st.booleans())
def test_bound_words_stand_where_they_are_promised(seed, moved):
    sentences, is_name = data.people(np.random.default_rng(seed), 20, moved)
    assert is_name.shape == (20, 9) and is_name.dtype == np.float32
    for words, labels in zip(sentences, is_name, strict=True):
        assert len(words) == 9
        bound = [place for place, word in enumerate(words, 1) if word in BOUND]
        assert bound in ([[2, 4], [4, 6]] if moved else [[], [1, 3]])
        assert all(labels[place - 1] == BOUND[words[place - 1]] for place in bound)
        after_the = [before == "the" for before in ["", *words[:-1]]]
        assert all(labels[t] != after_the[t] for t in range(9) if words[t] in DOUBLE), "a rose is a name or a thing"
        assert not labels[np.array(after_the)].any()


@given(seed=st.integers(0, 2**32), T=st.integers(10, 60))
def test_the_adding_problem_is_that_of_1997(seed, T):
    x, y = data.adding_problem(np.random.default_rng(seed), 20, T)
    assert x.shape == (20, T, 2) and y.shape == (20,) and x.dtype == y.dtype == np.float32
    values, markers = x[..., 0], x[..., 1]
    marked = markers == 1
    assert (marked.sum(axis=1) == 2).all()
    assert np.allclose(y, 0.5 + (values * marked).sum(axis=1) / 4)
    assert marked[:, :10].any(axis=1).all()
    assert not marked[:, max(10, T // 2) :].any()
    rest = markers[~marked].tolist()
    assert set(rest) <= {0, -1}
    assert (markers[:, -1] == -1).all() or T == 10
    assert not values[:, 0][marked[:, 0]].any()


def test_the_adding_problem_without_an_answer_costs_what_the_docstring_says():
    _, y = data.adding_problem(np.random.default_rng(0), 100_000, 100)
    assert 0.039 < np.mean((y - 0.5) ** 2) < 0.040
    with pytest.raises(ValueError, match="at least 10 steps, not 9"):
        data.adding_problem(np.random.default_rng(0), 1, 9)


def test_made_up_names_are_distinct_words():
    names = data.made_up_names(np.random.default_rng(1), 5000)
    assert len(set(names)) == 5000
    assert all(name.isalpha() and name.islower() for name in names)


def test_made_up_text_is_grammatical_where_we_can_tell():
    text = data.made_up_text(np.random.default_rng(2), 2000)
    pairs = {pair for sentence in text for pair in itertools.pairwise(sentence)}
    assert ("a", "old") not in pairs and ("an", "old") in pairs
    assert all(sentence[-1] in (".", "?") for sentence in text)
    assert not any(word.isupper() and word.isalpha() for sentence in text for word in sentence), "a symbol was not expanded"
    wrong = [(noun, verb) for noun, verb in pairs if (noun in PLURALS and verb in {"is", "was", "has", "waits"})]
    wrong += [(noun, verb) for noun, verb in pairs if (noun in SINGULARS and verb in {"are", "were", "have"})]
    assert wrong == []


def test_made_up_digits_differ_by_the_order_of_their_tones():
    """Pitch alone cannot tell 0 from 1: they are the same tones in opposite order."""
    halves = {0: [], 1: []}
    for samples, digit, _ in data.sample("fsdd")["train"]:
        assert samples.dtype == np.float32 and abs(samples).max() <= 1
        if digit in halves:
            parts = np.array_split(samples, 2)
            halves[digit].append([abs(np.fft.rfft(part, 8000)).argmax() for part in parts])  # in Hz
    zero, one = np.array(halves[0]), np.array(halves[1])
    assert (zero[:, 0] < zero[:, 1]).all() and (one[:, 0] > one[:, 1]).all()
    assert np.median(zero.max(axis=1)) == pytest.approx(np.median(one.max(axis=1)), rel=0.1)
