"""What stands for packages that the box does not have: plots do nothing, everything else fails when used."""

import sys

import numpy as np


class Inert:
    """Can be called, indexed, assigned to and entered, and does nothing: a plot without a screen."""

    def __init__(self, name):
        self.__dict__["_name"] = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return stand_in(f"{self._name}.{name}", True)

    def __call__(self, *args, **kwargs):
        return RESULTS.get(self._name.rsplit(".", 1)[-1], nothing)(*args, **kwargs)

    def __setattr__(self, name, value):
        pass

    def __setitem__(self, key, value):
        pass

    def __getitem__(self, key):
        return self

    def __iter__(self):
        return iter(())

    def __enter__(self):
        return self

    def __exit__(self, *error):
        return None

    def __mro_entries__(self, bases):
        return ()


def nothing(*args, **kwargs):
    return Inert("")


def subplots(nrows=1, ncols=1, *args, squeeze=True, **kwargs):
    """A figure and its axes, in the shape that is unpacked."""
    axes = np.empty((nrows, ncols), dtype=object)
    for index in np.ndindex(nrows, ncols):
        axes[index] = Inert("axes")
    if squeeze:
        axes = axes[0, 0] if axes.size == 1 else axes.squeeze()
    return Inert("figure"), axes


RESULTS = {
    "subplots": subplots,
    "plot": lambda *args, **kwargs: [Inert("line")],
    "hist": lambda *args, **kwargs: (np.zeros(0), np.zeros(0), Inert("patches")),
}


class Absent:
    """Comes from a package that the box does not have; says so when it is used."""

    def __init__(self, name):
        self._name = name

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Absent(f"{self._name}.{name}")

    def _fail(self, *args, **kwargs):
        package, _, rest = self._name.partition(".")
        if package in sys.stdlib_module_names:
            raise ImportError(f"cannot import name {rest!r} from {package!r}", name=package)
        raise ModuleNotFoundError(f"No module named {package!r} here: {self._name} cannot be used", name=package)

    __call__ = __getitem__ = __setitem__ = __iter__ = __len__ = __enter__ = __bool__ = __float__ = __array__ = _fail
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __matmul__ = _fail
    __lt__ = __gt__ = __le__ = __ge__ = __neg__ = _fail

    def __exit__(self, *error):
        return None

    def __mro_entries__(self, bases):
        return ()


def stand_in(name, inert):
    """What stands for `name`; a class of its own for each would be more than anyone needs."""
    return Inert(name) if inert else Absent(name)
