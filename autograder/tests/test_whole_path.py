"""From the bytes that a kernel sends to the page that a student reads: whatever arrives, a score and a page come of it."""

import numpy as np
import pytest
from autograder.check import Case, Check, close
from autograder.judging import frames
from autograder.pages.feedback import write_feedback
from autograder.records.gradebook import Recorder
from autograder.running.outputs import score
from channel import examine, frame, frame_of, parts, trees, values
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from inert import assert_inert
from rooms import Room
from unroll.checks import Question, wire
from unroll.checks.comparison import Comparison

POINTS = 10
MODEL = [Question("a model", (), (), ("Dense", 12, np.ones(2)), basic=True, facts=("layers", "parameters", "outputs"))]


def _check(name: str, compare: Comparison, reference, dtype=float) -> Check:
    """With two misconceptions, one of which raises an error."""
    check = Check(name)
    check.compare = compare
    check.reference(reference)
    check.misconception("It is returned <b>as it is</b>.")(lambda x: x)
    check.misconception("It is never written.")(lambda x: {}["x"])

    @check.cases
    def _(rng):
        yield Case("a <i>row</i>", basic=True, x=rng.normal(size=3).astype(dtype))
        yield Case("a table", x=rng.normal(size=(2, 3)).astype(dtype))
        yield Case("none", x=np.zeros((0, 3), dtype))

    return check


CHECKS = {
    "one": _check("one", close(), lambda x: 2 * x),
    "single": _check("single", close(new=True), lambda x: 2 * x, np.float32),
    "several": _check("several", close(returns=("y", "name", "count")), lambda x: (2 * x, "tanh", x.size)),
    "bools": _check("bools", close(), lambda x: x > 0),
    "draws": _check("draws", Comparison(draws=True), lambda x: np.arange(x.size * 50) % 3),
    "model": Check("model"),
}
CHECKS["model"].compare = close(returns=MODEL[0].facts)
QUESTIONS = {name: check.questions(np.random.default_rng(1)) if name != "model" else MODEL for name, check in CHECKS.items()}
RIGHT = [question.expected for questions in QUESTIONS.values() for question in questions]
NUMBERS = [np.nan, np.inf, -0.0, 1e308, 5e-324, 2**62, 0.5j]

_near = st.sampled_from(RIGHT).flatmap(
    lambda right: st.sampled_from(
        [
            right,
            [right],
            (right, right),
            *([right.tolist(), right.T, right * 0.5, right[:-1], right.astype(np.float32), right.astype(np.float16), right != 0]
              if isinstance(right, np.ndarray) else []),
            *(np.full(np.shape(right), number) for number in NUMBERS if isinstance(right, np.ndarray)),
        ]
    )
)  # fmt: skip
_honest = st.fixed_dictionaries(
    {"value": _near | values},
    optional={
        "error": st.none() | st.fixed_dictionaries({}, optional=dict.fromkeys(("type", "message", "line"), values)),
        "touched": st.lists(st.integers(-9, 9), max_size=3),
        "shared": st.lists(st.integers(-9, 9), max_size=3),
    },
)
_frames = (
    st.sampled_from([*CHECKS, *CHECKS, "", "no such"]).map(lambda name: wire.pack({"check": name}))
    | _honest.map(wire.pack)
    | _honest.map(wire.pack)
    | st.builds(frame_of, trees, st.integers(0, 200), parts)
    | st.binary(max_size=60).map(frame)
    | st.binary(max_size=20)
)
_sent = st.tuples(st.sampled_from(list(CHECKS)), st.lists(_frames, min_size=1, max_size=8), _honest)


@pytest.fixture(scope="module")
def room(tmp_path_factory) -> Room:
    return Room.build(tmp_path_factory.mktemp("room"))


def recorded(room: Room, sent: tuple, student: str, recorder: Recorder) -> None:
    """Let frames arrive, the first of which opens a check, and record what comes of them; the last says what a clean jail finds of a model."""
    first, frames_, found = sent

    async def facts(answer, question):
        return frames.answer_in(found) if question.facts else answer

    reports, _ = examine([wire.pack({"check": first}), *frames_], CHECKS, lambda name: QUESTIONS[name], facts)
    assert [report.name for report in reports] == list(CHECKS)
    for report in reports:
        assert [row.label for row in report.rows] == [question.label for question in QUESTIONS[report.name]]
        assert 0 <= report.share <= 1
    entry = room.graded(student, reports={"step-check": reports, "late-check": reports[:1]}, to=recorder)
    assert entry.points["step-check"] == score(POINTS, reports)


def assert_pages(room: Room, sent: dict[str, tuple]) -> None:
    """Write the pages of all students, as ``autograder feedback`` does; a failure shows what one of them had sent."""
    try:
        for path in write_feedback(room.course, "ps1", list(sent)):
            page = path.read_text("utf-8")
            page.encode()
            assert_inert(page)
    except Exception as error:
        if len(sent) == 1:
            error.add_note(repr(sent))
        else:
            for student in sent:
                assert_pages(room, {student: sent[student]})
        raise


def tried(room: Room, count: int) -> None:
    """Try so many conversations. A hundred pages are written at a time, because a run for each takes most of the time."""
    sent: dict[str, tuple] = {}

    def look() -> None:
        assert_pages(room, sent)
        room.course.journal.unlink()
        sent.clear()

    with room.recording() as recorder:

        @settings(max_examples=count, deadline=None, suppress_health_check=list(HealthCheck))
        @given(_sent)
        def one(conversation):
            recorded(room, conversation, student := f"s{len(sent)}", recorder)
            sent[student] = conversation
            if len(sent) >= 100:
                look()

        one()
    if sent:
        look()


@pytest.mark.slow
def test_whatever_arrives_a_page_comes_of_it(room):
    tried(room, 30)


@pytest.mark.soak
def test_whatever_arrives_ten_thousand_times(room):
    tried(room, 10_000)
