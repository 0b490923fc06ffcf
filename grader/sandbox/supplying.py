"""The texts that enter a box beside a submission: modules that student code imports and did not bring.

A text that is in the box can be read there, whatever the guest does with it. So what an assignment grades is cut out
here, before anything is sent: under its own name, under another name for the same thing, and with what only it uses.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

from grader.sandbox.process import INSIDE

SUPPLIED = INSIDE / "supplied"
# A starter module that is of no use without others.
TOGETHER = {"fast_layers": ("im2col", "im2col_cython"), "linear_classifier": ("linear_svm", "softmax")}
LOSSES = (("svm_loss_naive", "svm_loss_vectorized"), ("softmax_loss_naive", "softmax_loss_vectorized"))
# A name -> what else it is the answer to, where that is graded.
SAME: Mapping[str, str] = {
    **{
        f"{layer}_{way}_{form}": f"{layer}_{way}_naive"
        for layer in ("conv", "max_pool")
        for way in ("forward", "backward")
        for form in ("fast", "im2col", "strides", "reshape")
    },
    **{one: other for pair in LOSSES for one, other in (pair, pair[::-1])},
    **dict.fromkeys(("LinearSVM", "Softmax"), "LinearClassifier"),
    **dict.fromkeys(
        (
            "eval_numerical_gradient",
            "eval_numerical_gradient_array",
            "eval_numerical_gradient_blobs",
            "eval_numerical_gradient_net",
            "grad_check_sparse",
        ),
        "numerical_gradient",
    ),
}


@cache
def supplied(supply: frozenset[str], graded: frozenset[str] = frozenset()) -> Mapping[str, str]:
    """The texts by module name: what everyone gets, and of the starter modules asked for what nobody grades."""
    always, starter = SUPPLIED / "always", SUPPLIED / "starter"
    texts = {_module_name(path.relative_to(always)): path.read_text("utf-8") for path in sorted(always.rglob("*.py"))}
    wanted = {other for name in supply for other in (name, *TOGETHER.get(name, ()))}
    for name in sorted(wanted):
        path = starter / f"{name}.py"
        if name.isidentifier() and path.is_file():
            texts[name] = without(path.read_text("utf-8"), graded)
    return texts


def without(text: str, graded: Collection[str]) -> str:
    """A module's text without the definitions of these names; lines stay where they are. `GONE` tells the names."""
    body = ast.parse(text).body
    gone = [node for node in body if _answers(node, graded)]
    if not gone:
        return text
    names = tuple(name for node in gone for name in _bound(node))
    gone += _unused([node for node in body if node not in gone])
    lines = text.split("\n")
    for node in gone:
        count = (node.end_lineno or node.lineno) - node.lineno + 1
        lines[node.lineno - 1 : node.end_lineno] = [""] * count
    return "\n".join([*lines, f"GONE = {names}", ""])


def _answers(node: ast.stmt, graded: Collection[str]) -> bool:
    return any(name in graded or SAME.get(name) in graded for name in _bound(node))


def _bound(node: ast.stmt) -> list[str]:
    """The names that a definition, or an assignment of one, binds."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return [node.name]
    if isinstance(node, ast.Assign):
        return [target.id for target in node.targets if isinstance(target, ast.Name)]
    return []


def _unused(kept: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """The private definitions that none of the others uses any more."""
    private = [node for node in kept if (names := _bound(node)) and all(name.startswith("_") for name in names)]
    waiting, used = [node for node in kept if node not in private], set[str]()
    while waiting:
        used |= {inner.id for inner in ast.walk(waiting.pop()) if isinstance(inner, ast.Name)}
        waiting += [node for node in private if used & set(_bound(node))]
        private = [node for node in private if not used & set(_bound(node))]
    yield from private


def _module_name(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
