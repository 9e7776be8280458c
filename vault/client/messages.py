"""What a person reads for an error code: one sentence, the page's own where it fits (spec §8).

Mirror: templates/includes/errors.html.
"""

from __future__ import annotations

from vault.client.errors import CofferError
from vault.client.refused import RefusedError
from vault.client.text import inert

_UNTIL = "do not rely on this server until it is explained."

SENTENCES = {
    # The wire failed, or the server's state stood in the way.
    "network": "The server did not answer; check your connection and try again.",
    "conflict": "This changed somewhere else in the meantime; look at the new state and try again.",
    "quota": "There is no room left for this, so nothing was stored; free some space or ask "
    "whoever runs this server for more.",
    "storage_full": "The server’s disk is full, so nothing was stored; tell whoever runs this "
    "server and try again later.",
    "server_error": "Something went wrong on the server and nothing was changed; try again in a "
    "moment.",
    "unavailable": "The server cannot do this right now and nothing was changed; try again in a "
    "moment.",
    "throttled": "Too many attempts; wait a minute, then try again.",
    "not_found": "This is no longer on the server; list the files to see what is there.",
    "upload_incomplete": "Part of this upload did not arrive; upload the file again.",
    "capability_invalid": "The permission for this download ran out; start the download again.",
    "not_authenticated": "You are not signed in; run login.",
    "block_digest": "Part of this file was damaged on its way to the server; upload it again.",
    "too_large": "This is larger than the server takes; ask whoever runs it.",
    # Files and names.
    "file_changed": "{subject} changed while it was read; upload it again.",
    "file_unreadable": "{subject} could not be read; check that it is a file and that you may "
    "open it.",
    "name_unknown": "There is no {subject} here; ls shows what there is.",
    "name_ambiguous": "Several files are called {subject}; name the one you mean by its id "
    "(ls --json).",
    "name_invalid": "{subject} cannot be a name in the vault; use 1 to 1,024 bytes of valid text.",
    "name_twice": "{subject} was named twice; put files of one name one after the other.",
    "is_folder": "{subject} is a folder; name the files in it.",
    "folder_not_empty": "{subject} is a folder that is not empty; delete what is in it first.",
    "file_exists": "{subject} exists already; use --force to replace it, or -o for another name.",
    "file_unwritable": "{subject} could not be written; check the folder and the room on the disk.",
    "output_not_folder": "{subject} is no folder; several files need -o with a folder.",
    # Signing up and in.
    "login_failed": "Username or password is not right; check both and try again.",
    "wrong_key": "That password does not open this vault; check it and try again.",
    "username_required": "Enter your username.",
    "username_taken": "This username is taken; choose another one.",
    "username_invalid": "Use 3 to 32 characters from a to z, 0 to 9, dot, underscore and hyphen, "
    "starting with a letter or digit.",
    "password_required": "Enter your password, or give it in COFFER_PASSWORD or a --password-file.",
    "password_mismatch": "The two passwords differ; type the same one twice.",
    "policy_password": "This password is too short or too long; use at least 8 characters.",
    "recovery_mismatch": "This is not the recovery key shown above; compare the words and their "
    "order.",
    "recovery_terminal": "The recovery key can only be shown on a terminal; use --recovery-file to "
    "have it written to a file.",
    "recovery_file": "{subject} could not be made for the recovery key; name a file that does not "
    "exist yet.",
    "registration_closed": "This server takes no new members; ask whoever runs it for an account.",
    "profile_taken": "This profile belongs to another account; use another folder with --profile.",
    "profile_damaged": "The profile in {subject} cannot be read; use another folder with --profile "
    "and sign in again.",
    "profile_unwritable": "The profile in {subject} cannot be written; check the folder.",
    "server_required": "Name the server with --server.",
    "server_address": "The server’s address is its origin alone, such as https://files.example.org.",
    "server_insecure": "Over plain http anyone on the way could take over your account; use https, "
    "or http://localhost on the machine that runs the server.",
    "cancelled": "Cancelled; start it again whenever you like.",
    # What arrived cannot be trusted.
    "format": "The server sent something that Coffer cannot read, so it was refused; if it happens "
    "again tell whoever runs this server.",
    "tampered_content": "This file was changed after you stored it, so it was not opened; restore "
    "it from a copy you trust.",
    "tampered_manifest": "The server offered a version of this file that you did not store, so it "
    f"was refused; {_UNTIL}",
    "tampered_wrap": "The key offered for this file does not come from you, so it was refused; "
    f"{_UNTIL}",
    "tampered_label": "A file name was changed outside your vault, so the list was refused; "
    f"{_UNTIL}",
    "tampered_statement": "The history of your vault does not carry your signature, so it was "
    f"refused; {_UNTIL}",
    "tampered_rollback": "The server showed an older state of your vault than this client has "
    "seen, so it was refused; ask whoever runs it whether a backup was restored.",
    "tampered_unlisted": "The server listed a file that you never stored, so the list was "
    f"refused; {_UNTIL}",
    "tampered_keyring": f"Your keyring was changed outside your vault, so it was refused; {_UNTIL}",
    "tampered_key": "The server announced a key of yours that is not yours, so it was refused; "
    f"{_UNTIL}",
    "key_changed": "This person’s key is another than the one you know; compare fingerprints with "
    "them before you go on.",
    "policy_kdf": "The server asked for weaker protection of your password, so nothing was sent to "
    "it; do not sign in here until it is explained.",
    "policy_key_size": "The server offered a key that is too weak, so it was refused; " + _UNTIL,
    "log_fork": f"The server’s log contradicts what this client has seen of it; {_UNTIL}",
    "log_truncated": "Entries are missing from the end of the server’s log; ask whoever runs it "
    "whether a backup was restored.",
    "log_proof": f"The server could not prove that its log is complete; {_UNTIL}",
}
_UNKNOWN = "The server refused this ({code}); nothing was changed."


def sentence(error: CofferError) -> str:
    """Return the sentence for an error's code, with its subject made inert for a terminal."""
    text = SENTENCES.get(error.code)
    if text is None:
        return _UNKNOWN.format(code=error.code)
    subject = error.subject if isinstance(error, RefusedError) else ""
    return text.format(subject=inert(subject))
