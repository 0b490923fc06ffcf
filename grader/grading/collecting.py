"""How often a process that grades looks for cycles among its objects.

A grading makes some 20,000 containers, nearly all freed when the last name of them goes; looking for cycles among them
every 700, as Python does by default, takes 10 to 15 % of the trusted side's processor time and finds next to nothing.
"""

import gc

YOUNG = 50_000  # containers made and not freed, about 10 MiB, until the young are looked through


def collect_rarely() -> None:
    """Leave what is loaded by now alone for good, and look through the rest more rarely."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)
