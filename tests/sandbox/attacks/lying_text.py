"""Returns a text that is another one when it is looked at again.

Idea: check, then use.
"""


# row: lying
# ns: returned object
# control: told judge
class Right(str):
    def __str__(self):
        return "BREACH: other than it looked"

    __repr__ = __format__ = __str__


def f(told):
    answer = Right("right")
    if told.get("judge"):
        return str(answer) if answer == "right" else "wrong"
    return answer
