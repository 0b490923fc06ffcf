"""A report as a page: processor time from the stored report to HTML, and its size as it travels."""

import gzip
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from statistics import median

from bench import Row
from grader import intake
from grader.core import Report
from grader.grading import grade, registry, seeds
from grader.report import stored
from grader.report.as_html import as_html
from grader.sandbox import open_sandbox

ROUNDS = 30
GOAL_MS, GOAL_BYTES = 5.0, 30_000
SAMPLES = (
    "submissions/svm/wrong_reg_gradient_halved.py",
    "submissions/svm/wrong_gradient_not_averaged.py",
    "submissions/layers/wrong_flatten.py",
)


def graded(sample: Path) -> Report:
    assignment = registry.load(sample.parent.name)
    submission = intake.read([sample], [function.name for function in assignment.functions])
    return grade(assignment, submission, seeds.from_text("report"), open_sandbox())


def without_pictures(report: Report) -> Report:
    return replace(report, functions=tuple(replace(one, pictures=()) for one in report.functions))


def page_ms(data: dict[str, object], lang: str) -> float:
    begun = time.process_time()
    as_html(stored.decode(data), lang)
    return 1000 * (time.process_time() - begun)


def measure() -> Iterator[Row]:
    for sample in map(Path, SAMPLES):
        report = graded(sample)
        data, bare = stored.encode(report), stored.encode(without_pictures(report))
        page_ms(data, "ko")
        whole, plain = (median(page_ms(one, "ko") for _ in range(ROUNDS)) for one in (data, bare))
        size = len(gzip.compress(as_html(without_pictures(report), "ko").encode()))
        about = f"{sample.parent.name}/{sample.stem}"
        goal = f"<= {GOAL_MS:g} ms, and {GOAL_BYTES // 1000} KB: {size / 1000:.1f} KB"
        yield Row(
            f"report of {about}",
            whole,
            "ms",
            "the same without pictures",
            whole / plain,
            goal,
            whole <= GOAL_MS and size <= GOAL_BYTES,
        )
