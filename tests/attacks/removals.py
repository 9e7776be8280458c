"""Each defence, and how to take it away: the test that must go red then (docs/threat-model.md).

A removal is exact text and what stands in its place. Text that has changed fails the replay, so
that this list follows the code.
"""

from __future__ import annotations

from typing import NamedTuple

CLIENT = "vault/client"
HERE = "tests/attacks"
VECTOR = "tests/client/test_vectors.py::test_vector_gets_its_verdict"


class Edit(NamedTuple):
    """Text that stands once in a file (relative to the project), and what replaces it."""

    file: str
    old: str
    new: str


class Removal(NamedTuple):
    """A defence that is gone, and a test that must fail without it; two locks are two edits."""

    name: str
    test: str
    edits: tuple[Edit, ...]


# Seconds each: run by `make test`. No server and no browser.
FAST = (
    Removal(
        "row 1: floor of the KDF",
        f"{VECTOR}[passphrase/kdf_memory_below_floor.json]",
        (
            Edit(
                f"{CLIENT}/passphrase.py",
                '_MIN_MEMORY <= fields["memory"] <= _MAX_MEMORY',
                'fields["memory"] <= _MAX_MEMORY',
            ),
        ),
    ),
    Removal(
        "row 8: digest of each block",
        f"{VECTOR}[manifest/block_flipped.json]",
        (Edit(f"{CLIENT}/manifest.py", " or sha256(block) != digest:", ":"),),
    ),
    Removal(
        "row 16: header that commits to its DEK",
        f"{VECTOR}[floe/header_tag_flipped.json]",
        (
            Edit(
                f"{CLIENT}/floe.py",
                "if not equal(header_tag, header[-_HEADER_TAG_LENGTH:]):",
                "if False:",
            ),
        ),
    ),
)

# A server each: run by `make test-long`.
SLOW = (
    Removal(
        "row 1: floor of the KDF, against a server",
        f"{HERE}/test_unlocking.py::test_row_01_weak_kdf_at_sign_in[one pass]",
        (
            Edit(
                f"{CLIENT}/passphrase.py",
                '_MIN_ITERATIONS <= fields["iterations"] <= _MAX_ITERATIONS',
                'fields["iterations"] <= _MAX_ITERATIONS',
            ),
        ),
    ),
    Removal(
        "row 2: wraps held to the chain",
        f"{HERE}/test_content.py::test_row_02_servers_own_dek[wrap alone]",
        (
            Edit(
                f"{CLIENT}/served.py",
                '(wrap_hash(served["wrap"]), served["generation"]) != '
                '(entry["wrap"], entry["generation"])',
                "False",
            ),
        ),
    ),
    Removal(
        "row 3: files that no statement names",
        f"{HERE}/test_history.py::test_row_03_file_that_no_statement_names[at the end]",
        (
            Edit(
                f"{CLIENT}/served.py",
                'raise TamperedError("tampered_unlisted", '
                '"listing: a file that no statement names")',
                "continue",
            ),
        ),
    ),
    Removal(
        "row 4: files left out",
        f"{HERE}/test_history.py::test_row_04_listing[one dropped]",
        (Edit(f"{CLIENT}/served.py", "if len(listed) != len(files):", "if False:"),),
    ),
    Removal(
        "row 4: the mark",
        f"{HERE}/test_history.py::test_row_04_last_week",
        (Edit(f"{CLIENT}/vault.py", "check_mark(self.directory, self._mark)", "pass"),),
    ),
    Removal(
        "row 4: revision of the keyring",
        f"{HERE}/test_history.py::test_row_04_old_keyring_with_the_new_chain[new device]",
        (
            Edit(
                f"{CLIENT}/keyring.py",
                'if keyring["revision"] < named["revision"]:',
                "if False:",
            ),
        ),
    ),
    Removal(
        "row 6: public keys recomputed from the private ones",
        f"{HERE}/test_unlocking.py::test_row_06_members_own_public_key"
        "[with the whole chain renewed]",
        (Edit(f"{CLIENT}/keyring.py", "    _check_public_keys(directory, keyring)\n", ""),),
    ),
    Removal(
        "row 7: one error for every byte",
        f"{HERE}/test_unlocking.py::test_row_07_each_byte_of_the_keyring",
        (
            Edit(
                f"{CLIENT}/sealed.py",
                'raise TamperedError(code, "sealed: does not open") from cause',
                'raise TamperedError(code, f"sealed: {sealed[0]}") from cause',
            ),
        ),
    ),
    Removal(
        "row 8: digests and positions of segments",
        f"{HERE}/test_content.py::test_row_08_segments_and_blocks[segments swapped]",
        (
            Edit(f"{CLIENT}/manifest.py", " or sha256(block) != digest:", ":"),
            Edit(
                f"{CLIENT}/floe.py",
                "return encode_u64(counter) + bytes([is_final])",
                "return bytes(9)",
            ),
        ),
    ),
    Removal(
        "row 9: labels held to the chain",
        f"{HERE}/test_history.py::test_row_09_labels_swapped[label]",
        (
            Edit(
                f"{CLIENT}/served.py",
                'if (digest, served["generation"]) != newest:',
                "if False:",
            ),
            Edit(
                f"{CLIENT}/labels.py",
                'return encode_context("coffer/v1/label", decode_uuid(person), decode_uuid(file))',
                'return encode_context("coffer/v1/label", decode_uuid(person))',
            ),
        ),
    ),
    Removal(
        "row 10: manifests held to the chain",
        f"{HERE}/test_history.py::test_row_10_older_manifest",
        (
            Edit(
                f"{CLIENT}/served.py",
                'if manifest_hash(served["manifest"]) != entry["manifest"]:',
                "if False:",
            ),
            Edit(f"{CLIENT}/manifest.py", "if manifest_hash(data) != expected_hash:", "if False:"),
        ),
    ),
    Removal(
        "row 12: a file has no name before it is whole",
        f"{HERE}/test_content.py::test_row_12_last_block_broken[1]",
        (Edit(f"{CLIENT}/download.py", "receiving.landing.discard()", "pass"),),
    ),
    Removal(
        "row 16: header that commits to its DEK, against a server",
        f"{HERE}/test_two_keys.py::test_row_16_second_dek_of_whoever_wrote_it",
        (
            Edit(
                f"{CLIENT}/floe.py",
                "if not equal(header_tag, header[-_HEADER_TAG_LENGTH:]):",
                "if False:",
            ),
        ),
    ),
    Removal(
        "row 18: versions of the format",
        f"{HERE}/test_unlocking.py::test_row_18_older_format_from_the_first_statement_on",
        (Edit(f"{CLIENT}/fields.py", "if parse_integer(value) != FORMAT_VERSION:", "if False:"),),
    ),
    Removal(
        "row 19: no redirect is followed",
        f"{HERE}/test_secrets.py::test_row_19_redirect_to_a_stranger[signing in-307]",
        (Edit(f"{CLIENT}/fetcher.py", "allow_redirects=False", "allow_redirects=True"),),
    ),
    Removal(
        "row 20: links of the chain",
        f"{HERE}/test_chain.py::test_row_20_statements[_left_out]",
        (
            Edit(
                f"{CLIENT}/directory.py",
                '        demand(follows, "a statement that does not follow the one before")\n',
                "",
            ),
        ),
    ),
    Removal(
        "row 20: signature of the newest statement",
        f"{HERE}/test_chain.py::test_row_20_statement_behind_a_409[_forged]",
        (
            Edit(
                f"{CLIENT}/directory.py",
                'verify_statement(newest["statement"], newest["signature"], '
                "_identity_key(directory, links[0]))",
                "pass",
            ),
        ),
    ),
    Removal(
        "row 21: safe file names",
        f"{HERE}/test_names.py::test_row_21_names_are_saved_in_the_folder_and_nowhere_else",
        (
            Edit(
                f"{CLIENT}/transfer_commands.py",
                "folder / safe_file_name(entry.name)",
                "folder / entry.name",
            ),
        ),
    ),
    Removal(
        "row 21: inert text",
        f"{HERE}/test_names.py::test_row_21_names_are_shown_inert",
        (Edit(f"{CLIENT}/file_commands.py", "path = inert(entry.path)", "path = entry.path"),),
    ),
    Removal(
        "row 21: tokens",
        f"{HERE}/test_names.py::test_row_21_tokens_of_the_server[capability-0]",
        (Edit(f"{CLIENT}/answers.py", "if not _TOKEN.fullmatch(text):", "if False:"),),
    ),
)
