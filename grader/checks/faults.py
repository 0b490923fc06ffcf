"""What is said of a function whose outputs did not come."""

from grader.core import Case, LimitHit, Message, Output, Param, Play, Raised, StudentFault


class Unusable(StudentFault):
    """What student code returned cannot be used for the next step; the message says what was expected. `empty` where
    it returned nothing at all."""

    def __init__(self, message: Message, *, empty: bool = False) -> None:
        super().__init__(message.id)
        self.message, self.empty = message, empty


class Stopped(StudentFault):
    """A function that hit a limit in an earlier box is not called again; `limit` is what it hit."""

    def __init__(self, limit: LimitHit) -> None:
        super().__init__(str(limit))
        self.limit = limit


class Missing(StudentFault):
    """A function that the submission does not define, and that another one of its group needs."""

    def __init__(self, function: str) -> None:
        super().__init__(function)
        self.function = function


def why_missing(case: Case, output: Output, play: Play) -> Message:
    """Why `output` is not among the outputs of `play`: its function's fault, else that of the one before it."""
    if output.function in play.faults:
        return fault_message(play.faults[output.function])
    for function in play.faults:
        return Message("checks.not-reached", {"output": output.name, "function": function})
    return Message("checks.form.not-returned", {"output": output.name, "case": case.name})


def fault_message(fault: StudentFault) -> Message:
    """A fault in words. What is no fault of a student flies on."""
    match fault:
        case Raised():
            return _raised(fault)
        case Stopped():
            return fault_message(fault.limit)
        case LimitHit(kind="protocol", allowed=float() | int()):
            return Message("checks.limit.returned", limit_params(fault))
        case LimitHit():
            return Message(f"checks.limit.{fault.kind}", limit_params(fault))
        case Missing():
            return Message("checks.not-there", {"function": fault.function})
        case Unusable():
            return fault.message
    raise fault


def _raised(fault: Raised) -> Message:
    where: dict[str, Param] = {"file": fault.path, "line": fault.line or 0}
    if fault.path is None:
        return Message("checks.raised-elsewhere", {"error": error_text(fault)})
    if fault.type == "SystemExit":
        return Message("checks.raised-exit", where)
    return Message("checks.raised", {**where, "error": error_text(fault)})


def error_text(fault: Raised) -> str:
    """`ValueError: shapes differ`, or the type alone where nothing was said, as Python prints it."""
    return f"{fault.type}: {fault.text}" if fault.text else fault.type


def limit_params(hit: LimitHit) -> dict[str, Param]:
    """What a sentence about a limit needs: `allowed` in seconds or bytes, `where` the line that was running."""
    where = f" ({hit.path}:{hit.line})" if hit.path and hit.line else ""
    return {"allowed": hit.allowed or 0.0, "detail": hit.detail, "where": where}
