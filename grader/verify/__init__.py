"""Certifies the grader: programs of which it is known what they deserve are graded, and the claims on them are asked.

A *subject* is such a program: an assignment's solution, its starter, a sample of `submissions/`, the solution with one
known mistake. A *claim* is a frozen question about a subject and its report; what contradicts it is a *breach*. What
runs is the real thing - intake, sandbox, checks - so this room is given a sandbox and judges nothing itself.

`subjects` makes the programs, `trying` grades one on many seeds and asks the claims, `rehearsing` asks without a box
what wrong programs are named and whether it is true, `totals` and `names` add up what came of all, `audit` compares
gradings that must be equal, `lacks` tells an author what an assignment is still without, `sameness` compares a report
with the one that a replay gives, `published` writes the figures into the documents.
"""
