"""From a submission to a report: assignments, seeds, and the one function that grades."""

from grader.grading import registry, seeds
from grader.grading.grade import broken, grade, rejected

__all__ = ["broken", "grade", "registry", "rejected", "seeds"]
