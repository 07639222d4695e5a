"""GitHub's workflows are well formed, and give students' code nothing to take."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from autograder.cli import app

ROOT = Path(__file__).parent.parent
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
by_name = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def workflow(name: str) -> dict:
    return yaml.safe_load((ROOT / ".github" / "workflows" / name).read_text())


def steps(content: dict) -> list[dict]:
    return [step for job in content["jobs"].values() for step in job["steps"]]


def test_they_have_githubs_form():
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert len(WORKFLOWS) == 3 and done.returncode == 0, done.stdout + done.stderr


@by_name
def test_each_may_only_read_and_has_no_secret(path):
    content = yaml.safe_load(path.read_text())
    assert content["permissions"] == {"contents": "read"}
    assert not re.search(r"\bsecrets\b\s*[.\[]|secrets: *inherit|pull_request_target", path.read_text())


@by_name
def test_actions_are_pinned_and_checkouts_leave_no_token(path):
    used = re.findall(r"uses: (.+)", path.read_text())
    assert used and [line for line in used if not re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40}  # v[\d.]+", line)] == []
    checkouts = [step for step in steps(yaml.safe_load(path.read_text())) if "actions/checkout@" in step.get("uses", "")]
    assert checkouts and all(step["with"]["persist-credentials"] is False for step in checkouts)


@by_name
def test_what_someone_types_is_no_part_of_a_script(path):
    scripts = [step["run"] for step in steps(yaml.safe_load(path.read_text())) if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


def test_only_a_private_repository_reaches_the_runner():
    jobs = workflow("autograde.yml")["jobs"]
    grade, gate = jobs["grade"], jobs["private"]
    assert (grade["needs"], grade["if"]) == ("private", "github.event.repository.visibility == 'private'")
    assert gate["runs-on"] == "ubuntu-latest" and gate["steps"][0]["if"] == "github.event.repository.visibility != 'private'"
    assert "exit 1" in gate["steps"][0]["run"]
    assert [name for name, job in jobs.items() if "self-hosted" in job["runs-on"]] == ["grade"]


def test_nothing_of_the_submissions_reaches_githubs_log_or_leaves_unencrypted():
    grading = steps(workflow("autograde.yml"))
    loud = [line for step in grading for line in step.get("run", "").splitlines() if "bin/autograder" in line]
    assert len(loud) == 5
    assert [line for line in loud if "> course/" not in line] == [".venv/bin/autograder doctor"]
    (upload,) = (step for step in grading if "upload-artifact" in step.get("uses", ""))
    (encrypt,) = (step for step in grading if step.get("run", "").startswith("age --recipient"))
    assert upload["with"]["path"] == "${{ runner.temp }}/feedback.zip.age"
    assert "$RUNNER_TEMP/feedback.zip.age" in encrypt["run"]


def test_each_command_of_the_grading_job_and_the_guides_exists():
    named = [path.read_text() for path in (*WORKFLOWS, *(ROOT / "autograder" / "guides").glob("*.md"))]
    commands = {command for text in named for command in re.findall(r"(?:bin/|`)autograder ([a-z]+)", text)}
    defined = {command.callback.__name__ for command in app.registered_commands}
    assert {"doctor", "collect", "grade", "cluster"} <= commands <= defined
