"""Row 19: a server that asks for what must never leave the client (spec §2.1, §6)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.attacks import lies
from tests.attacks.lies import is_for
from tests.attacks.refusal import assert_refused
from tests.attacks.simulator import Answer, Lie, MaliciousServer
from tests.attacks.victim import Act, Victim, act_list, act_sign_in
from tests.e2e.capture import find
from tests.server import Server
from vault.client.fetcher import Request


@pytest.fixture
def stranger(server: Server) -> Iterator[MaliciousServer]:
    """Return a server at another address, which nobody has a reason to call."""
    elsewhere = MaliciousServer(server)
    yield elsewhere
    assert elsewhere.requests == []
    elsewhere.close()


def _redirect(method: str, path: str, status: int, url: str) -> Lie:
    def lie(request: Request, answer: Answer) -> Answer:
        if not is_for(request, method, path):
            return answer
        return Answer(status, b"", [("Location", f"{url}{request.path}")])

    return lie


def _ask_for_password(method: str, path: str) -> Lie:
    def lie(request: Request, answer: Answer) -> Answer:
        if not is_for(request, method, path):
            return answer
        return Answer(401, b"", [("WWW-Authenticate", 'Basic realm="Type your password"')])

    return lie


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize(
    ("act", "method", "path", "tries"),
    [(act_sign_in, "POST", "session", 1), (act_list, "GET", "vault", 5)],
    ids=["signing in", "unlocking"],
)
def test_row_19_redirect_to_a_stranger(
    victim: Victim,
    stranger: MaliciousServer,
    status: int,
    act: Act,
    method: str,
    path: str,
    tries: int,
    tmp_path: Path,
) -> None:
    lie = _redirect(method, path, status, stranger.url)
    repeated = Counter({f"{method} {path}": tries - 1})
    assert_refused(victim, act, lie, "network", tmp_path, repeated=repeated)


@pytest.mark.parametrize(
    ("act", "make", "code"),
    [
        (act_sign_in, lambda: _ask_for_password("POST", "session"), "network"),
        (act_sign_in, lambda: _ask_for_password("POST", "session/kdf"), "network"),
        (
            act_sign_in,
            lambda: lies.refusing(
                "POST", "session", 400, code="password_required", detail="Send the password."
            ),
            "password_required",
        ),
        (act_sign_in, lambda: lies.kdf(lambda _: {"algorithm": "plain"}), "policy_kdf"),
        (
            act_list,
            lambda: lies.refusing("GET", "vault", 403, code="unlock_key_required", detail=""),
            "unlock_key_required",
        ),
        (act_list, lambda: lies.slots(lambda slot: {**slot, "kind": "plain"}), "format"),
        (act_list, lambda: lies.slots(lambda slot: {**slot, "send": "unlock_key"}), "format"),
    ],
    ids=[
        "basic authentication",
        "basic authentication before the derivation",
        "a refusal that asks",
        "a derivation that is none",
        "a refusal that asks for a key",
        "a slot of another kind",
        "a slot that asks",
    ],
)
def test_row_19_server_that_asks(
    victim: Victim, act: Act, make: Callable[[], Lie], code: str, tmp_path: Path
) -> None:
    # What was sent is searched for every secret.
    assert_refused(victim, act, make(), code, tmp_path)


def test_row_19_nothing_secret_is_stored_or_logged(victim: Victim) -> None:
    honest = victim.server.honest
    stored = [path for path in honest.data.rglob("*") if path.is_file()] + [honest.log]
    assert find({victim.person.username.encode()}, stored)
    assert find(victim.secrets | victim.login_secrets, stored) == []


def test_row_19_search_finds_what_it_looks_for(victim: Victim, tmp_path: Path) -> None:
    with victim.server.lying(lambda request, answer: answer) as requests:
        act_sign_in(victim.person, tmp_path)
    (signs_in,) = [request for request in requests if is_for(request, "POST", "session")]
    assert any(secret in signs_in.body for secret in victim.login_secrets)
    elsewhere = Request("POST", "/api/v1/statements", {}, signs_in.body)
    assert victim.leaks([elsewhere]) == ["POST statements"]
    password = Request("GET", f"/login/?password={victim.person.password}")
    assert victim.leaks([password]) != []
