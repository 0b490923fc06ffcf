"""What is loaded before confinement: a box can load no shared library, and loading once is cheaper than in each box.

Modules of the library written in Python can be imported in a box as well, where its user can read them; those that
submissions name most are here too. Left out: `ssl` and `sqlite3`, which are of no use in a box. This file enters it.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
import warnings
from pathlib import Path

import numpy as np

USUAL = (
    "abc", "argparse", "array", "ast", "base64", "bisect", "calendar", "cmath", "collections.abc", "colorsys",
    "concurrent.futures", "configparser", "contextlib", "copy", "csv", "ctypes", "dataclasses", "datetime", "decimal",
    "difflib", "doctest", "encodings.cp1252", "encodings.cp949", "encodings.euc_kr", "encodings.idna",
    "encodings.utf_16", "encodings.utf_8_sig", "enum", "fnmatch", "fractions", "functools", "getpass", "glob", "gzip",
    "hashlib", "heapq", "html", "importlib.util", "inspect", "io", "itertools", "json", "keyword", "linecache",
    "locale", "logging", "math", "multiprocessing", "numbers", "operator", "optparse", "pathlib", "pickle",
    "platform", "pprint", "profile", "queue", "random", "re", "reprlib", "secrets", "select", "shutil", "signal",
    "socket", "stat", "statistics", "string", "struct", "subprocess", "tarfile", "tempfile", "textwrap", "threading",
    "time", "timeit", "tokenize", "traceback", "types", "typing", "unittest", "urllib.parse",
    "uuid", "warnings", "weakref", "zipfile", "zlib",
)  # fmt: skip
NUMPY = (
    "numpy.ctypeslib", "numpy.fft", "numpy.lib.stride_tricks", "numpy.linalg", "numpy.ma", "numpy.matlib",
    "numpy.polynomial", "numpy.random", "numpy.testing",
)  # fmt: skip
UNWANTED = (  # beginnings of names
    "_asyncio", "_crypt", "_ctypes_test", "_curses", "_dbm", "_gdbm", "_sqlite3", "_ssl", "_test", "_tkinter", "_xx",
    "nis", "ossaudiodev", "readline", "spwd", "xx",
)  # fmt: skip


def load() -> None:
    """Import everything, and run one product of matrices, so that nothing is set up in a box for the first time."""
    warnings.simplefilter("ignore")  # some are deprecated
    for name in (*shared_libraries(), *USUAL, *NUMPY):
        with contextlib.suppress(ImportError):  # a Python may be built without some of them
            importlib.import_module(name)
    np.ones((2, 2)) @ np.ones((2, 2))


def shared_libraries() -> list[str]:
    """The modules of the library that are shared libraries, where this interpreter finds them."""
    folders = [Path(place) for place in sys.path if place.endswith("/lib-dynload")]
    names = [path.name.partition(".")[0] for folder in folders for path in sorted(folder.glob("*.so"))]
    return [name for name in names if not name.startswith(UNWANTED)]
