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
        case Raised(path=None):
            return Message("checks.raised-elsewhere", {"type": fault.type, "text": fault.text})
        case Raised():
            where: dict[str, Param] = {"file": fault.path, "line": fault.line or 0}
            return Message("checks.raised", {"type": fault.type, "text": fault.text, **where})
        case Stopped():
            return fault_message(fault.limit)
        case LimitHit():
            return Message(f"checks.limit.{fault.kind}", {"allowed": fault.allowed or 0.0, "detail": fault.detail})
        case Missing():
            return Message("checks.not-there", {"function": fault.function})
        case Unusable():
            return fault.message
    raise fault
