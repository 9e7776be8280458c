"""Settings read from the environment: strict, naming the variable at fault (docs/settings.md)."""

import ipaddress
import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TRUE = {"1", "true", "yes", "on"}
_FALSE = {"", "0", "false", "no", "off"}


def text(name: str, default: str = "") -> str:
    """Return the variable without surrounding white space; an empty one counts as unset."""
    return os.environ.get(name, "").strip() or default


def flag(name: str) -> bool:
    """Return a switch, off when unset; raise ImproperlyConfigured for anything but yes or no."""
    value = text(name).lower()
    if value in _TRUE:
        return True
    if value in _FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0.")


def number(name: str, default: int, *, minimum: int) -> int:
    """Return a whole number of at least `minimum`; raise ImproperlyConfigured otherwise."""
    value = text(name, str(default))
    if not value.isascii() or not value.isdigit() or int(value) < minimum:
        raise ImproperlyConfigured(f"{name} must be a whole number of at least {minimum}.")
    return int(value)


def choice(name: str, options: tuple[str, ...]) -> str:
    """Return one of `options`, the first when unset; raise ImproperlyConfigured for others."""
    value = text(name, options[0])
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(options)}.")
    return value


def names(name: str) -> list[str]:
    """Return a comma-separated list without its empty members."""
    return [part.strip() for part in text(name).split(",") if part.strip()]


def origin(name: str, default: str = "") -> str:
    """Return `scheme://host[:port]` (RFC 6454) or "" if unset; raise ImproperlyConfigured."""
    value = text(name, default).rstrip("/")
    if not value:
        return ""
    parts = urlsplit(value)
    # A path, query or user in the origin would end up inside the CSP and the allowed hosts.
    if parts.scheme not in ("http", "https") or value != f"{parts.scheme}://{parts.netloc}":
        raise ImproperlyConfigured(f"{name} must look like https://files.example.org.")
    if not parts.hostname or "@" in parts.netloc or any(c in parts.netloc for c in " ;,'\""):
        raise ImproperlyConfigured(f"{name} must look like https://files.example.org.")
    return value


def networks(name: str) -> list[Network]:
    """Return a list of IP networks; raise ImproperlyConfigured for anything else."""
    try:
        return [ipaddress.ip_network(part) for part in names(name)]
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be addresses or networks: {error}.") from error


def data_folder(path: Path) -> Path:
    """Return the data folder, made private to its owner when it does not exist yet."""
    path = path.resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def secret_key(name: str, path: Path) -> str:
    """Return the variable, else the key in the file at `path`, made on first use (mode 0600)."""
    if value := text(name):
        return value
    if not path.exists():
        _make_secret(path)
    value = path.read_text(encoding="ascii").strip()
    # A truncated file would silently weaken every session and CSRF token.
    if len(value) < 50:
        raise ImproperlyConfigured(f"{path} does not hold a whole secret key.")
    return value


def _make_secret(path: Path) -> None:
    draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(64))
        file.flush()
        os.fsync(file.fileno())
    try:
        # link() refuses an existing name: of two processes starting at once both read the same key.
        path.hardlink_to(draft)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
