"""TRUSTED: one file an assignment, with its solution and its check plan. Never enters the box."""
