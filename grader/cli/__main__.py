"""`python -m grader.cli` is `grader`."""

from grader.cli import run

if __name__ == "__main__":  # processes that grade in parallel import this file again
    run()
