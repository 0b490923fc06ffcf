"""The numbers behind a report's pictures, gathered while the box is open. `grader.report.pictures` draws them.

Whatever shows inputs is played anew on public ones: a case of the group, drawn from a stream that is the same for
everybody. What a program returned for hidden inputs is never drawn. A picture decides nothing: where one cannot be
made, there is one less.
"""
