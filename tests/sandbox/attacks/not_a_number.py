"""Returns what is not larger than any tolerance: a number that is none.

Idea: DMOJ #279: `if error > tolerance: fail` does not fail it, and `max` may hide it.
"""


# row: lying
# ns: returned nan
# control: told judge
def f(told):
    answer = float("nan")
    if told.get("judge"):
        return "wrong" if abs(answer - 5) > 1e-9 else "BREACH: right"
    return answer
