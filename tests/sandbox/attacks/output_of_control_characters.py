"""Prints, and raises, what a terminal or a page takes for commands: escape sequences, bidirectional marks, markup.

Idea: RELATE #267: HTML from grading shown in the instructor's session; CVE-2021-42574 for the marks.
"""

# row: output
# ns: raised ValueError
# control: not applicable because it may say what it likes; a test of its own asserts what is shown
TEXT = "\x1b[2J\x1b]0;owned\x07\u202edetset a\x00b \x9b31m<script>alert(1)</script>\udce4\r\b"


def f(told):
    print(TEXT)
    raise ValueError(TEXT)
