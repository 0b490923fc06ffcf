"""Returns a number that equals everything.

Idea: How-to-cheat; PrairieLearn's check_scalar asks isinstance.
"""


# row: lying
# ns: returned object
# control: told judge
class Right(float):
    def __eq__(self, other):
        return True

    def __sub__(self, other):
        return 0.0

    __rsub__ = __sub__
    __hash__ = float.__hash__


def f(told):
    answer = Right(3)
    if told.get("judge"):
        return "BREACH: right" if isinstance(answer, float) and answer == 5 and abs(5 - answer) < 1e-9 else "wrong"
    return answer
