"""From a submission to a report: assignments, seeds, and the one function that grades."""
