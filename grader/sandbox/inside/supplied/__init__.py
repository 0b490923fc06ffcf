"""Texts that enter the box with a submission: what submissions import and did not bring.

A file's path below its folder is the module's name (`always/past/builtins.py` is `past.builtins`). They are sent as
text, run inside the box only when asked for, and never imported by us. None defines anything that an assignment
grades, and a name that a submission takes from here does not count as defined. `always/` is there for everyone;
of `starter/` an assignment lists in `supply` what it may be.
"""
