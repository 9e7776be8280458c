"""Sizes and times as a person and as a program reads them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LATEST = 253_402_300_799_999  # the last millisecond of the year 9999, where datetime ends
_UNITS = ("kB", "MB", "GB", "TB", "PB")


def format_size(size: int) -> str:
    """Return bytes such as `4.2 MB`, in powers of 1000."""
    if size < 1000:
        return f"{size} B"
    value, power = size / 1000, 0
    while value >= 999.5 and power < len(_UNITS) - 1:
        value, power = value / 1000, power + 1
    return f"{value:.1f} {_UNITS[power]}" if value < 9.95 else f"{value:.0f} {_UNITS[power]}"


def format_time(moment: int) -> str:
    """Return milliseconds since 1970 as local time, such as `2026-01-31 23:59`."""
    try:
        return _time(moment).astimezone().strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError):  # the year 10000 somewhere east of here
        return _time(moment).strftime("%Y-%m-%d %H:%M")


def format_iso_time(moment: int) -> str:
    """Return milliseconds since 1970 in RFC 3339, in UTC."""
    return _time(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _time(moment: int) -> datetime:
    return _EPOCH + timedelta(milliseconds=min(moment, _LATEST))
