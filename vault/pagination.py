"""Lists in pages: `results` with a cursor to what follows, "" at the end (spec §6.3)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from django.db.models import Model

from vault.exceptions import Refusal
from vault.forms import MAX_INTEGER

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

PAGE_ROWS = 1_000
# A page of long statements ends earlier, so that no answer takes more memory than this and a row.
PAGE_BYTES = 8_388_608

M = TypeVar("M", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page; `next` is the cursor of the following one or ""."""

    next: str
    results: list[M]


def take_page(
    rows: QuerySet[M],
    field: str,
    after: Any,
    size_of: Callable[[M], int],
    *,
    newest_first: bool = False,
) -> Page[M]:
    """Return the rows after a value of `field`, which orders them and is unique among them.

    `size_of` returns a row's bytes. A cursor that names the last row seen, rather than a number of
    rows, skips and repeats nothing when rows come and go between two pages.
    """
    if after is not None:
        rows = rows.filter(**{f"{field}__{'lt' if newest_first else 'gt'}": after})
    ordered = rows.order_by(f"-{field}" if newest_first else field)
    results: list[M] = []
    taken = 0
    for row in ordered[: PAGE_ROWS + 1].iterator(chunk_size=100):
        if len(results) == PAGE_ROWS or taken >= PAGE_BYTES:
            return Page(str(getattr(results[-1], field)), results)
        results.append(row)
        taken += size_of(row)
    return Page("", results)


def read_cursor(parameters: Any, names: tuple[str, ...], read: Callable[[str], Any]) -> Any:
    """Return the first of these query parameters that is there, read, or None.

    Raises Refusal `invalid` for one that this server cannot have given out.
    """
    for name in names:
        if name in parameters:
            try:
                return read(parameters[name])
            except ValueError as error:
                raise Refusal("invalid", f"{name}: is not a cursor of this list") from error
    return None


def read_seq(text: str) -> int:
    """Return a cursor that is a seq. Raises ValueError."""
    # int() alone would take "+1", " 1", "1_0" and other alphabets' digits.
    if not text.isascii() or not text.isdigit() or len(text) > 16 or int(text) > MAX_INTEGER:
        raise ValueError(text)
    return int(text)
