"""The operations that an entry can record, with the words an operator reads (spec §7)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Operation(models.TextChoices):
    """Every type of statement (spec §5.3), then what the server itself saw."""

    REGISTER = "register", _("Account created")
    ANNOUNCE_KEY = "announce_key", _("New key announced")
    RETIRE_KEY = "retire_key", _("Old key retired")
    REPLACE_IDENTITY = "replace_identity", _("Identity key replaced")
    CHANGE_SLOTS = "change_slots", _("Key slots changed")
    UPLOAD = "upload", _("File uploaded")
    LABEL = "label", _("Label changed")
    DELETE = "delete", _("File deleted")
    SHARE = "share", _("File shared")
    ACCEPT = "accept", _("Share accepted")
    UNSHARE = "unshare", _("Share revoked")
    LEAVE = "leave", _("Share left")
    REWRAP = "rewrap", _("Keys rewrapped")
    LINK = "link", _("Public link made")
    UNLINK = "unlink", _("Public link removed")
    SNAPSHOT = "snapshot", _("Directory snapshot")

    LOGIN = "login", _("Signed in")
    LOGIN_FAILED = "login_failed", _("Sign-in failed")
    LOGOUT = "logout", _("Signed out")
    DOWNLOAD = "download", _("File downloaded")
    LINK_DOWNLOAD = "link_download", _("Downloaded by public link")
    ROTATION_REQUIRED = "rotation_required", _("Key rotation required")
    VERIFICATION = "verification", _("Verification run")
    OPERATOR_CHANGE = "operator_change", _("Changed by an operator")
    EXPORT = "export", _("Log exported")
    ERASURE = "erasure", _("Personal data erased")
