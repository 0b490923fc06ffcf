"""From the outputs of all cases to a name: which known wrong program gives exactly these numbers.

A hypothesis is the assignment's own solution with a known mistake edited in (`reference/mistakes/`). It is text of
ours, so it runs here, beside the judge (`rehearsal`), on the very inputs that the submission was given. It gives a name
only where it reproduces every graded output of every case (`hypotheses`).
"""
