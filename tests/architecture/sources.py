"""What the architecture tests look at: the project's own files and their functions."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.shared_material import REPOSITORY

PACKAGES = ("gateway", "labels", "leakbench", "mappings")


@dataclass(frozen=True, slots=True)
class Import:
    """One import that happens at run time: in which file, of which module, which name."""

    file: str
    module: str
    name: str
    bound: str

    def names(self, modules: tuple[str, ...]) -> bool:
        """Tell whether the module, or the name imported from it, is one of these."""
        return not {self.module, f"{self.module}.{self.name}"}.isdisjoint(modules)


def files() -> tuple[Path, ...]:
    """List the files that are, or on the next commit would be, part of the project."""
    answer = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - git is a prerequisite
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (REPOSITORY / name for name in answer.stdout.split("\0") if name)
    return tuple(path for path in paths if path.is_file())


def modules() -> tuple[Path, ...]:
    """List the Python files of the four packages."""
    return tuple(
        path
        for package in PACKAGES
        for path in sorted((REPOSITORY / package).rglob("*.py"))
    )


def relative(path: Path) -> str:
    """Return the path within the project, as a person would write it."""
    return path.relative_to(REPOSITORY).as_posix()


def functions(path: Path) -> Iterator[tuple[str, int]]:
    """List the functions of a file with their number of lines, docstring included."""
    for node in ast.walk(_tree(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield f"{relative(path)}:{node.lineno} {node.name}", _lines(node)


def imports(path: Path) -> Iterator[Import]:
    """List the imports of a file that happen at run time, not those for types only."""
    for node in _walk(_tree(path)):
        if isinstance(node, ast.Import):
            for each in node.names:
                bound = each.asname or each.name
                yield Import(relative(path), each.name, "", bound)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for each in node.names:
                bound = each.asname or each.name
                yield Import(relative(path), node.module, each.name, bound)


def members(path: Path, module: str) -> frozenset[str]:
    """Return what a file uses of a module, such as ``fromstring`` of ``lxml.etree``."""
    held = [one for one in imports(path) if one.names((module,))]
    direct = {one.name for one in held if one.module == module and one.name}
    bound = {one.bound for one in held if one.bound not in direct}
    used = {
        node.attr
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Attribute) and ast.unparse(node.value) in bound
    }
    return frozenset(direct | used)


def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=relative(path))


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def _walk(node: ast.AST) -> Iterator[ast.AST]:
    yield node
    for child in ast.iter_child_nodes(node):
        if not _for_types_only(child):
            yield from _walk(child)


def _for_types_only(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.If)
        and isinstance(node.test, ast.Name)
        and node.test.id == "TYPE_CHECKING"
    )
