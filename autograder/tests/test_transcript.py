"""A transcript crosses from a cluster as JSON, and nothing but a transcript is read."""

import json

import pytest
from autograder.transcript import JudgedCell, Transcript, Verdict, read_transcript, write_transcript
from unroll.checks.marking import Part, Raised, Report, Row

ROWS = (
    Row("a batch", True, "largest difference 0"),
    Row(
        "an edge", False, "off", "A hint.", (Part("value", True, "right"),), "a model", Raised("ValueError", "no", "line 3: x")
    ),
)
FULL = Transcript(
    "ada", "ps1", Verdict.TIME, "late", {"ps1": "{}"}, {"ps1": {"step": [Report("step", ROWS, 0.5, ("one",))]}},
    "digest", 1.5, 2, 3, 4, by_chance=True, judged={"ps1": {"step": JudgedCell("a remark", {"step": "digest"}, {"step": "text"})}},
)  # fmt: skip
PLAIN = json.loads(write_transcript(FULL))


def test_a_transcript_comes_back_as_it_was():
    assert read_transcript(write_transcript(FULL)) == FULL


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": "excellent"},
        {"memory": True},
        {"memory": 1.5},
        {"seconds": float("nan")},
        {"seconds": 10**400},
        {"student": None},
        {"reason": "\ud800"},
        {"notebooks": []},
        {"notebooks": {"ps1": 7}},
        {"reports": {"ps1": {"step": [{"name": "step"}]}}},
        {"reports": {"ps1": {"step": [{"name": "step", "rows": [[]], "share": 1.0}]}}},
        {"by_chance": "yes"},
        {"points": 10},
    ],
    ids=str,
)
def test_other_types_are_refused(change):
    with pytest.raises(ValueError):
        read_transcript(json.dumps(PLAIN | change).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"7", b"{}", b"\xff", b"[" * 100_000, b"9" * 5000], ids=range(7))
def test_other_bytes_are_refused(data):
    with pytest.raises(ValueError):
        read_transcript(data)
