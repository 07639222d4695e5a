"""What an answer uses that does not exist while it is graded. The desk refuses it, because the judge cannot run it."""

import ast
import contextlib
import dis
import functools
import linecache
import sys
import types
from collections.abc import Collection, Iterator
from typing import Any

import numpy as np

_OURS = "__main__"  # where a notebook's cells define things
_NAMED = ("LOAD_GLOBAL", "LOAD_NAME")


def absent_module(thing: object, modules: Collection[str]) -> str | None:
    """Find a module that an answer uses and that cannot be imported while it is graded.

    This looks at the names that the answer's code uses, at those of the notebook's own functions and classes among them, and at
    the imports in their cells. An import inside ``try`` or ``if`` is left alone: the answer may cope without it.

    Parameters
    ----------
    thing
        A function, or anything else.
    modules
        Top-level names of the modules that can be imported then, besides Python's own.

    Returns
    -------
    str or None
        The module's top-level name.
    """
    present = {*modules, *sys.stdlib_module_names, _OURS}
    seen: set[int] = set()
    waiting: list[object] = [thing]
    while waiting:
        each = waiting.pop()
        if id(each) in seen:
            continue
        seen.add(id(each))
        home = _home(each)
        if home not in present and home in sys.modules:  # a named tuple names one that does not exist
            return home
        if home == _OURS or isinstance(each, functools.partial):
            waiting += _parts(each)
        if isinstance(each, types.FunctionType) and home == _OURS:
            imported = [name for name in _imports(each.__code__.co_filename)[0] if name not in present]
            if imported:
                return imported[0]
    return None


def _home(thing: Any) -> str:
    """The top-level name of the module that something comes from."""
    if isinstance(thing, types.ModuleType):
        name = thing.__name__
    elif isinstance(thing, np.ufunc) and getattr(np, thing.__name__, None) is not thing:
        # A ufunc does not say where it comes from.
        # Not every module has a dictionary, and to ask for an attribute would load what some load only then.
        ours, held = sys.modules[_OURS], {name: getattr(module, "__dict__", {}) for name, module in list(sys.modules.items())}
        homes = (name for name, names in held.items() if names.get(thing.__name__) is thing and sys.modules[name] is not ours)
        name = next(homes, _OURS)
    else:
        name = getattr(thing, "__module__", None) or type(thing).__module__
    return str(name).partition(".")[0]


def _parts(thing: Any) -> Iterator[object]:
    """What something of the notebook's own is made of."""
    if isinstance(thing, types.MethodType):
        yield from (thing.__func__, thing.__self__)
    elif isinstance(thing, functools.partial):
        yield from (thing.func, *thing.args, *thing.keywords.values())
    elif isinstance(thing, types.FunctionType):
        optional = _imports(thing.__code__.co_filename)[1]
        names = {step.argval for code in _codes(thing.__code__) for step in dis.get_instructions(code) if step.opname in _NAMED}
        yield from (thing.__globals__[name] for name in names - optional if name in thing.__globals__)
        for cell in thing.__closure__ or ():
            with contextlib.suppress(ValueError):  # a cell that is not filled yet
                yield cell.cell_contents
    elif isinstance(thing, type):
        yield from (
            getattr(each, "__func__", each) for each in vars(thing).values() if callable(each) or hasattr(each, "__func__")
        )
        yield from thing.__bases__
    else:
        yield type(thing)
        yield from vars(thing).values() if hasattr(thing, "__dict__") else ()


def _codes(code: types.CodeType) -> Iterator[types.CodeType]:
    """A function's code, and that of the functions inside it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _codes(constant)


def _imports(filename: str) -> tuple[list[str], set[str]]:
    """As :func:`imports_in`, for the cell that Python knows by this name."""
    return imports_in("".join(linecache.getlines(filename)))


def imports_in(source: str) -> tuple[list[str], set[str]]:
    """The top-level names of the modules that a cell imports, and the names that it binds to modules which may be missing."""
    lines = ["" if line.lstrip().startswith(("%", "!")) else line for line in source.splitlines()]  # no Python
    try:
        tree = ast.parse("\n".join(lines))
    except SyntaxError:
        return [], set()
    needed: list[str] = []
    optional: set[str] = set()
    waiting: list[tuple[ast.AST, bool]] = [(tree, False)]
    while waiting:
        node, may_fail = waiting.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)) and may_fail:
            optional |= {(alias.asname or alias.name).partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.Import):
            needed += [alias.name.partition(".")[0] for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            needed.append(node.module.partition(".")[0])
        waiting += [(child, may_fail or isinstance(node, (ast.Try, ast.If))) for child in ast.iter_child_nodes(node)]
    return needed, optional
