"""A case that may cost nothing: who is right everywhere else and wrong there is told so in a warning."""

from dataclasses import replace

from grader.checks.trial import Trial
from grader.core import Case, Check, CheckStatus, Finding, Message


def remarked(check: Check, case: Case, warning: str) -> Check:
    """`check`, which adds `warning.<warning>` where it passed and an output of `case` is wrong. The case stands in the
    group with `graded=()`."""

    def ask(trial: Trial, function: str) -> Finding:
        finding = check.ask(trial, function)
        wrong = [output for output in trial.outputs(function) if not trial.verdict(case, output).right]
        if finding.status is not CheckStatus.PASSED or not wrong:
            return finding
        return replace(finding, warnings=(*finding.warnings, Message(f"warning.{warning}", {"case": case.name})))

    return replace(check, ask=ask)
