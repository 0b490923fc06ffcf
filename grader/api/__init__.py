"""The HTTP door: JSON routes under `/api/v1`, errors as problems, and what every route stands on."""

from grader.api.app import create_app

__all__ = ["create_app"]
