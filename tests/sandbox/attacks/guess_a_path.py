"""Asks whether a file exists and how large it is, by its exact path: Landlock does not restrict that.

Idea: sandbox.md says so in the other direction: no meaning in file names or sizes.
"""

# row: reading
# ns: raised FileNotFoundError
# landlock: returned seen
# control ns: tier none; expect returned seen
# control landlock: not applicable because Landlock does not cover stat, and docs/security.md says so
import os


def f(told):
    return f"seen: {os.stat(told['secret']).st_size} bytes"
