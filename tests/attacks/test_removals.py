"""The replay itself, and the defences whose removal shows within seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.attacks.page_removals import IN_BROWSER, REMOVALS
from tests.attacks.removals import FAST, SLOW, Edit, Removal
from tests.attacks.replay import ReplayError, copy_project, replay
from tests.server import ROOT


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the project, to be spoiled."""
    return copy_project(tmp_path_factory.mktemp("copy"))


@pytest.mark.parametrize("removal", REMOVALS, ids=lambda removal: removal.name)
def test_removal_fits_the_code_as_it_is(removal: Removal) -> None:
    for edit in removal.edits:
        assert (ROOT / edit.file).read_text("utf-8").count(edit.old) == 1
        assert edit.old != edit.new


@pytest.mark.parametrize("removal", FAST, ids=lambda removal: removal.name)
def test_test_goes_red_without_the_defence(removal: Removal, copy: Path) -> None:
    replay(removal, copy)


@pytest.mark.long
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("removal", SLOW + IN_BROWSER, ids=lambda removal: removal.name)
def test_row_goes_red_without_the_defence(removal: Removal, copy: Path) -> None:
    replay(removal, copy)


def test_removal_that_removes_nothing_fails_loudly(copy: Path) -> None:
    harmless = (
        Edit("vault/client/floe.py", "_HEADER_TAG_LENGTH = 32", "_HEADER_TAG_LENGTH = 2 * 16"),
    )
    with pytest.raises(ReplayError, match="gives 0 without"):
        replay(FAST[2]._replace(edits=harmless), copy)


def test_text_that_is_gone_fails_loudly(copy: Path) -> None:
    gone = (Edit("vault/client/floe.py", "no such text", ""),)
    with pytest.raises(ReplayError, match="has 0 times"):
        replay(FAST[2]._replace(edits=gone), copy)


def test_code_that_does_not_load_is_no_proof(copy: Path) -> None:
    broken = (Edit("vault/client/floe.py", "_HEADER_TAG_LENGTH = 32", "_HEADER_TAG_LENGTH = ("),)
    with pytest.raises(ReplayError, match=r"gives [2-9] without"):
        replay(FAST[2]._replace(edits=broken), copy)
