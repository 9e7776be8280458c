"""Who is asking, as far as the log may know: committed, never in the clear (spec §7)."""

from __future__ import annotations

from typing import NamedTuple


class Caller(NamedTuple):
    """Address and user agent of one request; both enter an entry as salted commitments."""

    address: str
    user_agent: str

    def commitments(self) -> dict[str, str]:
        return self._asdict()
