"""`/courses/{course}/assignments/{slug}/statistics`: what does the class not understand?"""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request, Response

from grader.api.dependencies import Reader, permission
from grader.api.gradebook import Filtered
from grader.api.guard import guarded_router
from grader.api.submissions import course_of
from grader.course import pages, statistics, units
from grader.course.permissions import Grant
from grader.course.statistics import CheckRate, Statistics
from grader.report.scores import decimals
from grader.report.words import check_title
from grader.web.chart import Bar, histogram
from grader.web.frame import frame_of
from grader.web.rendering import Frame, page, say

router = guarded_router()


@router.get("/courses/{course}/assignments/{slug}/statistics")
def show(
    request: Request,
    slug: str,
    grant: Annotated[Grant, Depends(permission("statistics.read"))],
    session: Reader,
    by: Filtered,
) -> Response:
    course = course_of(grant)
    assignment = units.find_assignment(session, course, slug)
    figures = statistics.of_assignment(session, assignment, by)
    frame = frame_of(request, session, grant.person, course)
    shown = pages.title_of(assignment).text(frame.lang)
    chart = histogram([(bar.low, bar.high, bar.count) for bar in figures.histogram])
    return page(
        frame,
        "statistics.html",
        title=say(frame, "web.statistics.title", assignment=shown),
        assignment_title=shown,
        slug=slug,
        course=course,
        staff=grant.staff,
        figures=figures,
        lead=_lead(frame, figures),
        chart=chart,
        chart_label=_in_words(frame, figures.submitted, chart.bars),
        span=_span,
        checks=[(check_title(one.check, frame.lang), one) for one in sorted(figures.checks, key=_rate)],
        units={one["name"]: one["unit"] for one in assignment.unit.functions if "unit" in one},
    )


def _lead(frame: Frame, figures: Statistics) -> str:
    middle = "–" if figures.median is None else decimals(figures.median, least=1)
    most = decimals(figures.max_score, least=0)
    about = {"submitted": figures.submitted, "students": figures.students}
    return say(frame, "web.statistics.lead", **about, median=middle, most=most)


def _in_words(frame: Frame, students: int, bars: tuple[Bar, ...]) -> str:
    told = (say(frame, "web.statistics.bar", range=_span(bar), count=bar.count) for bar in bars if bar.count)
    return say(frame, "web.statistics.chart", students=students, bars=", ".join(told))


def _span(bar: Bar) -> str:
    return f"{decimals(bar.low, least=0)}–{decimals(bar.high, least=0)}"


def _rate(one: CheckRate) -> tuple[float, str, str]:
    """The hardest first; what nobody was graded on comes last."""
    return 2.0 if one.pass_rate is None else one.pass_rate, one.function, one.check
