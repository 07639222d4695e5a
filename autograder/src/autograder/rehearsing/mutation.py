"""Mutants of a check's reference: its source with one thing changed, as a function to be tried at once.

Mutation libraries (mutmut, cosmic-ray) rewrite files and start a test run for each mutant. Here a mutant is compiled from
the few definitions of the judge that the reference uses, and called.
"""

import ast
import inspect
import types
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

import numpy as np

from autograder.check import Check
from autograder.judging.judge import Judge

_T = TypeVar("_T")

_REFERENCE = "_mutated_reference"
_CONTEXT = 16  # characters to show beside what has changed
_OPERATORS: dict[type, tuple[type, ...]] = {
    ast.Add: (ast.Sub,), ast.Sub: (ast.Add,), ast.Mult: (ast.Div,), ast.Div: (ast.Mult,), ast.MatMult: (ast.Mult,),
    ast.Pow: (ast.Mult,), ast.FloorDiv: (ast.Mod,), ast.Mod: (ast.FloorDiv,), ast.BitAnd: (ast.BitOr,), ast.BitOr: (ast.BitAnd,),
    ast.Lt: (ast.LtE, ast.Gt), ast.LtE: (ast.Lt, ast.GtE), ast.Gt: (ast.GtE, ast.Lt), ast.GtE: (ast.Gt, ast.LtE),
    ast.Eq: (ast.NotEq,), ast.NotEq: (ast.Eq,), ast.In: (ast.NotIn,), ast.NotIn: (ast.In,), ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
}  # fmt: skip
_INSTEAD = {
    "max": ("min",), "min": ("max",), "maximum": ("minimum",), "minimum": ("maximum",), "argmax": ("argmin",),
    "argmin": ("argmax",), "sum": ("mean", "max"), "mean": ("sum",), "any": ("all",), "all": ("any",), "exp": ("exp2",),
    "log": ("log2", "log1p"), "tanh": ("sin",), "zeros": ("ones",), "zeros_like": ("ones_like",), "ones_like": ("zeros_like",),
    "cumsum": ("cumprod",), "argsort": ("argmax",), "less": ("less_equal",), "less_equal": ("less",), "concatenate": ("stack",),
}  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A reference in which one thing is changed.

    Parameters
    ----------
    change
        What was there, and what stands there now. Equal changes at several places have the same text.
    function
        To be called as the reference is.
    unusable
        Gives the reference with something that fails when it is used, in the place of what is changed, and of each expression
        around that. Where one of these is right as well, the place does not matter to this check.
    """

    change: str
    function: Callable
    unusable: Callable[[], Iterator[Callable]] = lambda: iter(())


class _Unusable:
    def _fail(self, *_):
        raise TypeError("this value is not used")

    __bool__ = __lt__ = __iter__ = __index__ = __call__ = _fail

    def __eq__(self, other: object) -> bool:
        self._fail()
        return False

    def __hash__(self) -> int:
        self._fail()
        return 0


def mutants(judge: Judge, check: Check) -> Iterator[Mutant]:
    """All mutants of a check's reference: of its source, and of what it returns."""
    yield from _mutants_of_source(judge, check)
    questions = [] if check.facts else check.questions(np.random.default_rng(0))  # facts about a model are no arrays
    for change, spoil in _SPOILS.items():
        if any(_to_all(spoil, question.expected) is not None for question in questions):
            yield Mutant(change, _spoiled(check.solution, spoil))


def spread(every: Sequence[_T], most: int) -> list[_T]:
    """At most so many of them, from the first to the last."""
    some = min(most, len(every))
    return [every[number * len(every) // some] for number in range(some)]


def _mutants_of_source(judge: Judge, check: Check) -> Iterator[Mutant]:
    reference = inspect.unwrap(check.solution)
    if not isinstance(reference, types.FunctionType) or reference.__code__.co_filename != str(judge.path):
        return  # it is not written out in the judge
    module = ast.Module(_used_by(reference, ast.parse(judge.source or "")), [])
    modules = {name for name, value in reference.__globals__.items() if isinstance(value, types.ModuleType)}
    switches = _switches(module)

    def with_another(place: "_Place", new: ast.AST) -> Callable | None:
        place.put(new)
        try:
            namespace = reference.__globals__ | {"_unusable": _Unusable()}
            exec(compile(ast.fix_missing_locations(module), str(judge.path), "exec"), namespace)
        except Exception:
            return None  # not Python: there is nothing to try
        finally:
            place.put(place.node)
        return namespace[_REFERENCE]

    def unusable(place: "_Place") -> Iterator[Callable]:
        for around in place.expressions:
            function = with_another(around, ast.Name("_unusable", ast.Load()))
            if function is not None:
                yield function

    for place in list(_places(module)):
        if any(switches.decide(each.node) for each in (place, *place.expressions)):
            continue
        for new in _replacements(place.node, modules, switches):
            function = with_another(place, new)
            if function is not None:
                yield Mutant(f"{place.definition}: {_change(place.node, new)}", function, partial(unusable, place))


@dataclass(frozen=True)
class _Switches:
    """Keyword-only parameters, and `**more`: with them a judge turns its reference into its mistakes. No student has them."""

    names: frozenset[str]

    def decide(self, node: ast.AST) -> bool:
        """Whether there is nothing in an expression but a switch and what it is applied to."""
        match node:
            case ast.BinOp(left, _, right):
                return self._are(left) or self._are(right)
            case ast.BoolOp(_, values):
                return any(map(self._are, values))
            case ast.IfExp(test, _, _):
                return self._are(test)
            case ast.Call(function, _, _):
                return self._are(function)
            case ast.Expr(value):
                return self.decide(value)
        return self._are(node)

    def _are(self, node: ast.AST) -> bool:
        match node:
            case ast.Name(name):
                return name in self.names
            case ast.Subscript(value, _) | ast.UnaryOp(_, value):
                return self._are(value)
            case ast.Compare(_, _, [value]) | ast.BinOp(_, ast.BitOr(), value):
                return self._are(value)
        return False


def _switches(module: ast.Module) -> _Switches:
    """All of them but those that stand for a function of the judge, which a student writes as well."""
    functions = {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
    names = set()
    for arguments in (node.args for node in ast.walk(module) if isinstance(node, (ast.FunctionDef, ast.Lambda))):
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
            if getattr(default, "id", None) not in functions:
                names.add(argument.arg)
        if arguments.kwarg:
            names.add(arguments.kwarg.arg)
    return _Switches(frozenset(names))


def _used_by(reference: Callable, tree: ast.Module) -> list[ast.stmt]:
    """The definitions that the reference uses, in order, without decorators; it has the name _REFERENCE itself."""
    line = reference.__code__.co_firstlineno
    root = next(
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.Lambda))
        and min([node.lineno, *(each.lineno for each in getattr(node, "decorator_list", []))]) == line
        and [each.arg for each in node.args.args] == list(reference.__code__.co_varnames[: reference.__code__.co_argcount])
    )
    filled = {
        node.value.id
        for statement in tree.body
        for node in ast.walk(statement)
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
    }
    defined: dict[str, ast.stmt] = {}
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name != "_":
            defined[statement.name] = statement
        elif isinstance(statement, ast.Assign):
            names = _names_given(statement)
            if not any(name in filled or isinstance(reference.__globals__.get(name), Check) for name in names):
                defined |= dict.fromkeys(names, statement)
    wanted: list[ast.AST] = [root]
    used: list[ast.stmt] = []
    while wanted:
        node = wanted.pop()
        for name in (each.id for each in ast.walk(node) if isinstance(each, ast.Name)):
            if name in defined and defined[name] is not root and defined[name] not in used:
                used.append(defined[name])
                wanted.append(defined[name])
    for each in (*used, root):
        if isinstance(each, ast.FunctionDef):
            each.decorator_list = []
    used.sort(key=lambda statement: statement.lineno)
    if isinstance(root, ast.FunctionDef):
        again = ast.Assign([ast.Name(_REFERENCE, ast.Store())], ast.Name(root.name, ast.Load()))
        used = sorted([*used, root], key=lambda statement: statement.lineno)
        return [*used[: used.index(root) + 1], again, *used[used.index(root) + 1 :]]
    return [*used, ast.Assign([ast.Name(_REFERENCE, ast.Store())], root)]


def _names_given(statement: ast.AST) -> list[str]:
    """The names of ``a = x`` and of ``a, b = x, y``."""
    match statement:
        case ast.Assign([ast.Name(name)], _):
            return [name]
        case ast.Assign([ast.Tuple(parts)], ast.Tuple()):
            return [part.id for part in parts if isinstance(part, ast.Name)]
    return []


@dataclass(frozen=True)
class _Place:
    """A node, where it hangs (a field of its parent, or a list there and a position), and the place of its parent."""

    node: ast.AST
    holder: Any
    key: Any
    above: "_Place | None"

    @property
    def definition(self) -> str:
        """The name of what it is a part of."""
        outermost = self if self.above is None else self.above
        while outermost.above is not None:
            outermost = outermost.above
        name = getattr(outermost.node, "name", None) or ", ".join(_names_given(outermost.node))
        return "reference" if name in ("_", _REFERENCE) else name

    def put(self, new: ast.AST) -> None:
        if isinstance(self.holder, list):
            self.holder[self.key] = new
        else:
            setattr(self.holder, self.key, new)

    @property
    def expressions(self) -> Iterator["_Place"]:
        """This place and those around it, as far as they are expressions."""
        place: _Place | None = self
        while place is not None and not isinstance(place.node, ast.stmt):
            if isinstance(place.node, ast.expr) and isinstance(getattr(place.node, "ctx", ast.Load()), ast.Load):
                yield place
            place = place.above


def _places(node: ast.AST, above: _Place | None = None) -> Iterator[_Place]:
    """Of every node below this one, from the outside in."""
    if isinstance(node, ast.keyword) and node.arg == "strict":
        return  # of zip: it only watches over the author
    for field, value in ast.iter_fields(node):
        held: list[tuple[Any, Any, Any]] = [(node, field, value)] if isinstance(value, ast.AST) else []
        held += [(value, number, each) for number, each in enumerate(value)] if isinstance(value, list) else []
        for holder, key, child in held:
            if isinstance(child, ast.AST):
                place = _Place(child, holder, key, above)
                yield place
                yield from _places(child, place)


def _replacements(node: ast.AST, modules: set[str], switches: _Switches) -> Iterator[ast.AST]:
    """What a hurried student might have written instead."""
    match node:
        case ast.BinOp(left, op, right):
            yield from (ast.BinOp(left, other(), right) for other in _OPERATORS.get(type(op), ()))
            yield from (left, right)
        case ast.AugAssign(target, op, value):
            yield from (ast.AugAssign(target, other(), value) for other in _OPERATORS.get(type(op), ()))
            yield from (ast.Assign([target], value), ast.Pass())
        case ast.Assign([ast.Subscript()], _) | ast.Expr(ast.Call()) | ast.Break() | ast.Continue():
            yield ast.Pass()
        case ast.UnaryOp(_, operand):
            yield operand
        case ast.BoolOp(_, values):
            yield from values
        case ast.Compare(left, [op], right):
            yield from (ast.Compare(left, [other()], right) for other in _OPERATORS.get(type(op), ()))
        case ast.IfExp(_, body, orelse):
            yield from (body, orelse)
        case ast.If(_, body, orelse):
            yield from (ast.If(ast.Constant(value), body, orelse) for value in (True, False))
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value)):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Constant(float(value)):
            yield ast.Constant(2 * value or 1.0)
        case ast.Slice(lower, upper, step):
            yield from [ast.Slice(None, upper, step)] if lower else []
            yield from [ast.Slice(lower, None, step)] if upper else []
            yield from [ast.Slice(lower, upper, None)] if step else []
        case ast.Subscript(value, ast.Name() | ast.Tuple(), ast.Load()):
            yield from (ast.Subscript(value, index, ast.Load()) for index in _shifted(node.slice))
        case ast.Attribute(value, "T"):
            yield value
        case ast.comprehension(target, iterated, [_, *_]):
            yield ast.comprehension(target, iterated, [], 0)
        case ast.Call():
            yield from _other_calls(node, modules, switches)


def _shifted(index: ast.expr) -> Iterator[ast.expr]:
    """An index that is one too small."""
    match index:
        case ast.Name():
            yield ast.BinOp(index, ast.Sub(), ast.Constant(1))
        case ast.Tuple(parts):
            for number, part in enumerate(parts):
                if isinstance(part, ast.Name):
                    yield ast.Tuple([*parts[:number], *_shifted(part), *parts[number + 1 :]], ast.Load())


def _other_calls(call: ast.Call, modules: set[str], switches: _Switches) -> Iterator[ast.AST]:
    """Another function; arguments swapped, or one that is no switch left out; nothing but the argument."""
    function, arguments, named = call.func, call.args, call.keywords
    name = getattr(function, "attr", getattr(function, "id", ""))
    for other in _INSTEAD.get(name, ()):
        changed = (
            ast.Attribute(function.value, other, ast.Load())
            if isinstance(function, ast.Attribute)
            else ast.Name(other, ast.Load())
        )
        yield ast.Call(changed, arguments, named)
    for i in range(len(arguments) - 1):
        if any(isinstance(each, ast.Starred) and switches.decide(each.value) for each in arguments[i : i + 2]):
            continue  # of no arguments, unless a mistake is made with it
        yield ast.Call(function, [*arguments[:i], arguments[i + 1], arguments[i], *arguments[i + 2 :]], named)
    for i in range(len(named)):
        if named[i].arg != "strict" and not switches.decide(named[i].value):
            yield ast.Call(function, arguments, [*named[:i], *named[i + 1 :]])
    yield from (argument for argument in arguments if not isinstance(argument, ast.Starred))
    if isinstance(function, ast.Attribute) and getattr(function.value, "id", None) not in modules:
        yield function.value
    if name == "range":
        last = ast.BinOp(arguments[-1], ast.Sub(), ast.Constant(1))
        yield ast.Call(function, [*arguments[:-1], last], named)


def _change(old: ast.AST, new: ast.AST) -> str:
    """The texts of both, without most of what they have in common."""
    one, other = ast.unparse(old), ast.unparse(new)
    shorter = min(len(one), len(other))
    start = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    end = next((i for i in range(shorter - start) if one[-1 - i] != other[-1 - i]), shorter - start)
    start, end = max(0, start - _CONTEXT), max(0, end - _CONTEXT)
    return " → ".join(
        " ".join(("…" * (start > 0) + text[start : len(text) - end] + "…" * (end > 0)).split()) for text in (one, other)
    )


def _spoiled(function: Callable, spoil: Callable) -> Callable:
    """The function, each of whose returned arrays is changed, where that changes any."""

    def mutant(*inputs):
        result = function(*inputs)
        changed = _to_all(spoil, result)
        return result if changed is None else changed

    return mutant


def _to_all(spoil: Callable, result) -> object:
    """The result with all its arrays changed, or None if that is no change."""
    several = isinstance(result, (tuple, list))
    arrays = list(map(np.asarray, result if several else [result]))
    changed = [spoil(array) if array.dtype.kind in "biuf" else array for array in arrays]
    if all(map(np.array_equal, arrays, changed)):
        return None
    return changed if several else changed[0]


def _of_one(axis: int, place: int) -> Callable:
    """Along an axis, what stands at one place stands everywhere."""

    def spoil(array: np.ndarray) -> np.ndarray:
        return np.repeat(array.take([place], axis), array.shape[axis], axis) if array.ndim > axis and array.size else array

    return spoil


_SPOILS: dict[str, Callable] = {
    "the answer to row 0 for every row": _of_one(0, 0),
    "the answer to the last row for every row": _of_one(0, -1),
    "the answer to step 0 for every step": _of_one(1, 0),
    "the answer to the last step for every step": _of_one(1, -1),
    "numbers as exact as float16": lambda array: (
        array.astype(np.float16).astype(array.dtype) if array.dtype.kind == "f" else array
    ),
}
