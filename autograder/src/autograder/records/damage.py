"""Whether a gradebook is damaged: its file, as SQLite sees it, and its content, as nbgrader needs it."""

import contextlib
import sqlite3
from pathlib import Path

from nbgrader.api import Base
from sqlalchemy import create_engine

# Assignments belong to a course that nbgrader does not always enter.
_ASTRAY = "SELECT \"table\", parent FROM pragma_foreign_key_check WHERE parent != 'course' LIMIT 1"
_CODES = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)


def means_damage(error: BaseException | None) -> bool:
    """Whether an error of SQLite says that the file is damaged. The last eight bits are the kind, the others say where."""
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF in _CODES


def damage_of_file(path: Path) -> str | None:
    """What is wrong with a database's file; None if nothing is.

    Raises
    ------
    sqlite3.Error
        If it cannot be read for another reason.
    """
    try:
        found = _asked(path, "PRAGMA quick_check(1)")
    except UnicodeDecodeError:  # Python fails on SQLite's message, which quotes it
        return "it holds names that are no text"
    except sqlite3.Error as error:
        if not means_damage(error):
            raise
        return str(error)
    return None if found is None or found[0] == "ok" else str(found[0]).strip()


def _asked(path: Path, question: str) -> tuple[object, ...] | None:
    """The first row of SQLite's answer, if there is one."""
    with contextlib.closing(sqlite3.connect(path)) as database:
        database.text_factory = lambda text: text.decode(errors="backslashreplace")  # an answer may quote what was found
        row: tuple[object, ...] | None = database.execute(question).fetchone()
        return row


def damage_of_content(path: Path) -> str | None:
    """What is wrong in a gradebook that can be opened, for an error that this may explain.

    An index or a row does not fit the others, a column holds another kind of value, or names no class of nbgrader's.
    """
    engine = create_engine(f"sqlite:///{path}")
    kinds = {
        (mapper.local_table.name, mapper.polymorphic_on.name): set(mapper.polymorphic_map)
        for mapper in Base.registry.mappers
        if mapper.polymorphic_on is not None
    }
    try:
        found = _asked(path, "PRAGMA integrity_check(1)")
        if found is not None and found[0] != "ok":
            return str(found[0]).strip()
        if (astray := _asked(path, _ASTRAY)) is not None:
            return f"a row of {astray[0]} belongs to none of {astray[1]}"
        with engine.connect() as connection:
            for table in Base.metadata.sorted_tables:
                for row in connection.execute(table.select()):
                    for column, value in zip(table.columns, row, strict=True):
                        kind = (int, float) if column.type.python_type is float else column.type.python_type
                        known = kinds.get((table.name, column.name), {value})
                        if value is not None and not (isinstance(value, kind) and value in known):
                            return f"{ascii(value)[:40]} is in {table.name}.{column.name}"
    except Exception as error:  # whatever SQLite and SQLAlchemy make of it
        return str(getattr(error, "orig", None) or error).splitlines()[0]
    finally:
        engine.dispose()
    return None
