"""The part of `future.utils` that submissions use."""

from six import PY2, PY3, add_metaclass, iteritems, iterkeys, itervalues, with_metaclass
