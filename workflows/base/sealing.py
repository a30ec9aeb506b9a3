"""Seal and open personal values: a key ring outside the database, one data key per owner, AES-256-GCM.

A master key from the ring wraps the data key of each owner; the data key seals the owner's values. Each sealed value
is bound to its cell (table, column and row), so that a value moved to another cell does not open. Destroying a data key
erases everything sealed under it, in every backup too.
"""

import base64
import binascii
import hashlib
import hmac
import json
import os
import secrets
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

DEFAULT_ALGORITHM = "AES-256-GCM"
TOKEN_START = "s1."  # noqa: S105  (a mark, no secret)
NONCE = 12


class Unsealable(Exception):
    """A sealed value does not open here: wrong cell, wrong key, or damaged."""


class Erased(Exception):
    """The owner's key was destroyed: the value is gone for good."""


class BadKeyRing(Exception):
    """The key ring cannot be used; the sentence names the setting and what to do."""


class Cipher(Protocol):
    """What a key needs to be able to do (AESGCM of the cryptography package does)."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...
    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class OwnersKey(Protocol):
    """The part of a stored data key that sealing needs (workflows.base.models.DataKey)."""

    @property
    def id(self) -> UUID: ...
    @property
    def wrapped(self) -> bytes | memoryview: ...
    @property
    def key_id(self) -> str: ...
    @property
    def destroyed_at(self) -> datetime | None: ...


# The algorithm is an attribute of each key in the ring, so that SM4-GCM can join without touching sealed data.
ALGORITHMS: Mapping[str, Callable[[bytes], Cipher]] = {"AES-256-GCM": AESGCM}


@dataclass(frozen=True)
class MasterKey:
    """One key of the ring. Its bytes never appear in a representation."""

    id: str
    alg: str
    secret: bytes
    retired_at: str = ""

    def __repr__(self) -> str:
        return f"MasterKey({self.id!r})"

    @property
    def cipher(self) -> Cipher:
        return ALGORITHMS[self.alg](self.secret)


@dataclass(frozen=True)
class KeyRing:
    """The master keys, which of them seals new data keys, and the separate key of the blind index."""

    current: str
    keys: Mapping[str, MasterKey]
    index_key: bytes

    def __repr__(self) -> str:
        return f"KeyRing(current={self.current!r}, keys={sorted(self.keys)})"

    @classmethod
    def fresh(cls) -> "KeyRing":
        """A new ring with one master key and an index key."""
        return cls(current="k1", keys={"k1": _new_master("k1")}, index_key=secrets.token_bytes(32))

    @classmethod
    def from_json(cls, text: str) -> "KeyRing":
        """:raises BadKeyRing: when a part is missing or not a 32-byte key of a known algorithm."""
        try:
            data = json.loads(text)
            keys = {
                key_id: MasterKey(key_id, entry["alg"], _decode(entry["key"]), entry.get("retired_at", ""))
                for key_id, entry in data["keys"].items()
            }
            ring = cls(current=data["current"], keys=keys, index_key=_decode(data["index"]["key"]))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadKeyRing("KEY_FILE is not a key ring; restore it from its safe copy.") from error
        if ring.current not in keys:
            raise BadKeyRing("KEY_FILE names a current key that it does not hold.")
        if unknown := {key.alg for key in keys.values()} - set(ALGORITHMS):
            raise BadKeyRing(f"KEY_FILE uses an unknown algorithm: {', '.join(sorted(unknown))}.")
        return ring

    def to_json(self) -> str:
        return json.dumps(
            {
                "current": self.current,
                "keys": {
                    key.id: {"alg": key.alg, "key": _encode(key.secret)}
                    | ({"retired_at": key.retired_at} if key.retired_at else {})
                    for key in self.keys.values()
                },
                "index": {"key": _encode(self.index_key)},
            },
            indent=2,
        )

    def with_new_master(self, *, at: datetime) -> "KeyRing":
        """The ring with one more master key, which is current from now on; the others are retired at `at`."""
        number = 1 + max(int(key_id.removeprefix("k")) for key_id in self.keys)
        new = _new_master(f"k{number}")
        old = {
            key.id: replace(key, retired_at=key.retired_at or at.isoformat()) for key in self.keys.values()
        }
        return replace(self, current=new.id, keys={**old, new.id: new})

    def without(self, key_ids: set[str]) -> "KeyRing":
        """The ring without those retired keys; the current key always stays."""
        return replace(
            self, keys={k: v for k, v in self.keys.items() if k not in key_ids or k == self.current}
        )


def _new_master(key_id: str) -> MasterKey:
    return MasterKey(id=key_id, alg=DEFAULT_ALGORITHM, secret=secrets.token_bytes(32))


def _encode(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _decode(text: str) -> bytes:
    raw = base64.b64decode(text, validate=True)
    if len(raw) != 32:
        raise ValueError("a key has 32 bytes")
    return raw


# --- the ring of this process -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Loaded:
    """The ring as read, with the mark of its file; replaced as a whole, so threads never see a half."""

    path: Path
    mark: tuple[int, int, int]
    ring: KeyRing


_loaded: _Loaded | None = None


def ring() -> KeyRing:
    """The key ring of this process: read once, and again only when the file changed (a key was rotated).

    :raises BadKeyRing: when the file is missing, readable by others, or not a key ring.
    """
    global _loaded
    path = Path(settings.KEY_FILE)
    try:
        seen = path.stat()
    except OSError as error:
        raise BadKeyRing("KEY_FILE does not exist; make it once with: manage.py make_keys") from error
    mark = (seen.st_mtime_ns, seen.st_ino, seen.st_size)
    loaded = _loaded
    if loaded is None or loaded.path != path or loaded.mark != mark:
        if stat.S_IMODE(seen.st_mode) != 0o600:
            raise BadKeyRing("KEY_FILE can be read by others; set its mode to 0600.")
        loaded = _Loaded(path=path, mark=mark, ring=KeyRing.from_json(path.read_text(encoding="utf-8")))
        _loaded = loaded
    return loaded.ring


def write_ring(new: KeyRing) -> None:
    """Replace the key file in one step, mode 0600 from its first byte."""
    path = Path(settings.KEY_FILE)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(new.to_json())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


# --- data keys --------------------------------------------------------------------------------------------------------


def wrap(secret: bytes, *, key_id: UUID) -> tuple[bytes, str]:
    """A data key's secret wrapped by the current master key, and that master key's id."""
    master = ring().keys[ring().current]
    nonce = secrets.token_bytes(NONCE)
    return nonce + master.cipher.encrypt(nonce, secret, _wrapping(key_id)), master.id


def unwrap(key: OwnersKey) -> bytes:
    """The secret of a data key.

    :raises Erased: when the key was destroyed.
    :raises Unsealable: when the ring does not hold its master key, or the wrapped bytes are damaged.
    """
    if key.destroyed_at is not None:
        raise Erased("The personal values under this key were erased.")
    master = ring().keys.get(key.key_id)
    if master is None:
        raise Unsealable(f"The key ring holds no key {key.key_id!r}.")
    wrapped = bytes(key.wrapped)
    try:
        return master.cipher.decrypt(wrapped[:NONCE], wrapped[NONCE:], _wrapping(key.id))
    except (InvalidTag, ValueError) as error:
        raise Unsealable("This data key does not open with the key ring.") from error


def _wrapping(key_id: UUID) -> bytes:
    return f"data key {key_id}".encode()


# --- values -----------------------------------------------------------------------------------------------------------


def seal_bytes(data: bytes, key: OwnersKey, *, aad: str) -> bytes:
    """`data` sealed under the owner's key and bound to `aad`, the place it belongs to."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(unwrap(key)).encrypt(nonce, data, aad.encode())


def open_bytes(data: bytes, key: OwnersKey, *, aad: str) -> bytes:
    """:raises Unsealable: when `data` was not sealed under this key for this place. :raises Erased: see `unwrap`."""
    secret = unwrap(key)
    try:
        return AESGCM(secret).decrypt(data[:NONCE], data[NONCE:], aad.encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable(f"The sealed value does not open at {aad.partition(':')[0]}.") from error


def seal_text(text: str, key: OwnersKey, *, aad: str) -> str:
    """A token of printable characters that holds `text` sealed."""
    return TOKEN_START + base64.urlsafe_b64encode(seal_bytes(text.encode(), key, aad=aad)).decode()


def open_text(token: str, key: OwnersKey, *, aad: str) -> str:
    """:raises Unsealable: also when `token` is no sealed value at all, so clear text in a sealed column is refused."""
    if not token.startswith(TOKEN_START):
        unwrap(key)
        raise Unsealable(f"There is no sealed value at {aad.partition(':')[0]}.")
    try:
        raw = base64.urlsafe_b64decode(token.removeprefix(TOKEN_START).encode())
    except (binascii.Error, ValueError) as error:
        raise Unsealable(f"The sealed value at {aad.partition(':')[0]} is damaged.") from error
    return open_bytes(raw, key, aad=aad).decode()


def blind_index(value: str, *, purpose: str) -> str:
    """A keyed fingerprint of `value`, for equal search and unique constraints on sealed columns.

    The key is its own, kept in the ring and never in the database. The caller normalises `value`.
    """
    return hmac.new(ring().index_key, f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


# --- short-lived values of the house ----------------------------------------------------------------------------------


def seal_for_house(data: bytes, *, purpose: str) -> str:
    """`data` sealed by the current master key itself, for values that live for hours (sessions), not years.

    After a rotation they open until the retired key leaves the ring.
    """
    master = ring().keys[ring().current]
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + master.cipher.encrypt(nonce, data, f"house:{purpose}".encode())
    return f"{master.id}.{base64.urlsafe_b64encode(sealed).decode()}"


def open_for_house(token: str, *, purpose: str) -> bytes:
    """:raises Unsealable: when `token` was not sealed for this purpose, or its master key left the ring."""
    key_id, _dot, text = token.partition(".")
    master = ring().keys.get(key_id)
    if master is None:
        raise Unsealable("The key ring does not hold the key of this value any more.")
    try:
        sealed = base64.urlsafe_b64decode(text.encode())
        return master.cipher.decrypt(sealed[:NONCE], sealed[NONCE:], f"house:{purpose}".encode())
    except (InvalidTag, ValueError) as error:
        raise Unsealable(f"The value does not open as {purpose}.") from error
