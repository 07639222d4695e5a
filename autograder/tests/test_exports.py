"""Every file of a well-formed export reaches its student; of a damaged one it reaches its student or is listed, never another."""

import contextlib
import itertools

from autograder.course import CourseError
from autograder.intake.collect import collect
from autograder.intake.matching import FORMS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from uploads import HEADING, SEVERAL, Learner, bare_course, export, kept, put, submitted, work, zipped

_ids = st.text("ab_-", min_size=1, max_size=4).filter(lambda text: text.strip("_-"))  # they end and begin in one another
_names = st.sampled_from(["Anna Schmidt", "Schmidt Anna", "Bo Li", "Bo O'Brien"])
quick = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)


@st.composite
def classes(draw) -> tuple[str, list[Learner]]:
    """The form of an export, and the class in it."""
    form = draw(st.sampled_from(FORMS))
    people = draw(st.lists(st.tuples(_ids, _names, st.integers(1, 3)), min_size=1, max_size=5, unique_by=lambda one: one[0]))
    numbers = draw(st.permutations(range(101, 101 + len(people))))
    several = form in SEVERAL
    return form, [Learner(*one[:2], number, one[2] if several else 1) for one, number in zip(people, numbers, strict=True)]


@quick
@given(classes(), st.booleans(), st.booleans())
def test_every_file_of_a_well_formed_export_reaches_its_student(tmp_path_factory, made, is_around, is_said):
    """Equal names, ids that are parts of others, resubmissions, a folder around all: each attempt is kept, and the last one counts."""
    form, learners = made
    path = tmp_path_factory.mktemp("class")
    course = bare_course(path)
    files, times = export(form, learners)
    around = "PS1 download/" if is_around and (len(learners) > 1 or form != "folder") else ""
    source = put(path / "x.zip", zipped({around + n: c for n, c in files.items()}, {around + n: t for n, t in times.items()}))
    roster = put(path / "r.csv", "\n".join([HEADING, *(learner.row for learner in learners)]))
    found = list(collect(course, "ps1", source, form=form if is_said else None, roster=roster))
    assert kept(course) == {each.id: [work(each.id, number + 1) for number in range(each.attempts)] for each in learners}
    assert submitted(course) == {each.id: work(each.id, each.attempts) for each in learners}
    assert [receipt for receipt in found if not receipt.attempt] == []


def _without_someone(form, learners, files, draw):
    absent = draw(st.sampled_from(learners))
    return files, [learner for learner in learners if learner is not absent] or [Learner("zoe", "Zoe Z", 999)]


def _misspelt(form, learners, files, draw):
    name = draw(st.sampled_from(sorted(files)))
    top, slash, rest = name.partition("/")
    place = draw(st.integers(0, len(top)))
    return {f"{top[:place]}~{top[place:]}{slash}{rest}" if each == name else each: files[each] for each in files}, learners


def _without_a_file(form, learners, files, draw):
    gone = draw(st.sampled_from(sorted(files)))
    return {name: content for name, content in files.items() if name != gone}, learners


def _of_another_assignment(form, learners, files, draw):
    """The roster's numbers are shifted by one, as in Moodle's list of another assignment."""
    numbers = [learner.number for learner in learners]
    shifted = zip(learners, numbers[1:] + numbers[:1], strict=True)
    return files, [Learner(each.id, each.name, number) if form == "moodle" else each for each, number in shifted]


DAMAGES = (_without_someone, _misspelt, _without_a_file, _of_another_assignment)


@quick
@given(classes(), st.sampled_from(DAMAGES), st.data())
def test_of_a_damaged_export_nothing_goes_to_another(tmp_path_factory, made, damage, data):
    form, learners = made
    if damage is _of_another_assignment:  # two of one name cannot be told apart by the wrong list
        learners = [
            Learner(each.id, f"{each.name} {'IVX'[n % 3] * (n + 1)}", each.number, each.attempts)
            for n, each in enumerate(learners)
        ]
    path = tmp_path_factory.mktemp("class")
    course = bare_course(path)
    whole, _ = export(form, learners)
    files, on_list = damage(form, learners, whole, data.draw)
    roster = put(path / "r.csv", "\n".join([HEADING, *(learner.row for learner in on_list)]))
    try:
        found = list(collect(course, "ps1", put(path / "x.zip", zipped(files)), form=form, roster=roster))
    except CourseError as error:
        assert form == "gradescope" or not files, error  # its list is gone
        return
    reached = kept(course)
    assert all(content.split()[0].decode() == student for student, contents in reached.items() for content in contents)
    listed = {part for receipt in found if receipt.refused for part in receipt.origin.split(", ")}
    for name, content in files.items():
        top, is_work = name.partition("/")[0], name.endswith(".ipynb")
        student = content.split()[0].decode() if is_work else ""
        assert not is_work or content in reached.get(student, ()) or top in listed or name in listed


@quick
@given(classes(), st.data())
def test_of_a_damaged_archive_nothing_goes_to_another(tmp_path_factory, made, data):
    form, learners = made
    path = tmp_path_factory.mktemp("class")
    course = bare_course(path)
    content = bytearray(zipped(*export(form, learners)))
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    roster = put(path / "r.csv", "\n".join([HEADING, *(learner.row for learner in learners)]))
    with contextlib.suppress(CourseError):
        list(collect(course, "ps1", put(path / "x.zip", bytes(content)), form=form, roster=roster))
    own = {each.id: {work(each.id, number + 1) for number in range(each.attempts)} for each in learners}
    for student, contents in kept(course).items():
        others = set(itertools.chain.from_iterable(own[each] for each in own if each != student))
        assert not others.intersection(contents)
