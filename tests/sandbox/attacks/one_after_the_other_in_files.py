"""The first box leaves a file in its folder, the second one looks for it.

Idea: an otter, nbgrader or Jupyter container that is used twice.
"""

# row: leftovers
# boxes: 2
# ns: returned nothing
# landlock: raised PermissionError
# control ns: one box
# control landlock: tier none; one box
import os


def f(told):
    if os.path.exists("mark"):
        return "BREACH: the mark of the first"
    open("mark", "w").close()
    return "nothing there"
