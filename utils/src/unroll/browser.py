"""Notebooks in the browser, where Python runs without Keras: cells that need it are left out, the others run.

A cell that needs Keras uses a name that came from it, at any distance: the module itself, a model, what a model predicted. Such
a cell says in one line that it was left out, so that "Run all" goes on to the end.
"""

import ast
import builtins
import importlib
import logging
import sys

# The first three have no build for WebAssembly; Pyodide leaves out Python's own manual, in which lecture 01 counts words.
_ABSENT = {"keras": "Keras", "tensorflow": "TensorFlow", "gensim": "gensim", "pydoc_data": "pydoc_data"}
_NOTICE = "The browser does not have {module}. Cells that need it are left out below; on Colab, or on your own computer, all of them run."
_LEFT_OUT = "Left out here: this cell needs {module}, which the browser does not have."


def watch() -> None:
    """From here on leave out the cells of this notebook that need what the browser does not have. Elsewhere nothing changes."""
    if sys.platform != "emscripten":
        return
    logging.getLogger("matplotlib.font_manager").setLevel(logging.ERROR)  # each time it says that it makes a list of fonts
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython else None
    if shell is not None:
        shell.ast_transformers.append(WithoutKeras())


class WithoutKeras(ast.NodeTransformer):
    """What IPython puts each cell through: a cell that needs an absent module becomes a line that says so."""

    def __init__(self) -> None:
        self._missing: dict[str, str] = {}  # each name that cannot be had, with the module that it is from

    def visit_Module(self, cell: ast.Module) -> ast.Module:
        """A cell's code, or what runs in its place."""
        cell.body, said = self._imported(cell.body)
        bound: set[str] = set()
        for statement in cell.body:
            lacking = sorted((_loaded(statement) & set(self._missing)) - bound)
            if lacking:
                module = self._missing[lacking[0]]
                self._missing |= dict.fromkeys(_bound(cell), module)
                cell.body = [_line(_LEFT_OUT.format(module=module))]
                return ast.fix_missing_locations(cell)
            bound |= _bound(statement)
        for name in bound:
            self._missing.pop(name, None)
        cell.body[:0] = [_line(line) for line in said]
        return ast.fix_missing_locations(cell)

    def _imported(self, statements: list[ast.stmt]) -> tuple[list[ast.stmt], list[str]]:
        """The statements without imports of what is absent, and what there is to say about those."""
        left, said = [], []
        for statement in statements:
            module = _absent(statement)
            if module is None:
                left.append(statement)
                continue
            if module not in self._missing.values():
                said.append(_NOTICE.format(module=module))
            self._missing |= dict.fromkeys(_bound(statement), module)
        return left, said


def _absent(statement: ast.stmt) -> str | None:
    """The name of the absent package that an import fails for."""
    if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
        modules = [statement.module]
    elif isinstance(statement, ast.Import):
        modules = [alias.name for alias in statement.names]
    else:
        return None
    for module in modules:
        try:
            importlib.import_module(module)
        except ModuleNotFoundError as error:
            package = _ABSENT.get((error.name or "").partition(".")[0])
            if package:
                return package
        except Exception:  # the cell raises it again, where it belongs
            return None
    return None


def _line(text: str) -> ast.stmt:
    return ast.Expr(ast.Call(ast.Name("print", ast.Load()), [ast.Constant(text)], []))


def _bound(node: ast.AST) -> set[str]:
    """Names that it binds at the top of a cell."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        return {node.name}
    if isinstance(node, (ast.Lambda, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)):
        return set()
    if isinstance(node, ast.alias):
        return {node.asname or node.name.partition(".")[0]}
    own = {node.id} if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) else set()
    return own.union(*(_bound(child) for child in ast.iter_child_nodes(node)))


def _loaded(statement: ast.stmt) -> set[str]:
    """Names that it takes from the notebook, but for those that it binds itself in loops, comprehensions and functions."""
    own: set[str] = set()
    for node in ast.walk(statement):
        if isinstance(node, (ast.For, ast.comprehension)):
            own |= {name.id for name in ast.walk(node.target) if isinstance(name, ast.Name)}
        elif isinstance(node, ast.arg):
            own.add(node.arg)
        elif isinstance(node, (ast.FunctionDef, ast.Lambda)):
            own |= {name.id for name in ast.walk(node) if isinstance(name, ast.Name) and isinstance(name.ctx, ast.Store)}
    names = {node.id for node in ast.walk(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)}
    return names - own - set(vars(builtins))
