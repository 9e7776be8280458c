"""The rows of a vault: opaque ciphertext, public keys and the constraints on them (spec §2-§5).

Nothing here can be decrypted by the server. Reads live on the QuerySets, writes in vault.services,
because every write appends its log entry in the same transaction.
"""

from vault.models.chains import Statement
from vault.models.content import Block, File, Grant, Label, Upload, Version
from vault.models.members import (
    EMPTY_HASH,
    USERNAME_PATTERN,
    KeyPair,
    Keyring,
    LoginFailure,
    Member,
    Operator,
    Slot,
    User,
)
from vault.models.sessions import CONFIRMATION_LIFETIME, MemberSession

__all__ = [
    "CONFIRMATION_LIFETIME",
    "EMPTY_HASH",
    "USERNAME_PATTERN",
    "Block",
    "File",
    "Grant",
    "KeyPair",
    "Keyring",
    "Label",
    "LoginFailure",
    "Member",
    "MemberSession",
    "Operator",
    "Slot",
    "Statement",
    "Upload",
    "User",
    "Version",
]
