"""How the confined process says no."""

from .caps import CPU_SECONDS, MEMORY_BYTES

Param = None | bool | int | str | tuple[str, ...]
Sentence = tuple[str, dict[str, Param]]  # the id of a catalogue entry, its parameters

TOO_MUCH: Sentence = ("intake.too-much", {"seconds": CPU_SECONDS, "mib": MEMORY_BYTES >> 20})


class Refused(Exception):
    """These bytes cannot be taken; `sentence` says why and how to go on."""

    def __init__(self, id: str, **params: Param) -> None:
        super().__init__(id, params)
        self.sentence: Sentence = (id, params)
