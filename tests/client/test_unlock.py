"""What signing in and unlocking refuse to believe of a server (spec §2.1-§2.3, §5.2)."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.client.person import PASSWORD, Interposed, Person
from vault.client.bytes import encode_base64
from vault.client.errors import CofferError, PolicyError
from vault.client.fetcher import Request, Response
from vault.client.passphrase import derive_root, derive_unlock_key, make_kdf
from vault.client.slots import Slot, open_slot, seal_slot

Answer = dict[str, Any]


def _changing(person: Person, path: str, change: Callable[[Answer], Answer]) -> Interposed:
    """A server that changes its answers under a path."""

    def interpose(request: Request, response: Response) -> Response:
        if not request.path.endswith(path):
            return response
        changed = json.dumps(change(json.loads(response.body))).encode()
        return Response(response.status, changed, response.cookies)

    return Interposed(person.url, interpose)


def _reseal(answer: Answer) -> Answer:
    """Renew the password slot with the right password and key: one that no statement names."""
    slot: Slot = answer["slots"][0]
    user, kdf = answer["user"], make_kdf()
    vault_key = open_slot(user, slot, derive_unlock_key(derive_root(PASSWORD, slot["kdf"])))
    unlock_key = derive_unlock_key(derive_root(PASSWORD, kdf))
    renewed = seal_slot(user, "password", kdf, unlock_key, vault_key)
    return {**answer, "slots": [renewed, answer["slots"][1]]}


def _weaken(kdf: Answer) -> Answer:
    return {**kdf, "memory": 8192}


def _flip(text: str, at: int) -> str:
    return text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda answer: {**answer, "head": {"hash": "ab" * 32, "seq": 1}}, "tampered_rollback"),
        (lambda answer: {**answer, "head": {"hash": "ab" * 32, "seq": 2}}, "tampered_rollback"),
        (lambda answer: {**answer, "username": "stranger"}, "tampered_key"),
        (lambda answer: {**answer, "slots": answer["slots"][1:]}, "tampered_rollback"),
        (_reseal, "tampered_rollback"),
        (
            lambda answer: {
                **answer,
                "slots": [
                    answer["slots"][0],
                    {
                        **answer["slots"][1],
                        "sealed": _flip(answer["slots"][1]["sealed"], 50),
                    },
                ],
            },
            "tampered_rollback",
        ),
        (
            lambda answer: {
                **answer,
                "keyring": {
                    **answer["keyring"],
                    "sealed": _flip(answer["keyring"]["sealed"], 50),
                },
            },
            "tampered_keyring",
        ),
        (
            lambda answer: {**answer, "keyring": {**answer["keyring"], "revision": 2}},
            "tampered_keyring",
        ),
        (
            lambda answer: {
                **answer,
                "slots": [
                    {**slot, "sealed": _flip(slot["sealed"], 50)} for slot in answer["slots"]
                ],
            },
            "wrong_key",
        ),
        (
            lambda answer: {
                **answer,
                "slots": [
                    {**answer["slots"][0], "kdf": _weaken(answer["slots"][0]["kdf"])},
                    answer["slots"][1],
                ],
            },
            "policy_kdf",
        ),
        (lambda answer: {**answer, "more": ""}, "format"),
    ],
    ids=[
        "another head",
        "a head that it does not serve",
        "another name",
        "no password slot",
        "a password slot that no statement names",
        "a recovery slot that no statement names",
        "another keyring",
        "another revision",
        "altered slots",
        "a weak derivation",
        "an unknown field",
    ],
)
def test_account_that_is_not_the_chains_is_refused(
    owner: Person, change: Callable[[Answer], Answer], code: str
) -> None:
    before = (owner.profile / "profile.json").read_text()
    with pytest.raises(CofferError) as caught:
        owner.unlock(_changing(owner, "/vault", change))
    assert caught.value.code == code
    assert (owner.profile / "profile.json").read_text() == before


@pytest.mark.parametrize(
    "change",
    [
        {"memory": 65535},
        {"iterations": 2},
        {"iterations": 0},
        {"iterations": 2**31},
        {"memory": 2**31},
        {"memory": None},
        {"parallelism": 4},
        {"salt": ""},
        {"algorithm": "hkdf-sha256"},
    ],
)
def test_weak_derivation_is_refused_before_anything_is_sent(
    owner: Person, change: dict[str, Any]
) -> None:
    between = _changing(owner, "/session/kdf", lambda answer: {"kdf": {**answer["kdf"], **change}})
    with pytest.raises(PolicyError):
        owner.session(between).sign_in(owner.username, owner.password)
    assert [(request.method, request.path) for request in between.requests] == [
        ("GET", "/api/v1/session"),
        ("POST", "/api/v1/session/kdf"),
    ]


def test_another_member_under_a_known_name_is_refused(owner: Person) -> None:
    stranger = "11111111-1111-4111-8111-111111111111"
    between = _changing(owner, "/session", lambda answer: {**answer, "user": stranger})
    with pytest.raises(CofferError) as caught:
        owner.session(between).sign_in(owner.username, owner.password)
    assert caught.value.code == "tampered_keyring"


def test_nobody_is_asked_for_a_password_that_is_of_no_use(owner: Person) -> None:
    owner.session().lock()
    with pytest.raises(CofferError) as caught:
        owner.session().unlock(lambda: pytest.fail("asked"))
    assert caught.value.code == "not_authenticated"


def test_session_that_ended_on_the_server_is_told(owner: Person) -> None:
    other = owner.session()
    other.api.session()
    other.api.sign_out()
    result = owner.run("ls", "--json")
    assert (result.code, result.codes) == (1, ["not_authenticated"])


def test_password_and_keys_never_leave_the_machine(owner: Person) -> None:
    between = Interposed(owner.url)
    owner.session(between).sign_in(owner.username, owner.password)
    vault = owner.unlock(between)
    root = derive_root(PASSWORD, json.loads(between.responses[1].body)["kdf"])
    sent = b"".join(
        f"{request.path} {dict(request.headers)}".encode() + request.body
        for request in between.requests
    )
    generation = vault.keyring["generations"][0]
    for secret in (
        PASSWORD.encode(),
        encode_base64(root).encode(),
        encode_base64(derive_unlock_key(root)).encode(),
        vault.keyring["identity"]["seed"].encode(),
        generation["private_key"].encode(),
        generation["label_key"].encode(),
        vault.keyring["cache_key"].encode(),
    ):
        assert secret not in sent
