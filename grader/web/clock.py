"""Moments and spans in words: "in 3 h 12 min", "Sat 2026-11-21 23:59 KST", each as a message of the catalogue."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from grader.core import Message
from grader.report import text

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTDOWN_SECONDS = 48 * 3600
"""Below this a span is told in hours and minutes, above it in days."""


def duration(seconds: float, lang: str) -> str:
    """A span in its two largest units; below a minute in seconds, with a decimal below ten."""
    if seconds < 60:
        amount = round(seconds, 1) if seconds < 10 else int(seconds)
        return text(Message("web.time.seconds", {"s": f"{amount:g}"}), lang)
    minutes = int(seconds) // 60
    if minutes < 60:
        return text(Message("web.time.minutes", {"m": minutes}), lang)
    if seconds < COUNTDOWN_SECONDS:
        return text(Message("web.time.hours", {"h": minutes // 60, "m": minutes % 60}), lang)
    return text(Message("web.time.days", {"d": minutes // 1440, "h": minutes % 1440 // 60}), lang)


def countdown(moment: datetime, now: datetime) -> int:
    """Seconds until then where they are told in hours and minutes, and run down while a page is open; else 0."""
    left = int((moment - now).total_seconds())
    return left if 0 < left < COUNTDOWN_SECONDS else 0


def relative(moment: datetime, now: datetime, lang: str) -> str:
    """ "in 3 h 12 min", "4 min ago", or "now" within two seconds."""
    seconds = (moment - now).total_seconds()
    if abs(seconds) < 2:
        return text(Message("web.time.now"), lang)
    span = duration(abs(int(seconds)), lang)
    return text(Message("web.time.in" if seconds > 0 else "web.time.ago", {"time": span}), lang)


def absolute(moment: datetime, zone: ZoneInfo, lang: str) -> str:
    """The moment in `zone`, with the zone's name."""
    local = moment.astimezone(zone)
    day = text(Message(f"web.day.{DAYS[local.weekday()]}"), lang)
    about = {"day": day, "date": f"{local:%Y-%m-%d}", "clock": f"{local:%H:%M}", "zone": f"{local:%Z}"}
    return text(Message("web.time.absolute", about), lang)


def rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
