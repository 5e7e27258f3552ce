"""Which functions of this project a function may come to call, read from its code.

A superset: a name is followed whether or not the call is made on every way through. What
is not in it is never called.
"""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from functools import cache
from types import CodeType, FunctionType, ModuleType
from typing import Any

OURS = ("gateway.", "labels.")


def reached(function: object) -> frozenset[FunctionType]:
    """Return every function of this project that a function may come to call."""
    waiting: list[Any] = [function]
    seen: set[FunctionType] = set()
    while waiting:
        each = waiting.pop()
        each = getattr(each, "__wrapped__", each)
        if isinstance(each, type) and each.__module__.startswith(OURS):
            waiting += [getattr(v, "__func__", v) for v in vars(each).values()]
        elif isinstance(each, FunctionType) and each not in seen:
            if each.__module__.startswith(OURS):
                waiting += called(each)
            seen.add(each)
    return frozenset(seen)


@cache
def called(function: FunctionType) -> tuple[object, ...]:
    """Return what a function names: functions, classes, and those held by its values."""
    names = set(_names(function.__code__))
    held = [function.__globals__[n] for n in names if n in function.__globals__]
    held += [cell.cell_contents for cell in function.__closure__ or ()]
    found: list[object] = []
    for each in held:
        if isinstance(each, ModuleType):
            if each.__name__.startswith(OURS):
                found += [getattr(each, name, None) for name in names]
        elif isinstance(each, type) or not is_dataclass(each):
            found.append(each)
        else:
            found += [getattr(each, one.name) for one in fields(each)]
    return tuple(found)


def _names(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _names(each)
