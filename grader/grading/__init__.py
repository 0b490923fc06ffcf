"""From a submission to a report: assignments, seeds, and the one function that grades."""

from grader.grading import registry, seeds
from grader.grading.collecting import collect_rarely
from grader.grading.grade import broken, grade, reference_code, rejected

__all__ = ["broken", "collect_rarely", "grade", "reference_code", "registry", "rejected", "seeds"]
