"""GPUs are lent to one kernel at a time, and a judge's own Keras sees none. No GPU is needed to test this."""

from collections import deque

import pytest
from autograder.kernels import devices
from autograder.kernels.limits import Limits
from autograder.requirements import Requirements
from autograder.running import workers


@pytest.fixture
def two_gpus(monkeypatch):
    monkeypatch.setattr(devices, "GPUS", ("0", "1"))
    monkeypatch.setattr(devices, "_free", deque(devices.GPUS))
    monkeypatch.setattr(workers, "GPUS", devices.GPUS)


def test_each_gpu_is_lent_once(two_gpus):
    with devices.lend(gpu=True) as one, devices.lend(gpu=True) as other:
        assert {each.environment["CUDA_VISIBLE_DEVICES"] for each in (one, other)} == {"0", "1"}
        with pytest.raises(devices.NoDevice, match=r"announces more GPUs than it has \(2\)"), devices.lend(gpu=True):
            pass
        with devices.lend(gpu=False) as neither:
            assert neither == devices.CPU and not neither.nodes
    with devices.lend(gpu=True) as first, devices.lend(gpu=True) as second:
        assert [first, second] == [other, one]  # as they came back


@pytest.mark.parametrize(
    ("named", "found"), [("", ()), ("-1", ()), ("0", ("0",)), ("1, 3", ("1", "3")), ("GPU-8932f937", ("GPU-8932f937",))]
)
def test_the_gpus_that_a_process_was_given(monkeypatch, named, found):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", named)
    assert tuple(devices._gpus()) == found


@pytest.mark.parametrize(("gpu", "slots"), [("no", 8), ("if there", 2), ("must", 2)])
def test_this_machines_gpus_bound_what_runs_at_a_time(two_gpus, gpu, slots):
    with workers.local_workers(Requirements(gpu=gpu).within(Limits()), jobs=8) as some:
        assert some.slots == slots
