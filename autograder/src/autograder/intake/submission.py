"""Read what a student handed in, without trusting any of it."""

import codecs
import hashlib
import json
import os
import re
import stat
import threading
import warnings
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.utils import parse_utc
from unroll.checks.sentences import joined, said
from unroll.checks.version import Version, version_in

from autograder.course import is_ignored
from autograder.intake.regular_file import PATH_BYTES, read_within, walk
from autograder.names import OF_TOOLS
from autograder.transcript import Remark
from autograder.wording import named

NOTEBOOK_BYTES = 50 << 20  # nearly all of a large one is output, which is not kept
FILES_BYTES = 50 << 20
FILES_COUNT = 500
STAMP_BYTES = 1 << 16  # of timestamp.txt
_STAMP_LONG = 100  # characters of a time
_YEAR, _PATH = re.compile(r"\d{4}"), re.compile(r"(?<!\w)/|\.\.")
_FOLDERS_DEEP = 40
_NAME = 60  # characters of the name of what was left out
_DEPTH = 40  # of JSON
_CELLS = 5_000
_NODES = 500_000  # JSON values, not counting outputs, which are not read


_VERSION = re.compile(rb'"unroll"\s*:\s*\{\s*"release"\s*:\s*"([0-9a-z -]{1,30})"')
_quiet = threading.Lock()


class Rejected(Exception):
    """A submission cannot be graded as it is; the message is for the student and the instructor."""


@dataclass(frozen=True)
class Submission:
    """The readable parts of a submission.

    Parameters
    ----------
    student, assignment
        Whose it is, and for which assignment.
    folder
        Its folder.
    timestamp
        When it was handed in (UTC), if a receipt says so.
    stamp
        What that receipt, ``timestamp.txt``, says.
    notebooks
        The readable notebooks by name, without ``.ipynb``.
    problems
        Why each other notebook could not be read.
    missing
        The names among them without a file.
    files
        The other files, by path inside the folder.
    digest
        Digest of the whole submission.
    remarks
        What was left out or is not what it should be, in sentences for the student and the instructor.
    """

    student: str
    assignment: str
    folder: Path
    timestamp: datetime | None
    notebooks: dict[str, NotebookNode]
    problems: dict[str, str]
    files: dict[str, bytes] = field(repr=False)
    digest: str = ""
    missing: frozenset[str] = frozenset()
    remarks: dict[Remark, str] = field(default_factory=dict)
    stamp: bytes | None = None

    @property
    def damaged(self) -> list[str]:
        """What is wrong with the notebooks that exist but could not be read."""
        return [why for name, why in self.problems.items() if name not in self.missing]


def read_submission(
    folder: Path,
    student: str,
    assignment: str,
    wanted: list[str],
    replaced: Container[str] = (),
    ignore: Sequence[str] = (),
) -> Submission:
    """Read the notebooks that are `wanted` (by name) and the other files of a submission.

    Links, devices and pipes are left out, and so are folders that tools make, such as ``venv`` and ``.git``; nothing is executed.

    Parameters
    ----------
    replaced
        Files that the instructor's replace anyway, by their path: they are neither kept nor counted.
    ignore
        Patterns of names of files and folders that nbgrader leaves out: ``c.CourseDirectory.ignore``.

    Raises
    ------
    Rejected
        If the folder contains more than any honest submission.
    OSError
        If something in it cannot be read.
    """
    digest = hashlib.sha256()
    notebooks, problems, files, total = {}, {}, {}, 0
    timestamp, stamp, missing, left_out, remarks = None, None, set(), set[str](), dict[Remark, str]()
    for name, content in _regular_files(folder, replaced, ignore, left_out):
        digest.update(f"{name!r} {len(content) if content is not None else -1}\n".encode())
        digest.update(content or b"")
        if name == "timestamp.txt":
            stamp, timestamp = content, parse_timestamp(content or b"")
            if timestamp is None:
                wrong = said("timestamp.txt is too large")
                if content is not None:
                    says = ascii(content[:40].decode(errors="replace"))
                    wrong = said("timestamp.txt says %(text)s, which is no time", text=says)
                remarks[Remark.NO_TIME] = joined([wrong, said("no lateness was counted")])
        elif name.endswith(".ipynb"):
            stem = name.removesuffix(".ipynb")
            if stem in wanted:
                try:
                    notebooks[stem] = notebook = parse_notebook(content)
                    if language := notebook.metadata.get("language"):
                        theirs = {"file": name, "language": language}
                        sentence = said("%(file)s was written in %(language)s, but it was run as Python", **theirs)
                        remarks[Remark.OTHER_LANGUAGE] = sentence
                except Rejected as error:
                    problems[stem] = said("%(file)s.ipynb %(problem)s", file=stem, problem=error)
        elif content is None and name not in replaced:
            left_out.add(f"{name[:_NAME]!a} (larger than {NOTEBOOK_BYTES >> 20} MB)")
        elif content is not None and name not in replaced:
            files[name] = content
            total += len(content)
        if total > FILES_BYTES or len(files) > FILES_COUNT:
            most = {"count": FILES_COUNT, "size": FILES_BYTES >> 20}
            raise Rejected(said("more than %(count)s files, or more than %(size)s MB of them", **most))
    for name in wanted:
        if name not in notebooks and name not in problems:
            if os.path.lexists(folder / f"{name}.ipynb"):
                problems[name] = said(
                    "%(file)s.ipynb %(problem)s", file=name, problem=said("is a link or a device, not a file")
                )
                continue
            others = [p.name for p in folder.glob("*.ipynb") if p.stem not in wanted]
            problem = said("is missing")
            if others:
                problem = joined([problem, said("there is %(file)s instead", file=repr(others[0]))])
            problems[name] = said("%(file)s.ipynb %(problem)s", file=name, problem=problem)
            missing.add(name)
    if left_out:
        remarks[Remark.LEFT_OUT] = said("left out: %(what)s", what=named(sorted(left_out)))
    return Submission(
        student,
        assignment,
        folder,
        timestamp,
        notebooks,
        problems,
        files,
        digest.hexdigest(),
        frozenset(missing),
        remarks,
        stamp,
    )


def _regular_files(
    folder: Path, free: Container[str], ignore: Sequence[str], left_out: set[str]
) -> Iterator[tuple[str, bytes | None]]:
    """Yield every regular file below, sorted, with its content, or None for content that is too large.

    Those in `free` do not count; those that match `ignore` are left out, but for notebooks and the timestamp. What else is left out is
    put into `left_out`: the names of folders that tools made, and links and devices. Everything is opened by descriptor from the
    folder that holds it, so that a link put there in the meantime is not followed.

    Raises
    ------
    Rejected
        If there are too many files or folders, folders are too deep, or paths too long.
    OSError
        If something cannot be read.
    """
    count = 0
    for parent, folders, names, here in walk(folder):
        left_out |= OF_TOOLS.intersection(folders)
        folders[:] = sorted(name for name in set(folders) - OF_TOOLS if not is_ignored(name, ignore))
        inside = Path(parent).relative_to(folder)
        if len(inside.parts) > _FOLDERS_DEEP:
            raise Rejected(said("folders inside folders, more than %(depth)s deep", depth=_FOLDERS_DEEP))
        for name in ["", *sorted(names)]:  # the folder itself counts too
            path = str(inside / name)
            count += path not in free
            if count > 2 * FILES_COUNT:
                raise Rejected(said("more than %(count)s files and folders", count=2 * FILES_COUNT))
            if len(os.fsencode(path)) > PATH_BYTES:
                long = {"size": f"{PATH_BYTES:,}", "path": f"{path[:_NAME]!a}…"}
                raise Rejected(said("a path of more than %(size)s bytes: %(path)s", **long))
            if not name or (is_ignored(name, ignore) and not name.endswith((".ipynb", "timestamp.txt"))):
                continue
            if stat.S_ISREG(os.lstat(name, dir_fd=here).st_mode):
                yield path, read_within(name, STAMP_BYTES if path == "timestamp.txt" else NOTEBOOK_BYTES, here)
            else:
                left_out.add(f"{path[:_NAME]!a} (a link or a device)")


def parse_timestamp(content: bytes) -> datetime | None:
    """Read what ``timestamp.txt`` says, as nbgrader does (UTC, without a time zone); None if it is no time.

    What has no year would be read as a time of today's year or week, and what has a path in the place of a time zone opens that file.
    """
    try:
        text = content.decode("utf-8-sig").strip()
        return None if len(text) > _STAMP_LONG or not _YEAR.search(text) or _PATH.search(text) else parse_utc(text)
    except (ValueError, OverflowError, UnicodeDecodeError):
        return None


def version_said(content: bytes) -> Version | None:
    """The release that a notebook's file names, without parsing it: in a text, these quotation marks would be escaped."""
    found = _VERSION.search(content)
    return version_in({"unroll": {"release": found[1].decode()}}) if found else None


def parse_notebook(content: bytes | None) -> NotebookNode:
    """Parse a notebook file into nbformat 4. Of its metadata are kept the ``language``, if it is not Python, and the release's version.

    Raises
    ------
    Rejected
        If it is not a notebook; the message continues the file's name.
    """
    if content is None:
        raise Rejected(said("is larger than %(size)s MB", size=NOTEBOOK_BYTES >> 20))
    if not content.strip():
        raise Rejected(said("is empty"))
    try:
        text = content.decode("utf-16" if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) else "utf-8-sig")
        raw = json.loads(text)
        _bound(raw)
        # Lone surrogates cannot be written to a file or to the gradebook.
        text = json.dumps(raw, ensure_ascii=False).encode("utf-8", "replace").decode()
        # About cell ids, which are ours to give. Warning filters belong to the whole process: one thread at a time.
        with _quiet, warnings.catch_warnings(action="ignore"):
            notebook = nbformat.reads(text, as_version=4)
        cells, metadata = [_plain_cell(cell) for cell in notebook.cells], _language(notebook)
        if version := version_in(notebook.metadata):
            metadata |= version.as_metadata()
    except json.JSONDecodeError as error:
        broken = {"line": error.lineno, "error": error.msg}
        raise Rejected(said("is not a notebook: line %(line)s: %(error)s", **broken)) from error
    except UnicodeDecodeError as error:
        raise Rejected(said("is not a notebook: byte %(place)s is not UTF-8 text", place=error.start)) from error
    except RecursionError as error:
        raise Rejected(said("is not a notebook: it is nested too deeply")) from error
    except Rejected:
        raise
    except Exception as error:  # nbformat may raise anything for hostile structures
        why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        raise Rejected(said("is not a notebook: %(error)s", error=why)) from error
    return nbformat.from_dict({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})


def _language(notebook: NotebookNode) -> dict[str, Any]:
    """The language, if it is not Python: the kernel's, or else what the editor wrote."""
    for block, key in (("kernelspec", "language"), ("language_info", "name")):
        found = notebook.metadata.get(block)
        language = found.get(key) if isinstance(found, dict) else None
        if isinstance(language, str) and language.strip():
            return {} if language.strip().lower().startswith("python") else {"language": language.strip()[:40]}
    return {}


def _bound(raw) -> None:
    """Remove outputs, then refuse anything that would cost nbformat more memory and time than an honest notebook.

    Cells without metadata, which the format asks for, get empty ones.
    """
    if not isinstance(raw, dict) or type(raw.get("nbformat")) is not int:
        raise Rejected(said("is not a notebook: it has no nbformat number"))
    cells = raw.get("cells")
    if isinstance(cells, list):
        if len(cells) > _CELLS:
            raise Rejected(said("has more than %(count)s cells", count=f"{_CELLS:,}"))
        for cell in cells:
            if isinstance(cell, dict):
                cell.setdefault("metadata", {})
                if "outputs" in cell or cell.get("cell_type") == "code":
                    cell["outputs"] = []
    if isinstance(metadata := raw.setdefault("metadata", {}), dict):
        metadata.pop("widgets", None)  # the state of what is shown in outputs
    level, depth, count = [raw], 0, 0
    while level:
        count += len(level)
        if depth > _DEPTH:
            raise Rejected(said("is not a notebook: it is nested too deeply"))
        if count > _NODES:
            raise Rejected(said("is not a notebook: it contains more than %(count)s values", count=f"{_NODES:,}"))
        containers = [value.values() if isinstance(value, dict) else value for value in level if isinstance(value, dict | list)]
        level, depth = [child for children in containers for child in children], depth + 1


def _plain_cell(cell) -> dict:
    """Keep only what rebuilding needs: type, source, id, grade id, attachments."""
    kind, source = cell["cell_type"], cell["source"]
    if kind not in ("code", "markdown", "raw") or not isinstance(source, str):
        raise Rejected(said("is not a notebook: a cell has no type or no source"))
    source = source.replace("\r\n", "\n")
    plain = {"cell_type": kind, "source": source, "metadata": {}, "id": str(cell.get("id", ""))[:64]}
    grader = cell.get("metadata", {}).get("nbgrader")
    grade_id = grader.get("grade_id") if isinstance(grader, dict) else None
    if isinstance(grade_id, str):
        plain["metadata"]["grade_id"] = grade_id
    attachments = cell.get("attachments")
    if isinstance(attachments, dict) and all(map(_is_bundle, attachments.values())):
        plain["attachments"] = attachments
    return plain


def _is_bundle(value) -> bool:
    return isinstance(value, dict) and all(isinstance(content, str) for content in value.values())
