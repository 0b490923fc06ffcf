"""What may cost nothing: who is right everywhere else and wrong there is told so in a warning."""

from collections.abc import Sequence
from dataclasses import replace

from grader.checks.trial import Trial
from grader.core import Case, Check, CheckStatus, Finding, Message


def remarked(check: Check, case: Case, warning: str, *, outputs: Sequence[str] | None = None) -> Check:
    """`check`, which adds `warning.<warning>` where it passed and one of `outputs` (None: any) is wrong in `case`.
    There they must not count."""

    def ask(trial: Trial, function: str) -> Finding:
        finding = check.ask(trial, function)
        asked = [output for output in trial.outputs(function) if outputs is None or output.name in outputs]
        if finding.status is not CheckStatus.PASSED or all(trial.verdict(case, output).right for output in asked):
            return finding
        return replace(finding, warnings=(*finding.warnings, Message(f"warning.{warning}", {"case": case.name})))

    return replace(check, ask=ask)
