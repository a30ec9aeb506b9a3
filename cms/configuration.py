"""Read the environment; a bad value stops the program and names the setting."""

import contextlib
import os
import secrets
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

Mode = Literal["demo", "production", "test"]


def mode() -> Mode:
    """What kind of installation this is, from ``BANGFU_MODE``.

    :raises ImproperlyConfigured: on any other word.
    """
    value = os.environ.get("BANGFU_MODE", "demo")
    if value not in ("demo", "production", "test"):
        raise ImproperlyConfigured(f"BANGFU_MODE must be demo, production or test, not {value!r}.")
    return cast(Mode, value)


def data_dir(root: Path) -> Path:
    """The folder that holds all that an installation owns, from ``BANGFU_DATA``.

    :raises ImproperlyConfigured: when it cannot be made or written.
    """
    folder = Path(os.environ.get("BANGFU_DATA") or root / "data").absolute()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise ImproperlyConfigured(f"BANGFU_DATA: the folder {folder} cannot be made ({error}).") from error
    if not os.access(folder, os.W_OK):
        raise ImproperlyConfigured(f"BANGFU_DATA: the folder {folder} is not writable.")
    return folder


def secret_key(kind: Mode, data: Path) -> str:
    """``SECRET_KEY`` from the environment; demo and test make one of their own and keep it in the data folder.

    :raises ImproperlyConfigured: in production when it is missing, short or a known default.
    """
    given = os.environ.get("SECRET_KEY", "")
    if kind == "production":
        if len(given) < 50 or len(set(given)) < 10 or given.startswith("django-insecure"):
            raise ImproperlyConfigured(
                "SECRET_KEY must be set to at least 50 random characters in production."
            )
        return given
    if given:
        return given
    file = data / "secret_key"
    if not file.exists():
        fresh = file.with_suffix(f".{secrets.token_hex(4)}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(64), encoding="ascii")
        with contextlib.suppress(FileNotFoundError):  # another process was first
            fresh.rename(file) if not file.exists() else fresh.unlink()
    return file.read_text(encoding="ascii")


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated setting as a list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def number(name: str, default: int) -> int:
    """A whole-number setting.

    :raises ImproperlyConfigured: when it is not a whole number.
    """
    value = os.environ.get(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def register(name: str, kind: Mode) -> str:
    """How a register is reached: empty, ``batch``, or an http address; in production only https leaves the machine.

    :raises ImproperlyConfigured: on anything else.
    """
    value = os.environ.get(name, "").strip()
    if value in ("", "batch"):
        return value
    address = urlsplit(value)
    if address.scheme not in ("http", "https") or not address.hostname or address.query or address.fragment:
        raise ImproperlyConfigured(f"{name} must be empty, batch, or an http(s) address, not {value!r}.")
    if (
        kind == "production"
        and address.scheme != "https"
        and address.hostname not in ("127.0.0.1", "localhost")
    ):
        raise ImproperlyConfigured(f"{name} must be an https address in production.")
    return value
