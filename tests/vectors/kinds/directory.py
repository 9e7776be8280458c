"""The directory: replay refuses what an honest server would have refused (spec §5.2, §5.4)."""

from collections.abc import Sequence
from typing import Any

from tests.vectors.case import Vector, accepts, refuses
from tests.vectors.vault import (
    FILE,
    FOLDER,
    NEXT_VERSION,
    OTHER_FILE,
    OTHER_VERSION,
    OWNER_ID,
    STRANGER_ID,
    VERSION,
    ZEROS,
    chain,
    digest,
    identity,
    label_item,
    register_item,
    signature,
    signed,
    statement,
    upload_item,
)
from vault.client.directory import Directory, SignedStatement, new_directory, replay
from vault.client.hashes import hash_of

FIRST = ("upload", [upload_item(FILE, VERSION)])
Change = tuple[str, list[dict[str, Any]]]


def make() -> dict[str, Vector]:
    """Return the vectors by name."""
    return _accepted() | _links() | _signatures() | _rules() | _marks()


def served(statements: Sequence[bytes]) -> list[SignedStatement]:
    """Return statements as a server gives them out."""
    return [signed(data) for data in statements]


def replayed(*changes: Change) -> Directory:
    """Return the directory after register and these changes."""
    return replay(new_directory(OWNER_ID), served(chain(*changes)))


def _accepted() -> dict[str, Vector]:
    both = [upload_item(FILE, NEXT_VERSION, VERSION), upload_item(OTHER_FILE, OTHER_VERSION)]
    changes: tuple[Change, ...] = (
        FIRST,
        ("label", [label_item("create", FOLDER)]),
        ("upload", both),
        ("label", [label_item("move", FILE), label_item("trash", OTHER_FILE)]),
        ("delete", [{"file": FILE, "version": VERSION}]),
        ("delete", [{"file": OTHER_FILE, "version": ""}, {"file": FOLDER, "version": ""}]),
    )
    before, after = replayed(*changes[:2]), replayed(*changes)
    rest = chain(*changes)[3:]
    empty = new_directory(OWNER_ID)
    return {
        "new": accepts("new_directory", OWNER_ID, result=empty),
        "replay_nothing": accepts("replay", empty, [], result=empty),
        "replay_register": accepts("replay", empty, served(chain()), result=replayed()),
        "replay_from_the_start": accepts("replay", empty, served(chain(*changes)), result=after),
        "replay_what_is_new": accepts("replay", before, served(rest), result=after),
        "replay_own_statement": accepts(
            "apply_statement", replayed(FIRST), chain(*changes)[2], result=before
        ),
        "head": accepts(
            "chain_head", before, result={"hash": hash_of(chain(*changes)[2]), "seq": 3}
        ),
        "head_of_nothing": accepts("chain_head", empty, result={"hash": ZEROS, "seq": 0}),
    }


def _links() -> dict[str, Vector]:
    """Chains whose statements are well-formed and whose newest signature is right."""
    one, two, three = chain(FIRST, ("label", [label_item("rename", FILE)]))
    items = [label_item("rename", FILE)]
    others = [
        statement("register", [register_item()], user=STRANGER_ID),
        statement("label", items, seq=3, prev=hash_of(two), user=STRANGER_ID),
    ]
    broken: dict[str, list[bytes]] = {
        "gap": [one, three],
        "first_left_out": [two, three],
        "out_of_order": [one, three, two],
        "repeated": [one, two, two],
        "newest_repeated": [one, two, three, three],
        "wrong_prev": [one, two, statement("label", items, seq=3, prev=digest("fork"))],
        "prev_of_zeros": [one, two, statement("label", items, seq=3)],
        "wrong_seq": [one, two, statement("label", items, seq=4, prev=hash_of(two))],
        "of_other_user": [one, two, others[1]],
        "of_other_user_from_the_start": others[:1],
        "first_with_prev": [statement("register", [register_item()], prev=digest("before"))],
        "first_not_register": [statement("upload", FIRST[1])],
        "second_register": chain(FIRST, ("register", [register_item(username="mallory")])),
    }
    again = chain(FIRST)[1:]
    return {
        name: refuses("tampered_statement", "replay", new_directory(OWNER_ID), served(statements))
        for name, statements in broken.items()
    } | {
        "known_statement_again": refuses(
            "tampered_statement", "replay", replayed(FIRST), served(again)
        ),
        "own_statement_on_older_head": refuses(
            "tampered_statement", "apply_statement", replayed(FIRST), again[0]
        ),
        "malformed_in_between": refuses(
            "format", "replay", new_directory(OWNER_ID), served([one, b"{}", three])
        ),
        "version_2_in_between": refuses(
            "format",
            "replay",
            new_directory(OWNER_ID),
            served([one, statement("upload", FIRST[1], prev=hash_of(one), seq=2, v=2)]),
        ),
    }


def _signatures() -> dict[str, Vector]:
    one, two = chain(FIRST)
    stranger = identity("stranger")
    wrong = {
        "of_stranger": signature(two, stranger),
        "of_older_statement": signature(one),
        "flipped": signature(two)[:-1] + b"\xff",
        "empty": b"",
    }
    forged = [signed(one), signed(two, stranger)]
    return {
        f"signature_{name}": refuses(
            "tampered_statement",
            "replay",
            new_directory(OWNER_ID),
            [signed(one), {"signature": data, "statement": two}],
        )
        for name, data in wrong.items()
    } | {
        "signature_of_stranger_on_known_chain": refuses(
            "tampered_statement", "replay", replayed(), forged[1:]
        ),
        "signature_of_older_not_needed": accepts(
            "replay",
            new_directory(OWNER_ID),
            [{"signature": b"", "statement": one}, signed(two)],
            result=replayed(FIRST),
        ),
    }


def _rules() -> dict[str, Vector]:
    """Chains that are whole and signed, and say what an honest server would have refused."""
    second: Change = ("upload", [upload_item(FILE, NEXT_VERSION, VERSION)])
    third = upload_item(FILE, OTHER_VERSION, NEXT_VERSION)
    create: Change = ("label", [label_item("create", FOLDER)])
    gone: Change = ("delete", [{"file": FILE, "version": ""}])
    other: Change = ("upload", [upload_item(OTHER_FILE, OTHER_VERSION)])
    broken: dict[str, tuple[Change, ...]] = {
        "upload_replaces_older": (FIRST, second, ("upload", [{**third, "replaces": VERSION}])),
        "upload_replaces_unknown": (FIRST, ("upload", [third])),
        "upload_replaces_in_new_file": (("upload", [upload_item(FILE, NEXT_VERSION, VERSION)]),),
        "upload_replaces_nothing": (FIRST, ("upload", [upload_item(FILE, NEXT_VERSION)])),
        "upload_replaces_version_of_other_file": (
            FIRST,
            other,
            ("upload", [upload_item(FILE, NEXT_VERSION, OTHER_VERSION)]),
        ),
        "upload_version_again": (FIRST, ("upload", [upload_item(FILE, VERSION, VERSION)])),
        "upload_version_of_other_file": (FIRST, ("upload", [upload_item(OTHER_FILE, VERSION)])),
        "upload_to_folder": (create, ("upload", [upload_item(FOLDER, VERSION)])),
        "upload_other_generation": (("upload", [upload_item(FILE, VERSION, generation=2)]),),
        "upload_second_item_wrong": (
            ("upload", [upload_item(FILE, VERSION), upload_item(OTHER_FILE, OTHER_VERSION, FILE)]),
        ),
        "label_of_unknown_file": (FIRST, ("label", [label_item("rename", OTHER_FILE)])),
        "label_of_deleted_file": (FIRST, gone, ("label", [label_item("restore", FILE)])),
        "label_creates_file_again": (FIRST, ("label", [label_item("create", FILE)])),
        "label_creates_folder_again": (create, create),
        "label_other_generation": (FIRST, ("label", [label_item("move", FILE, generation=2)])),
        "delete_unknown_file": (FIRST, ("delete", [{"file": OTHER_FILE, "version": ""}])),
        "delete_file_again": (FIRST, gone, gone),
        "delete_current_version": (FIRST, ("delete", [{"file": FILE, "version": VERSION}])),
        "delete_unknown_version": (FIRST, ("delete", [{"file": FILE, "version": OTHER_VERSION}])),
        "delete_version_of_other_file": (
            FIRST,
            second,
            other,
            ("delete", [{"file": OTHER_FILE, "version": VERSION}]),
        ),
        "delete_version_of_folder": (
            create,
            ("delete", [{"file": FOLDER, "version": VERSION}]),
        ),
    }
    return {
        name: refuses(
            "tampered_statement", "replay", new_directory(OWNER_ID), served(chain(*changes))
        )
        for name, changes in broken.items()
    }


def _marks() -> dict[str, Vector]:
    known = replayed(FIRST)
    hashes = known["chain"]
    refused = {
        "cut_back": {"hash": digest("third"), "seq": 3},
        "forked": {"hash": digest("fork"), "seq": 2},
        "forked_before": {"hash": digest("fork"), "seq": 1},
        "of_other_place": {"hash": hashes[0], "seq": 2},
        "of_no_statement": {"hash": hashes[0], "seq": 0},
        "of_zeros": {"hash": ZEROS, "seq": 2},
    }
    nothing = {"hash": ZEROS, "seq": 0}
    return {
        "mark_at_head": accepts("check_mark", known, {"hash": hashes[1], "seq": 2}),
        "mark_before": accepts("check_mark", known, {"hash": hashes[0], "seq": 1}),
        "mark_of_nothing": accepts("check_mark", known, nothing),
        "mark_of_nothing_in_empty_chain": accepts("check_mark", new_directory(OWNER_ID), nothing),
        "mark_chain_gone": refuses(
            "tampered_rollback",
            "check_mark",
            new_directory(OWNER_ID),
            {"hash": hashes[0], "seq": 1},
        ),
    } | {
        f"mark_{name}": refuses("tampered_rollback", "check_mark", known, mark)
        for name, mark in refused.items()
    }
