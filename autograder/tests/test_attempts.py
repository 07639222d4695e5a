"""Every attempt is kept, one counts, and what collecting replaced comes back; what no student can be found for is put aside."""

import os
import sys
from datetime import timedelta

import pytest
from autograder.course import CourseError
from autograder.intake.attempts import Kept, undo
from autograder.intake.collect import aside, choose, collect
from autograder.intake.receipts import receipts
from uploads import FRIDAY, bare_course, kept, put, submitted, zipped

from autograder import cli

HOUR = timedelta(hours=1)


@pytest.fixture
def course(tmp_path):
    return bare_course(tmp_path)


def hand_in(course, path, files, hours=0, **options):
    """Collect an archive of which all files have one time; the reasons of refusal by origin."""
    time = FRIDAY + hours * HOUR
    source = put(path / "x.zip", zipped(files, dict.fromkeys(files, time)))
    return {receipt.origin: receipt.refused for receipt in collect(course, "ps1", source, **options)}


def test_the_latest_attempt_counts_and_the_others_are_kept(course, tmp_path):
    hand_in(course, tmp_path, {"ada.ipynb": b"first", "bob.ipynb": b"bob"})
    assert hand_in(course, tmp_path, {"ada.ipynb": b"second"}, hours=1) == {"ada.ipynb": ""}
    assert hand_in(course, tmp_path, {"ada.ipynb": b"before"}, hours=-1) == {
        "ada.ipynb": "there is a later upload by the same student"
    }
    assert submitted(course) == {"ada": b"second", "bob": b"bob"}
    assert kept(course) == {"ada": [b"first", b"second", b"before"], "bob": [b"bob"]}
    assert [receipt.attempt for receipt in receipts(course) if receipt.student == "ada"] == [1, 2, 3]


def test_the_same_files_are_the_same_attempt_whatever_time_they_have_now(course, tmp_path):
    """An export that is downloaded again has new times, which would make everyone late."""
    both = {"ada (1).ipynb": b"second", "ada.ipynb": b"first"}
    hand_in(course, tmp_path, {"ada.ipynb": b"first"})
    hand_in(course, tmp_path, {"ada.ipynb": b"second"}, hours=1)
    for hours in (1, 5):
        hand_in(course, tmp_path, both, hours=hours)
        assert kept(course) == {"ada": [b"first", b"second"]} and submitted(course) == {"ada": b"second"}
        assert Kept(course, "ps1", "ada").standing() == FRIDAY + HOUR
    hand_in(course, tmp_path, {"ada.ipynb": b"first"}, hours=6)  # back to the first
    assert kept(course) == {"ada": [b"first", b"second", b"first"]} and submitted(course) == {"ada": b"first"}


def test_a_chosen_attempt_counts_until_a_new_one_arrives(course, tmp_path):
    for hours, content in enumerate((b"first", b"second")):
        hand_in(course, tmp_path, {"ada.ipynb": content}, hours=hours)
    choose(course, "ps1", "ada", 1)
    assert hand_in(course, tmp_path, {"ada.ipynb": b"second"}, hours=1) == {
        "ada.ipynb": "attempt 1 counts, because it was chosen"
    }
    assert submitted(course) == {"ada": b"first"}
    assert Kept(course, "ps1", "ada").standing() == FRIDAY
    choose(course, "ps1", "ada", None)
    assert submitted(course) == {"ada": b"second"}
    choose(course, "ps1", "ada", 1)
    hand_in(course, tmp_path, {"ada.ipynb": b"third"}, hours=2)
    assert submitted(course) == {"ada": b"third"}
    with pytest.raises(CourseError, match=r"ada has no attempt 4 at ps1. There are 1 \(2026-11-20 18:00:00 UTC\), 2"):
        choose(course, "ps1", "ada", 4)


def test_undo_brings_back_what_was_replaced_run_by_run(course, tmp_path):
    by_hand = put(course.folder("submitted", "ps1", "bob") / "ps1.ipynb", b"by hand")
    hand_in(course, tmp_path, {"ada.ipynb": b"first"})
    choose(course, "ps1", "ada", 1)
    hand_in(course, tmp_path, {"ada.ipynb": b"second", "bob.ipynb": b"not bob's", "eve.ipynb": b"eve"}, hours=1)
    undo(course, "ps1")
    assert submitted(course) == {"ada": b"first", "bob": b"by hand"}
    assert kept(course) == {"ada": [b"first"]} and Kept(course, "ps1", "ada").chosen is not None
    assert not by_hand.with_name("timestamp.txt").exists()
    assert {receipt.student for receipt in receipts(course) if "taken back" in receipt.refused} == {"ada", "bob", "eve"}
    undo(course, "ps1")
    assert Kept(course, "ps1", "ada").chosen is None
    undo(course, "ps1")
    assert submitted(course) == {"bob": b"by hand"} and kept(course) == {}
    with pytest.raises(CourseError, match="No run of `collect` for ps1"):
        undo(course, "ps1")
    everything = {path.read_bytes() for path in (course.records / "collected").rglob("ps1.ipynb")}
    assert everything == {b"first", b"second", b"not bob's", b"eve"}  # nothing is deleted


def test_what_an_instructor_mended_by_hand_stays_when_the_same_is_collected_again(course, tmp_path):
    hand_in(course, tmp_path, {"ada.ipynb": b"broken"})
    put(course.folder("submitted", "ps1", "ada") / "ps1.ipynb", b"mended")
    assert hand_in(course, tmp_path, {"ada.ipynb": b"broken"}) == {"ada.ipynb": ""}
    assert submitted(course) == {"ada": b"mended"}


def test_what_was_refused_is_put_aside_once_and_can_be_collected_from_there(course, tmp_path):
    roster = put(tmp_path / "r.csv", "id\nada\nbob\n")
    files = {"ada.ipynb": b"ada", "bbo/ps1.ipynb": b"bob", "bbo/data.csv": b"1", "bob.docx": b"words"}
    for _ in range(2):
        assert set(hand_in(course, tmp_path, files, roster=roster)) == {"ada.ipynb", "bbo", "bob.docx"}
    hand_in(course, tmp_path, {"bob.docx": b"other words", "ada.ipynb": b"ada"}, roster=roster)
    place = aside(course, "ps1")
    assert sorted(path.name for path in place.iterdir()) == ["bbo", "bob (2).docx", "bob.docx"]
    os.rename(place / "bbo", place / "bob")
    found = list(collect(course, "ps1", place, roster=roster))
    assert submitted(course) == {"ada": b"ada", "bob": b"bob"}
    assert sorted(receipt.origin for receipt in found if receipt.refused) == ["bob (2).docx", "bob.docx"]
    assert sorted(path.name for path in place.iterdir()) == ["bob", "bob (2).docx", "bob.docx"]


def test_a_dry_run_tells_the_same_and_keeps_nothing(course, tmp_path):
    files = {"ada.ipynb": b"second", "bob.docx": b"words"}
    hand_in(course, tmp_path, {"ada.ipynb": b"first"})
    before = sorted(path for path in tmp_path.rglob("*") if path.name != "x.zip")
    told = hand_in(course, tmp_path, files, hours=1, dry_run=True)
    assert sorted(path for path in tmp_path.rglob("*") if path.name != "x.zip") == before
    assert told == hand_in(course, tmp_path, files, hours=1)


@pytest.fixture
def command(course, monkeypatch, capsys):
    """A function that runs `autograder collect ps1` in this process, and gives what it printed and its exit status."""

    def run(*words) -> tuple[str, int]:
        monkeypatch.setattr(sys, "argv", ["autograder", "collect", "ps1", *map(str, words), "--course", str(course.root)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        printed = capsys.readouterr()
        return printed.out + printed.err, ended.value.code

    return run


def test_the_command_shows_who_gets_what_and_why(course, tmp_path, command):
    roster = put(tmp_path / "r.csv", "id\nada\n")
    first = put(tmp_path / "1.zip", zipped({"ada (1).ipynb": b"second", "ada.ipynb": b"first"}, {"ada.ipynb": FRIDAY - HOUR}))
    second = put(tmp_path / "2.zip", zipped({"ada.ipynb": b"third", "bob.ipynb": b"bob"}))
    text, status = command(first, "--roster", roster)
    assert status == 0 and "1 collected, 0 refused, 1 kept beside the attempt that counts" in text
    text, status = command(second, "--roster", roster, "--dry-run")
    lines = [" ".join(line.split()) for line in text.splitlines()]
    assert "Taken for entries that are named after their students; --from names another form." in lines
    assert any(line.startswith("ada.ipynb ada ") and line.endswith("attempt 3 id ada in r.csv") for line in lines)
    assert any(line.startswith("bob.ipynb – ") and line.endswith("refused bob is not in r.csv") for line in lines)
    assert status == 1 and "1 would be collected, 1 refused" in text and submitted(course) == {"ada": b"second"}
    text, status = command(second, "--roster", roster)
    assert status == 1 and "not_collected" in text
    assert command("--attempt", "ada=1")[1] == 0 and submitted(course) == {"ada": b"first"}
    assert command("--undo")[1] == 0 and submitted(course) == {"ada": b"third"}


def test_the_command_says_who_is_missing_and_what_came_instead(course, tmp_path, command):
    roster = put(tmp_path / "r.csv", "id\nada\nbo\neve\nzoe\n")
    files = {f"{name}/{file}": b"1" for name in ("ada", "bo") for file in ("ps1.ipynb", ".git/HEAD")}
    text, _ = command(put(tmp_path / "x.zip", zipped(files | {"eve/essay.pdf": b"%PDF"})), "--roster", roster)
    said = [" ".join(line.split()) for line in text.splitlines()]
    assert "2 of 4 students in r.csv handed nothing in: eve, zoe." in said
    assert "left out of ada, bo: .git" in said
    assert any("it contains no ps1.ipynb, but essay.pdf" in line for line in said)
    text, _ = command(put(tmp_path / "y.zip", zipped({"zoe.ipynb": b"2", "eve.pdf": b"%PDF"})), "--roster", roster)
    assert "eve.pdf is not in r.csv, but eve is; only a notebook, an archive or a folder counts" in text
    assert "1 of 4 students in r.csv handed nothing in: eve." in text


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Name a SOURCE"),
        (("x.zip", "--undo"), "Name a SOURCE"),
        (("--attempt", "ada"), "write the student's id"),
        (("--attempt", "ada=1"), "ada has no attempt 1 at ps1. None was collected."),
        (("x.zip", "--from", "sakai"), "there is no such form"),
    ],
)
def test_what_the_command_cannot_do_is_said(command, words, sentence):
    text, status = command(*words)
    assert status == 2 and sentence in " ".join(text.split())
