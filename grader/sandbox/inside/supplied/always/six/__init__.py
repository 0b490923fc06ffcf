"""The part of `six` that submissions use."""

import functools

PY2, PY3 = False, True
string_types, integer_types, text_type, binary_type = (str,), (int,), str, bytes


def iteritems(mapping, **kwargs):
    return iter(mapping.items(**kwargs))


def iterkeys(mapping, **kwargs):
    return iter(mapping.keys(**kwargs))


def itervalues(mapping, **kwargs):
    return iter(mapping.values(**kwargs))


def with_metaclass(meta, *bases):
    """A base class whose children have the metaclass `meta`."""
    return meta("temporary_class", bases, {})


def add_metaclass(meta):
    """A decorator that gives a class the metaclass `meta`."""

    def wrap(cls):
        body = {key: value for key, value in vars(cls).items() if key not in ("__dict__", "__weakref__")}
        return meta(cls.__name__, cls.__bases__, body)

    return wrap


wraps = functools.wraps
