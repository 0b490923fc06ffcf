"""What is said of a function whose outputs did not come."""

from grader.core import LimitHit, Message, Output, Param, Play, Raised, StudentFault


class Unusable(StudentFault):
    """What student code returned cannot be used for the next step; the message says what was expected."""

    def __init__(self, message: Message) -> None:
        super().__init__(message.id)
        self.message = message


class Stopped(StudentFault):
    """A function that hit a limit in an earlier box is not called again; `limit` is what it hit."""

    def __init__(self, limit: LimitHit) -> None:
        super().__init__(str(limit))
        self.limit = limit


class Missing(StudentFault):
    """A function of the group that the submission does not define, and that another one of the group needs."""


def why_missing(output: Output, play: Play) -> Message:
    """Why `output` is not among the outputs of `play`: its function's fault, else that of the one before it."""
    fault = play.faults.get(output.function)
    if fault is not None and not isinstance(fault, Missing):
        return fault_message(fault)
    for function in play.faults:
        return Message("checks.not-reached", {"output": output.name, "function": function})
    return Message("checks.form.not-returned", {"output": output.name})


def fault_message(fault: StudentFault) -> Message:
    """A fault in words; a file or line that is not known is empty."""
    if isinstance(fault, Raised):
        where: dict[str, Param] = {"file": fault.path or "", "line": fault.line or 0}
        return Message("checks.raised", {"type": fault.type, "text": fault.text, **where})
    if isinstance(fault, Unusable):
        return fault.message
    if isinstance(fault, Stopped):
        fault = fault.limit
    if isinstance(fault, LimitHit):
        return Message(f"checks.limit.{fault.kind}", {"allowed": fault.allowed or 0.0, "detail": fault.detail})
    raise fault
