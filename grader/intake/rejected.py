"""The one way in which a submission is turned away: with a sentence that says what to mend."""

from __future__ import annotations

from grader.core import Message, SourceFile, StudentFault


class Rejected(StudentFault):
    """Nothing of this submission can be graded. `files` and `notes` are what was read of it, for the report."""

    def __init__(
        self, message: Message, *, files: tuple[SourceFile, ...] = (), notes: tuple[Message, ...] = ()
    ) -> None:
        super().__init__(f"{message.id} {dict(message.params)}")
        self.message, self.files, self.notes = message, files, notes
