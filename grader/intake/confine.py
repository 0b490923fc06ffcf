"""Starts the process that looks into hostile bytes, and reads its answer.

Theory of operation. Parsing is cheap for honest files and not for others: 1 MiB of `1<1<1...` takes seconds and
hundreds of MiB, a zip may claim to be what it is not, and a codec that a file declares may be slow on purpose. So each
submission is opened, decoded and parsed in one short-lived process: `python -I -S` with an environment that says
nothing, limits on memory and processor time that it sets before it reads a byte, and nothing of ours but
`grader/intake/confined/`. One JSON frame goes in and one comes out; the answer is plain data and nothing in it is
believed to be more than a sentence, a name, a line or a text. A process that a limit ends means a submission that
cannot be read, and says so. It takes about 25 ms, most of it Python's own start.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from grader.core import BoxFault, Message, Param
from grader.intake.confined.caps import WALL_SECONDS
from grader.intake.confined.refused import TOO_MUCH
from grader.intake.confined.selection import kind
from grader.intake.confined.wire import pack, unpack

HERE = str(Path(__file__).parent)
# A Python whose own library is found through this variable would not start without it.
ENVIRONMENT = {name: os.environ[name] for name in ("LD_LIBRARY_PATH",) if name in os.environ}
PROGRAM = """
import sys
sys.path.append(sys.argv[1])
from confined.main import main
sources = examine = None
{imports}
main(sources, examine)
"""
OPENS_ARCHIVES, READS_NOTEBOOKS = "from confined.archive import sources", "from confined.notebook import examine"

File = tuple[str, bytes]


class Unreadable(Exception):
    """The files cannot be read as sources; `message` says why."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


def ask(
    files: Sequence[File], names: Collection[str] = (), *, examine: bool, archives: bool
) -> tuple[dict[str, Any], list[bytes]]:
    """The answer of the confined process about `files`. Raises Unreadable for theirs, BoxFault for ours."""
    header = {"paths": [path for path, _ in files], "names": sorted(names), "examine": examine}
    notebooks = examine and (archives or any(kind(path) == "notebook" for path, _ in files))
    imports = [OPENS_ARCHIVES] * archives + [READS_NOTEBOOKS] * notebooks
    program = PROGRAM.format(imports="\n".join(imports))
    answer, blobs = unpack(_run(pack(header, [data for _, data in files]), program))
    if "refused" in answer:
        raise Unreadable(message(answer["refused"]))
    return answer, blobs


def message(sentence: Sequence[Any]) -> Message:
    """A sentence of the confined process as a Message."""
    id, params = sentence
    return Message(id, {key: _param(value) for key, value in params.items()})


def _param(value: Any) -> Param:
    return tuple(map(_param, value)) if isinstance(value, list) else value


def _run(request: bytes, program: str) -> bytes:
    command = [sys.executable, "-I", "-S", "-B", "-W", "ignore", "-c", program, HERE]
    try:
        done = subprocess.run(
            command, input=request, capture_output=True, env=ENVIRONMENT, timeout=WALL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise Unreadable(message(TOO_MUCH)) from None
    except OSError as error:
        raise BoxFault(f"the process that reads submissions cannot be started: {error}") from error
    if done.returncode < 0:
        raise Unreadable(message(TOO_MUCH))
    if done.returncode:
        raise BoxFault(f"the process that reads submissions ended with {done.returncode}: {done.stderr[-2000:]!r}")
    return done.stdout
