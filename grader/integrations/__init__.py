"""Other systems: each file knows one of them, and nothing else knows it."""
