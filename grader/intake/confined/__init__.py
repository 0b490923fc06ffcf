"""What looks into hostile bytes: started by `grader.intake.confine` in a process of its own, with limits.

Nothing here imports anything of ours outside this folder, nor anything beyond the standard library's lightest modules:
the whole process costs little more than starting Python. What it says is plain data: a sentence is the id of a
catalogue entry and its parameters.
"""
