"""unroll.sound: a tone lands in the band of its frequency, and no recording is too short."""

import numpy as np
import pytest
from unroll import sound


def tone(frequency, samples=4000):
    return np.sin(2 * np.pi * frequency * np.arange(samples) / sound.RATE)


@pytest.mark.parametrize("frequency", [200, 500, 1000, 3000])
def test_a_tone_is_loudest_in_the_band_around_it(frequency):
    peaks = np.fft.rfftfreq(sound.WIDTH, 1 / sound.RATE)[sound.mel_filters().argmax(axis=0)]
    loudest = sound.log_mel(tone(frequency)).mean(axis=0).argmax()
    assert abs(peaks[loudest] - frequency) == abs(peaks - frequency).min()


def test_twice_as_loud_adds_the_logarithm_of_two():
    quiet, loud = (sound.log_mel(volume * tone(1000)).max() for volume in (0.5, 1))
    assert loud - quiet == pytest.approx(np.log(2), abs=1e-3)


def test_every_band_hears_something_and_overlaps_its_neighbours():
    filters = sound.mel_filters()
    assert (filters.sum(axis=0) > 0).all()
    inside = (filters > 0).any(axis=1)
    np.testing.assert_allclose(filters[inside][2:-2].sum(axis=1)[5:-10], 1, atol=0.5)


@pytest.mark.parametrize(("samples", "frames"), [(0, 1), (10, 1), (256, 1), (383, 1), (384, 2), (8000, 61)])
def test_a_frame_every_128_samples(samples, frames):
    assert sound.log_mel(np.zeros(samples)).shape == (frames, sound.BANDS)
    assert np.isfinite(sound.log_mel(np.zeros(samples))).all()
