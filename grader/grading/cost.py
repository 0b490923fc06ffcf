"""How much CPU one call of student code may use: 20 times what the reference needs, at least a second.

The reference is timed on numbers of its own, before anything is asked of the box: what a limit is says nothing of the
inputs. It is timed once in a process; the dearest case of a group is the measure for its functions.
"""

import time
from collections.abc import Sequence

import numpy as np

from grader.core import Group, Limits

TIMES = 20.0  # the reference
LEAST_SECONDS = 1.0
CALLS = 3.0  # that a whole box may last: a call at its limit is rare, one after another is a waste of everybody's time

_timed: dict[int, tuple[Group, float]] = {}  # the group is kept, so that its id stays its own


def call_seconds(group: Group) -> float:
    """The CPU limit of one call of a function of `group`."""
    if id(group) not in _timed:
        _timed[id(group)] = group, _reference_seconds(group)
    return max(LEAST_SECONDS, TIMES * _timed[id(group)][1])


def limits_of(groups: Sequence[Group]) -> Limits:
    """What one box may use that plays `groups`: of wall time a call has twice its CPU limit and 1 s."""
    cpu = max(call_seconds(group) for group in groups)
    return Limits(call_cpu_seconds=cpu, call_wall_seconds=2 * cpu + 1, box_cpu_seconds=CALLS * cpu)


def _reference_seconds(group: Group) -> float:
    """CPU seconds of the dearest case."""
    rng, dearest = np.random.RandomState(0), 0.0
    for case in group.cases:
        inputs = case.draw(rng)
        started = time.thread_time()
        group.reference(inputs)
        dearest = max(dearest, time.thread_time() - started)
    return dearest
