"""Processes that write the log at once while `kill -9` meets them anywhere, for test_concurrency.

    python -m tests.audit.herd PROCESSES SECONDS SEED ACKNOWLEDGED

signs up members on an empty instance and lets that many processes post statements through the whole
server and append entries of their own. What was acknowledged goes to the file ACKNOWLEDGED, line by
line. Prints how many processes were killed from outside and how many between two statements of SQL.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import django

if TYPE_CHECKING:
    from tests.vault.member import Member

MEMBERS = ("mara", "nils", "oona")
# A process dies by its own hand about every this many database statements.
STATEMENTS_PER_DEATH = 400
KILL_EVERY = (0.02, 0.12)  # seconds between two kills from outside


def main(processes: int, seconds: float, seed: int, acknowledged: str) -> None:
    """Keep that many writers running for that many seconds, then kill them all."""
    django.setup()
    members = _sign_up()
    chance = random.Random(seed)  # noqa: S311 - places to kill, not secrets
    record = os.open(acknowledged, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def spawn() -> int:
        return _fork(members, chance.getrandbits(64), record)

    herd = {spawn() for _ in range(processes)}
    deaths = {"outside": 0, "inside": 0}
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        time.sleep(chance.uniform(*KILL_EVERY))
        victim = chance.choice(sorted(herd))
        os.kill(victim, signal.SIGKILL)
        deaths["outside"] += 1
        # The victim may have died by its own hand just before; either way it is reaped below.
        os.waitpid(victim, 0)
        fallen = {victim, *_reap(herd - {victim})}
        deaths["inside"] += len(fallen) - 1
        herd = (herd - fallen) | {spawn() for _ in fallen}
    for pid in herd:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    sys.stdout.write(json.dumps(deaths))


def _sign_up() -> list[Member]:
    from django.db import connections
    from django.test import Client

    from tests.vault.member import Member
    from tests.vectors import cast

    keys = (cast.OWNER, cast.RECIPIENT, cast.STRANGER)
    members = [
        Member(name, private_key=key, client=Client(SERVER_NAME="localhost")).sign_up()
        for name, key in zip(MEMBERS, keys, strict=True)
    ]
    # Two processes must never talk over one connection.
    connections.close_all()
    return members


def _reap(herd: set[int]) -> set[int]:
    """Return those that died by themselves; a writer that ends in another way is an error."""
    fallen = set()
    for pid in herd:
        done, status = os.waitpid(pid, os.WNOHANG)
        if done:
            if not os.WIFSIGNALED(status):
                raise RuntimeError("a writer failed; its error is above")
            fallen.add(pid)
    return fallen


def _fork(members: list[Member], seed: int, record: int) -> int:
    pid = os.fork()
    if pid:
        return pid
    try:
        _write(members, random.Random(seed), record)  # noqa: S311 - as above
    except BaseException:
        import traceback

        traceback.print_exc()
    os._exit(1)


def _write(members: list[Member], chance: random.Random, record: int) -> None:
    """Post and append until killed; note each operation once it is acknowledged."""
    from django.db import OperationalError, connection

    with connection.execute_wrapper(_deadly(chance)):
        while True:
            operation = _append if chance.random() < 0.3 else _post
            try:
                done = operation(chance.choice(members), chance)
            except OperationalError:
                # SQLite's lock was not to be had in time: a refusal, so nothing to note.
                continue
            if done:
                os.write(record, json.dumps(done).encode() + b"\n")


def _deadly(chance: random.Random) -> Callable[..., Any]:
    """Return a wrapper around every database statement that may kill before or after it."""

    def execute(run: Callable[..., Any], *statement: Any) -> Any:
        _perhaps_die(chance)
        result = run(*statement)
        _perhaps_die(chance)
        return result

    return execute


def _perhaps_die(chance: random.Random) -> None:
    if chance.random() < 0.5 / STATEMENTS_PER_DEATH:
        os.kill(os.getpid(), signal.SIGKILL)


def _append(member: Member, chance: random.Random) -> dict[str, Any]:
    """Append an entry with all that can stand beside one."""
    from django.db import transaction

    from audit import log
    from tests.vault.drafts import make_uuid

    number = chance.getrandbits(48)
    with transaction.atomic():
        entry = log.append(
            "download",
            user_id=member.user,
            files=[make_uuid(), make_uuid()],
            detail={"number": number},
            commit={"address": "203.0.113.7", "user_agent": f"writer {number}"},
        )
    return {"entry": entry.seq, "number": number}


def _post(member: Member, chance: random.Random) -> dict[str, Any] | None:
    """Make folders by a statement; None when it was refused, which is none of the log's business.

    Another process may have moved the member's head on first, or kept SQLite's lock for too long.
    """
    from tests.vault.drafts import make_uuid
    from vault.models import User

    user = User.objects.get(pk=member.user)
    member.seq, member.head = user.chain_seq, user.chain_hash
    folders = [make_uuid() for _ in range(chance.randint(1, 3))]
    signed = member.sign("label", [member.label_pair(folder, "create") for folder in folders])
    response = member.post(signed)
    if response.status_code != 201:
        assert response.json()["code"] in ("stale_head", "unavailable"), response.content
        return None
    (accepted,) = response.json()["statements"]
    return {"entry": accepted["entry"], "statement": accepted["hash"]}


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]), sys.argv[4])
