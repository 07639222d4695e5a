"""Exports and lists as the platforms' own sources write them; the modules that read them name these sources."""

import codecs
import csv
import zipfile
from pathlib import Path

import pytest
from autograder.course import CourseError
from autograder.export import write_csv
from autograder.intake.collect import collect
from autograder.intake.roster import Person, read_roster
from autograder.pages.feedback import write_feedback
from autograder.pages.handback import write_archive
from rooms import Room
from uploads import bare_course, put, submitted, zipped


def gathered(tmp_path: Path, names: dict[str, bytes], people: str) -> tuple[dict[str, bytes], dict[str, str]]:
    """Who got what, and why the rest was refused; the form is told by the names."""
    course = bare_course(tmp_path)
    source, roster = put(tmp_path / "x.zip", zipped(names)), put(tmp_path / "r.csv", people)
    found = list(collect(course, "ps1", source, roster=roster))
    return submitted(course), {receipt.origin: receipt.refused for receipt in found if not receipt.attempt}


GRADEBOOK = 'Student,ID,SIS Login ID,Section\n"Van Dyke_2, Jo",7,jo,A\n"Doe, Jane",8,jane,A\n"विद्या, अ",9,vidya,A\n'


def test_canvas_keeps_letters_digits_and_underscores_of_names(tmp_path):
    files = {
        "vandyke_2jo_7_501_ps1.ipynb": b"jo",
        "doejane_LATE_8_502_hw_1_2_ps1.ipynb": b"jane",  # the student's own name for the file
        "विद्याअ_9_503_ps1-2.ipynb": b"vidya",
        "विद्याअ_9_504_notes_.txt": b"",
    }
    assert gathered(tmp_path, files, GRADEBOOK) == ({"jo": b"jo", "jane": b"jane", "vidya": b"vidya"}, {})


def test_canvas_numbers_the_copies_of_each_notebook(tmp_path):
    course = bare_course(tmp_path, "part1", "part2")
    names = ("part1-3.ipynb", "part2-0b9ff0a1-6a0c-4b1e-9f5e-2f6d3c1a7e55.ipynb")
    files = {f"doejane_8_{500 + n}_{name}": name[:5].encode() for n, name in enumerate(names)}
    list(collect(course, "ps1", put(tmp_path / "x.zip", zipped(files)), roster=put(tmp_path / "r.csv", GRADEBOOK)))
    assert [submitted(course, f"part{n}.ipynb") for n in (1, 2)] == [{"jane": b"part1"}, {"jane": b"part2"}]


@pytest.mark.parametrize("name", ["x_8_1_7_501_ps1.ipynb", "doejane_8_501_vandyke_2jo_7_502_ps1.ipynb"])
def test_a_name_on_canvas_cannot_hold_anothers_number(tmp_path, name):
    """That of a student, of which Canvas takes out "_8_" before the hyphen of "_8-_", or that of a file: they look the same."""
    got, refused = gathered(tmp_path, {name: b"?"}, GRADEBOOK)
    assert got == {} and "could be the student's" in refused[name]


def test_anonymous_work_of_canvas_is_no_ones_yet(tmp_path):
    files = {"anon_x1Yz2_501_ps1.ipynb": b"?", "LATE_anon_12345_502_ps1.ipynb": b"?", "anon_00008_8_9_ps1.ipynb": b"?"}
    got, refused = gathered(tmp_path, files, GRADEBOOK)
    assert got == {} and refused.keys() == files.keys()
    assert all("Canvas left the name out" in why for why in refused.values())


def test_each_member_of_a_group_gets_what_one_of_them_handed_in(tmp_path):
    """Canvas tells the number of one of them, Moodle the group's own, GitHub the team."""
    people = "id,name,lms_id,group\njo,Jo Li,7,Team A_1\njane,Jane Doe,8,Team A_1\nbo,Bo Li,9,\n"
    both = {"jo": b"we", "jane": b"we"}
    assert gathered(tmp_path, {"teama_1_7_501_ps1.ipynb": b"we", "libo_9_502_ps1.ipynb": b"bo"}, people) == (
        both | {"bo": b"bo"},
        {},
    )
    assert gathered(tmp_path, {"Team A 1_31_assignsubmission_file/ps1.ipynb": b"we"}, people) == (both, {})
    assert gathered(tmp_path, {"ps1-team-a-1/ps1.ipynb": b"we", "ps1-bo/ps1.ipynb": b"bo"}, people) == (
        both | {"bo": b"bo"},
        {},
    )


@pytest.mark.parametrize("name", ["Team A 1_9_assignsubmission_file/ps1.ipynb", "teama_1_9_501_ps1.ipynb"])
def test_who_is_called_like_a_group_does_not_hand_in_for_it(tmp_path, name):
    people = "id,name,lms_id,group\njo,Jo Li,7,Team A_1\nbo,Bo Li,9,\n"
    got, _ = gathered(tmp_path, {name: b"bo"}, people)
    assert got in ({}, {"bo": b"bo"})


def test_moodles_work_of_a_group_goes_by_the_worksheets_column(tmp_path):
    worksheet = (
        "Identifier,Full name,Email address,Status,Group,Grade,Maximum Grade\n"
        "Participant 7,Jo Li,jo@x.org,Submitted,Pair 1,,90\nParticipant 8,Bo Li,bo@x.org,Submitted,Pair 2,,90\n"
    )
    files = {"Pair 1_32_assignsubmission_file_/ps1.ipynb": b"1", "Pair 2_31_assignsubmission_file_/ps1.ipynb": b"2"}
    assert gathered(tmp_path, files, worksheet) == ({"jo@x.org": b"1", "bo@x.org": b"2"}, {})


def test_under_blind_marking_moodles_numbers_are_the_ids(tmp_path):
    """Neither names nor addresses are told; the archive has the word for "Participant" in the site's language."""
    worksheet = (
        "Identifier,Status,Grade,Maximum Grade,Last modified (grade)\nParticipant 7,Submitted,,90,-\nParticipant 8,No,,90,-\n"
    )
    files = {"Teilnehmerin_7_assignsubmission_file/ps1.ipynb": b"7", "Participant_9_assignsubmission_file/ps1.ipynb": b"9"}
    got, refused = gathered(tmp_path, files, worksheet)
    assert got == {"participant-7": b"7"}
    assert refused == {"Participant_9_assignsubmission_file": "number 9 is not in r.csv"}


def test_blackboards_text_is_read_in_any_language(tmp_path):
    start = "Tarea 1_jo_attempt_2026-11-20-18-00-00"
    text = "Nombre: Jo Li (jo)\nAsignación: Tarea 1\nFecha de envío: viernes\nCalificación actual: (bo)\n".encode()
    assert gathered(tmp_path, {f"{start}.txt": text, f"{start}_ps1.ipynb": b"jo"}, "id\njo\nbo\n") == ({"jo": b"jo"}, {})


ADA = Person("ada", "Ada Lovelace", "ada@x.org")


@pytest.mark.parametrize(
    ("content", "person"),
    [
        (  # with the settings for semicolons, a mark, and first and last names; a row says which columns are hidden
            codecs.BOM_UTF8 + b"LastName;FirstName;ID;SIS User ID;SIS Login ID;Section;ps1 (9)\n;;;;;;Manual Posting\n"
            b"    Points Possible;;;;;;90,00\nLovelace;Ada;7;s-1;ada;A;12,50\nStudent;Test;9;;f00;A;\n",
            Person("ada", "Ada Lovelace", "", "7", "", "A"),
        ),
        (  # Blackboard's Grade Center
            '"Last Name"\t"First Name"\t"Username"\t"Student ID"\t"Availability"\t"ps1 [Total Pts: 90] |1"\r\n'
            '"Lovelace"\t"Ada"\t"ada"\t"77"\t"Yes"\t""\r\n'.encode("utf-16"),
            Person("ada", "Ada Lovelace"),
        ),
        (
            b"First Name,Last Name,SID,Email,Role,Sections\nAda,Lovelace,ada,ada@x.org,Student,A\nJo,Li,1,j@x.org,Instructor,\n"
            b"Bo,Li,2,b@x.org,TA,\n",
            Person("ada", "Ada Lovelace", "ada@x.org", section="A"),
        ),
        (
            b'"identifier","github_username","github_id","name","group_name"\n"ada","ada-l","405","Ada Lovelace","team-1"\n',
            Person("ada", "Ada Lovelace", github="ada-l", group="team-1"),
        ),
    ],
)
def test_lists_are_read_as_the_platforms_write_them(tmp_path, content, person):
    assert read_roster(put(tmp_path / "r.csv", content)).people == [person]


def test_a_worksheet_in_another_language_is_named(tmp_path):
    text = "ID,Vollständiger Name,E-Mail-Adresse,Bewertung\nTeilnehmer/in 7,Ada Lovelace,ada@x.org,\n"
    with pytest.raises(CourseError, match="set your Moodle to English"):
        read_roster(put(tmp_path / "r.csv", text))


@pytest.fixture
def room(tmp_path) -> Room:
    return Room.build(tmp_path)


def test_canvas_can_import_what_is_written_for_it(room):
    """As lib/gradebook_importer.rb finds its columns: by their place. An empty cell would delete; a mark would be illegal quoting."""
    room.graded("ada")
    room.rejected("bob")
    roster = put(
        room.path / "canvas.csv",
        "LastName,FirstName,ID,SIS User ID,SIS Login ID,Integration ID,Root Account,Section,Notes,ps1 (4711),Final Score\n"
        "    Points Possible,,,,,,,,,30,(read only)\nLovelace,Ada,501,s-1,ada,i,x.edu,A,,12,\nWho,Bob,502,s-2,bob,i,x.edu,A,,EX,\n",
    )
    path = write_csv(room.course, ["ps1"], room.path / "out.csv", "canvas", roster)
    assert path.read_bytes().startswith(b'"LastName","FirstName","ID",')
    with open(path, encoding="utf-8", newline="") as file:
        table = list(csv.reader(file))
    heading = ["LastName", "FirstName", "ID", "SIS User ID", "SIS Login ID", "Integration ID", "Root Account", "Section"]
    assert table == [
        [*heading, "ps1 (4711)"],
        ["    Points Possible", *[""] * 7, "30.0"],
        ["Lovelace", "Ada", "501", "s-1", "ada", "i", "x.edu", "A", "25.0"],
        ["Who", "Bob", "502", "s-2", "bob", "i", "x.edu", "A", "EX"],
    ]


def test_a_grade_that_moodle_would_skip_is_named(room):
    """As process_import_grades does with all that is out of range, such as extra credit."""
    room.graded("ada")
    worksheet = "Identifier,Email address,Grade,Maximum grade,Last modified (grade)\nParticipant 7,ada,,{},-\n"
    for most, expected in (("24,99", None), ("25.00", 25.0), ("Good", 25.0)):
        roster = put(room.path / "w.csv", worksheet.format(f'"{most}"'))
        if expected is None:
            with pytest.raises(CourseError, match=r"ada: more points than the 24\.99 .* Moodle skips"):
                write_csv(room.course, ["ps1"], room.path / "out.csv", "moodle", roster)
        else:
            path = write_csv(room.course, ["ps1"], room.path / "out.csv", "moodle", roster)
            assert f'"Participant 7","ada",{expected},' in path.read_text("utf-8-sig")


def test_feedback_for_moodle_goes_by_this_assignments_numbers(room):
    """Moodle reads the number between the first two underscores, and nothing else: another one is another student."""
    room.graded("ada")
    pages = write_feedback(room.course, "ps1")
    path = room.path / "feedback.zip"
    put(room.path / "roster.csv", "id,name,email,lms_id\nada,Ada_5_O'King,ada@x.org,77\n")
    assert zipfile.ZipFile(write_archive(room.course, "ps1", pages, path, "moodle")).namelist() == [
        "Ada 5 O King_77_assignsubmission_file_/ps1.html"
    ]
    worksheet = put(room.path / "w.csv", "Identifier,Full name,Email address\nParticipant 105,Ada King,ada@x.org\n")
    upload = put(room.path / "x.zip", zipped({"Ada King_105_assignsubmission_file_/ps1.ipynb": b"{}"}))
    list(collect(room.course, "ps1", upload, roster=worksheet))
    with pytest.raises(CourseError, match=r"ada: handed in under another Moodle number than the one in roster\.csv"):
        write_archive(room.course, "ps1", pages, path, "moodle")
    archive = zipfile.ZipFile(write_archive(room.course, "ps1", pages, path, "moodle", worksheet))
    assert archive.namelist() == ["Ada King_105_assignsubmission_file_/ps1.html"]
