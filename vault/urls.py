"""The addresses of the API under /api/v1/ (spec §6)."""

from __future__ import annotations

from django.urls import path

from vault.api.activity import ActivityOperation
from vault.api.downloads import DownloadsOperation, VersionBlockOperation
from vault.api.session_list import (
    ConfirmationOperation,
    OneSessionOperation,
    SessionsOperation,
)
from vault.api.sessions import AccountsOperation, KdfOperation, SessionOperation
from vault.api.statements import StatementsOperation
from vault.api.uploads import BlockOperation, UploadOperation, UploadsOperation
from vault.api.vaults import KeyringOperation, LabelsOperation, VaultOperation

urlpatterns = [
    path("session", SessionOperation.as_view(), name="session"),
    path("session/kdf", KdfOperation.as_view(), name="kdf"),
    path("session/confirm", ConfirmationOperation.as_view(), name="confirmation"),
    path("sessions", SessionsOperation.as_view(), name="sessions"),
    path("sessions/<uuid:session>", OneSessionOperation.as_view(), name="one-session"),
    path("accounts", AccountsOperation.as_view(), name="accounts"),
    path("vault", VaultOperation.as_view(), name="vault"),
    path("keyring", KeyringOperation.as_view(), name="keyring"),
    path("uploads", UploadsOperation.as_view(), name="uploads"),
    path("uploads/<uuid:version>", UploadOperation.as_view(), name="upload"),
    path(
        "uploads/<uuid:version>/blocks/<int:index>", BlockOperation.as_view(), name="upload-block"
    ),
    path("downloads", DownloadsOperation.as_view(), name="downloads"),
    path(
        "versions/<uuid:version>/blocks/<int:index>",
        VersionBlockOperation.as_view(),
        name="version-block",
    ),
    path("statements", StatementsOperation.as_view(), name="statements"),
    path("activity", ActivityOperation.as_view(), name="activity"),
    path("labels", LabelsOperation.as_view(), name="labels"),
]
