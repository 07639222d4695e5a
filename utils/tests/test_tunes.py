"""unroll.tunes: bars, lengths, pitches and sound of tunes in ABC notation; what is not understood is no note."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from unroll import data, tunes

TUNE = """X: 1
T:A and D | not a bar
M:6/8
K:A
P:A
f|"A"ecc c2f|"E7/b"BAB "A"c3:|[1"A"Ace a2:|\\
 [2"A"Ace ag=g||% a remark | here
[A2c2] d4|]
"""


def test_bars_have_neither_fields_nor_chord_names_nor_repeats():
    assert tunes.bars(TUNE) == ["f", "eccc2f", "BABc3", "Acea2", "Aceag=g", "A2d4"]


@pytest.mark.parametrize(
    ("bar", "length"),
    [
        ("GABd2B", 6),
        ("A/2B/c//", Fraction(5, 4)),
        ("a3/2b/2", 2),
        ("(3def", 2),
        ("z3", 3),
        ("^f=g_e,", 3),
        ("A-A(BA)", 4),
        ("", 0),
        ("2A", None),
        ("A2|", None),
        ("(3de", None),
        ("(3d(3efg", None),
        ("A0", None),
        ("A/0", None),
        ("H", None),
        ("A<B", None),
    ],
)
def test_lengths(bar, length):
    assert tunes.length(bar) == length


@given(st.text(alphabet="ABcdz_^=',/0123456789()-~[]|:\"%{}! \nMK", max_size=60))
def test_any_text_is_read_without_an_error(text):
    for bar in tunes.bars(text):
        found = tunes.notes(bar, key="Em")
        assert found is None or all(note.length > 0 for note in found)


@pytest.mark.parametrize(
    ("key", "bar", "semitones"),
    [
        ("C", "CDEFGABc", [0, 2, 4, 5, 7, 9, 11, 12]),
        ("G", "FfF,f'", [6, 18, -6, 30]),
        ("Em", "F", [6]),
        ("Ador", "F", [6]),
        ("Bb", "BEA", [10, 3, 9]),
        ("F", "B", [10]),
        ("D", "=cc^G=F", [12, 12, 8, 5]),
    ],
)
def test_a_key_and_accidentals_raise_letters(key, bar, semitones):
    assert [note.semitone for note in tunes.notes(bar, key)] == semitones


def test_an_unknown_key_is_one_sentence():
    with pytest.raises(ValueError, match="There is no key 'H'"):
        tunes.notes("A", key="H")


def test_an_octave_doubles_the_frequency_and_rests_are_silent():
    def frequency(bar):
        sound = tunes.waveform(tunes.notes(bar), seconds=0.5)
        return abs(np.fft.rfft(sound)).argmax() / (len(sound) / 8000)

    assert frequency("A") == pytest.approx(440, abs=2)
    assert frequency("a") == pytest.approx(880, abs=2)
    assert not tunes.waveform(tunes.notes("z2"), seconds=0.5).any()
    assert len(tunes.waveform([], seconds=0.5)) == 0
    assert 0.3 < abs(tunes.waveform(tunes.notes("ceg"), seconds=0.2)).max() <= 1


@given(st.integers(0, 2**32))
def test_jigs_are_full_bars_of_a_form(seed):
    for tune in data.jigs(np.random.default_rng(seed), 3):
        written = tune.split("|")
        assert [tunes.length(bar) for bar in written] == [6] * 8
        assert written[4:6] == written[:2]
        assert written[7].endswith("G3") and written[3][-2:] in ("A3", "D3")
