"""Raises an exception that is changed while it is told: its name, its text, its traceback.

Idea: text that a grader shows, and code that runs while it is made.
"""


# row: lying
# ns: raised Right
# control: not applicable because its name and its text are text, whatever they say
class Meta(type):
    @property
    def __name__(cls):
        raise SystemExit("BREACH")


class Right(Exception, metaclass=Meta):
    def __str__(self):
        raise KeyboardInterrupt("BREACH")


Right.__qualname__ = "PASSED"


def f(told):
    raise Right
