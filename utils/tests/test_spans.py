"""unroll.spans: tags to names and back, and F1. tests/test_experiments.py compares it with seqeval's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll.spans import Scores, Span, score_spans, spans_of, tags_of

KINDS = st.sampled_from(["PER", "LOC", "ORG"])
TAGS = st.lists(st.one_of(st.just("O"), st.builds("{}-{}".format, st.sampled_from("BI"), KINDS)), max_size=12)


@given(TAGS)
def test_spans_become_tags_that_read_as_the_same_spans(tags):
    names = spans_of(tags)
    written = tags_of(names, len(tags))
    assert spans_of(written) == names
    assert [tag == "O" for tag in written] == [tag == "O" for tag in tags], "a repair changes no O"
    assert [tag[1:] for tag in written] == [tag[1:] for tag in tags], "nor a kind"


@given(st.lists(st.tuples(KINDS, st.integers(1, 3), st.integers(0, 2)), max_size=5))
def test_tags_read_as_the_spans_that_they_were_written_from(drawn):
    names, start = [], 0
    for kind, length, gap in drawn:
        names.append(Span(kind, start + gap, start + gap + length))
        start += gap + length
    assert spans_of(tags_of(names, start + 1)) == names


@pytest.mark.parametrize(
    ("tags", "names"),
    [
        ("O B-PER I-PER O", ["PER 1 3"]),
        ("B-PER B-PER", ["PER 0 1", "PER 1 2"]),
        ("O I-PER I-PER", ["PER 1 3"]),
        ("B-PER I-LOC", ["PER 0 1", "LOC 1 2"]),
        ("B-PER O I-PER", ["PER 0 1", "PER 2 3"]),
        ("", []),
    ],
)
def test_illegal_rows_are_repaired_as_stated(tags, names):
    assert ["{} {} {}".format(*span) for span in spans_of(tags.split())] == names


@pytest.mark.parametrize("tag", ["PER", "B", "I-", "S-PER", "0", ""])
def test_what_is_no_tag_is_an_error(tag):
    with pytest.raises(ValueError, match=f"'{tag}' is no tag in BIO"):
        spans_of(["O", tag])


@pytest.mark.parametrize(
    ("spans", "what"),
    [([("PER", 1, 1)], "no span"), ([("PER", 2, 5)], "no span"), ([("PER", 0, 2), ("LOC", 1, 3)], "overlaps")],
)
def test_spans_that_cannot_be_written_are_an_error(spans, what):
    with pytest.raises(ValueError, match=what):
        tags_of(spans, 4)


def test_precision_recall_and_f1():
    true = [["B-PER", "I-PER", "O", "B-LOC"], ["O", "B-PER"]]
    predicted = [["B-PER", "O", "O", "B-LOC"], ["B-LOC", "O"]]
    scores = score_spans(true, predicted)
    assert scores == Scores(true=3, predicted=3, right=1)
    assert (scores.precision, scores.recall, scores.f1) == (1 / 3, 1 / 3, 1 / 3)
    assert score_spans(true, predicted, "LOC") == (1, 2, 1)
    nothing = score_spans([["O"]], [["O"]])
    assert (nothing.precision, nothing.recall, nothing.f1) == (0, 0, 0)
    with pytest.raises(ValueError, match="2 sentences with tags and 1 with predicted"):
        score_spans(true, predicted[:1])
