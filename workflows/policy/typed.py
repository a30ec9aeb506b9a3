"""One plain value as its type, or None when it is of another: nothing is ever coerced."""

import re
import unicodedata
from datetime import date
from functools import lru_cache
from typing import Final, Literal

MOST: Final = 2**53 - 1
"""Integers lie within ±(2^53−1): what JavaScript can count."""

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Exactly what JavaScript's trim() takes away, so that the browser's twin reads the same text.
_BLANKS: Final = "".join(
    ("\t\n\v\f\r \u00a0\u1680\u2028\u2029\u202f\u205f\u3000\ufeff", *map(chr, range(0x2000, 0x200B)))
)


class Refused(Exception):
    """The rule cannot be judged: `code` says whether a fact's type, a parameter or the rule itself is wrong.

    `fact`, `param` or `leaf` names it.
    """

    def __init__(
        self,
        code: Literal["type", "param", "rule"],
        message: str,
        *,
        fact: str | None = None,
        param: str | None = None,
        leaf: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.fact = fact
        self.param = param
        self.leaf = leaf


def integer(value: object) -> int | None:
    """5 and 5.0 are 5; true, 1.5 and "5" are not integers."""
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int or not -MOST <= value <= MOST:
        return None
    return value


def boolean(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def day(value: object) -> str | None:
    """A day that exists, as YYYY-MM-DD."""
    return value if isinstance(value, str) and _exists(value) else None


@lru_cache(maxsize=4096)
def _exists(value: str) -> bool:
    if not _DAY.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def text(value: object) -> str | None:
    """Text as it is compared: in normal form C, without blanks around it."""
    if not isinstance(value, str):
        return None
    return (value if value.isascii() else unicodedata.normalize("NFC", value)).strip(_BLANKS)


def texts(value: object) -> tuple[str, ...] | None:
    if not isinstance(value, list | tuple):
        return None
    read = tuple(text(item) for item in value)
    known = tuple(item for item in read if item is not None)
    return known if len(known) == len(read) else None
