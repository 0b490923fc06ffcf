"""Two types of columns that both databases keep exactly: moments, and points."""

from __future__ import annotations

from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache

import sqlalchemy as sa


class Utc(sa.types.TypeDecorator[datetime]):
    """A moment. Goes in with its zone, comes out in UTC; SQLite keeps it without the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Points(sa.types.TypeDecorator[Fraction]):
    """Points with two decimals, stored as a whole number of hundredths, so that sums are exact."""

    impl = sa.Integer
    cache_ok = True

    def process_bind_param(self, value: Fraction | int | None, dialect: sa.Dialect) -> int | None:
        if value is None:
            return None
        count = Fraction(value) * 100
        if count.denominator != 1:
            raise ValueError(f"{value} points have more than two decimals")
        return count.numerator

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Fraction | None:
        return None if value is None else hundredths(value)


@lru_cache(maxsize=10_000)
def hundredths(count: int) -> Fraction:
    """A gradebook holds few different scores, many times."""
    return Fraction(count, 100)
