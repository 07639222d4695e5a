"""Find out what is wrong with a notebook and with what is installed, and repair the notebook.

``python -m unroll.doctor NOTEBOOK.ipynb`` does what ``check.doctor()`` does in a cell; with ``--all`` it also runs the notebook as
it will be graded, as ``check.all()`` does.

Editors and mail programmes drop what a notebook's cells are known by. The grader finds them again by their text and their place;
this writes the same into the student's own file, with everything that the student wrote.
"""

import argparse
import copy
import json
import re
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from unroll import showing
from unroll.checks import finding
from unroll.checks.absent import imports_in
from unroll.checks.rebuilding import grade_id_of, is_theirs, woven
from unroll.checks.rehearsal import rehearse
from unroll.checks.saved_notebook import NoNotebook, Release, SavedNotebook, joined, read, release_of, saved_notebook
from unroll.checks.version import version_in

_OLDEST = (3, 11)
_IN_THE_BROWSER = (
    "In the browser this notebook has no file that could be looked at. File, Download saves it; where unroll is installed, run in a "
    "terminal: python -m unroll.doctor NOTEBOOK.ipynb"
)


def doctor(path: Path | None = None) -> list[str]:
    """Look at a notebook, by default the one that this runs in, and repair its file; gives a sentence for each finding."""
    if sys.platform == "emscripten":
        return [_IN_THE_BROWSER]
    found = list(_installation())
    try:
        notebook = read(path) if path else saved_notebook()
        release = release_of(notebook)
    except NoNotebook as error:
        return [*found, str(error)]
    found += _about_the_release(notebook, release)
    found += _foreign(notebook, release)
    return [*found, *_repair(notebook, release)]


def _installation() -> Iterator[str]:
    """What is wrong with this Python and its packages."""
    if sys.version_info < _OLDEST:
        yield f"This is Python {sys.version.split()[0]}; the course needs {'.'.join(map(str, _OLDEST))} or later."
    try:
        needed = metadata.requires("unroll-course") or []
    except metadata.PackageNotFoundError:
        yield "unroll was not installed with pip, so its version is not known."
        return
    for line in needed:
        name, _, least = line.partition(">=")
        try:
            version = metadata.version(name.strip())
        except metadata.PackageNotFoundError:
            yield f'{name} is not installed. Run in a terminal: pip install "{line}"'
            continue
        if least and _number(version) < _number(least):
            yield f'{name} is in version {version}, which is too old. Run in a terminal: pip install "{line}"'


def _number(version: str) -> tuple[int, ...]:
    """The first numbers of a version."""
    return tuple(map(int, re.findall(r"\d+", version)[:3]))


def _about_the_release(notebook: SavedNotebook, release: Release) -> Iterator[str]:
    packaged = finding.packaged_files().get(release.public.name)
    if packaged and finding.loaded(packaged).release != release.cases.release:
        yield (
            f"{release.public.name} next to the notebook and the installed unroll are from different releases. Get the assignment "
            "again, or reinstall unroll, whichever is older."
        )
    if notebook.name != release.name and notebook.path:
        yield f"The file is named {notebook.path.name}. Hand it in as {release.name}.ipynb."


def _foreign(notebook: SavedNotebook, release: Release) -> Iterator[str]:
    """Packages that the notebook imports and that are not installed here, or do not exist where it is graded."""
    present = {*(release.cases.modules or ()), *sys.stdlib_module_names}
    seen = set()
    for cell in notebook.cells:
        for name in imports_in(cell["source"])[0] if cell["cell_type"] == "code" else ():
            if name in seen:
                continue
            seen.add(name)
            if find_spec(name) is None:
                yield f"{name} is imported and not installed here."
            elif release.cases.modules is not None and name not in present:
                yield f"{name} does not exist where this is graded; remove the import, or keep it out of the cells that are graded."


def _repair(notebook: SavedNotebook, release: Release) -> list[str]:
    """Write the notebook as the grader would see it, if that is another; the old file stays beside it."""
    content, changes = repaired(notebook, release)
    if not changes:
        return []
    if notebook.path is None:
        return [*changes, "The grader will put this right by itself."]
    kept = notebook.path.with_name(f"{notebook.path.stem}.before.ipynb")
    shutil.copyfile(notebook.path, kept)
    notebook.path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", "utf-8")
    return [
        *changes,
        f"{notebook.path.name} is repaired; what it was is in {kept.name}. If it is open, reload it from the disk before you save.",
    ]


def repaired(notebook: SavedNotebook, release: Release) -> tuple[dict[str, Any], list[str]]:
    """The notebook with the release's cells in their order and under their names, and a sentence for each that was changed.

    Texts, outputs and cells of the student's stay.
    """
    source, cells = release.content["cells"], notebook.content["cells"]
    content = {**notebook.content, "cells": [], "nbformat_minor": max(5, notebook.content.get("nbformat_minor", 0))}
    changes = []
    taken = {cell["id"] for cell in source}
    for place, number in woven(source, notebook.cells):
        if place is None:
            own = copy.deepcopy(cells[number or 0])
            if own.get("id", "") in taken or not own.get("id"):
                own["id"] = f"own-{number}"
            taken.add(own["id"])
            own.get("metadata", {}).pop("nbgrader", None)
            content["cells"].append(own)
            continue
        ours = copy.deepcopy(source[place])
        name = grade_id_of(ours)
        if number is None:
            changes += [f"The cell {name} was missing; it is as it was given out."] if name else []
            content["cells"].append(ours)
            continue
        theirs = cells[number]
        text = joined(theirs["source"])
        if is_theirs(ours):
            ours["source"] = text
        elif text.strip() != ours["source"].strip():
            changes.append(f"The test cell {name} had been changed; it is as it was given out.")
        if name and grade_id_of({"metadata": theirs.get("metadata") or {}}) != name:
            changes.append(f"The cell {name} had lost its name.")
        if ours["cell_type"] == theirs["cell_type"]:
            ours |= {key: theirs[key] for key in ("outputs", "execution_count", "attachments") if key in theirs}
        content["cells"].append(ours)
    now, before = version_in(release.content["metadata"]), version_in(content.get("metadata"))
    if now:
        content["metadata"] = {**content.get("metadata", {}), **now.as_metadata()}
    if now and before and before.number < now.number:
        changes.append(f"It was made from {before}; its cells are those of {now} now.")
    return content, changes


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m unroll.doctor", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("notebook", type=Path)
    parser.add_argument("--all", action="store_true", help="also run it as it will be graded")
    chosen = parser.parse_args()
    found = doctor(chosen.notebook)
    print("\n".join(found or [ALL_WELL]))
    if chosen.all:
        print(rehearse(read(chosen.notebook)).shown()[0])
    sys.exit(bool(found))


ALL_WELL = "Nothing is wrong with this notebook and with what is installed."


def show() -> None:
    """What ``check.doctor()`` shows."""
    found = doctor()
    text = "\n".join(found or [ALL_WELL])
    showing.show(text, showing.lines(text))


if __name__ == "__main__":
    main()
