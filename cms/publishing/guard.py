"""What must never stand on a public page, whoever typed it."""

import hashlib
import re

from cms.writing.prose import CannotWrite

_FORBIDDEN = {
    "身份证号": re.compile(r"(?<![\dA-Za-z])[1-9]\d{16}[\dXx](?![\dA-Za-z])"),
    "个人手机号": re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"),
    "银行卡号": re.compile(r"(?<![\dA-Za-z])[1-9]\d{15,18}(?![\dA-Za-z])"),
}


#: The name of a page is nobody's number, though a part of it can look like one.
_NAME = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b")
#: What every one of them holds: most texts hold no such row, and are looked through once.
_MANY_DIGITS = re.compile(r"\d{11}")

#: Digits as letters: twelve hexadecimal figures can look like a mobile number.
_AS_LETTERS = str.maketrans("0123456789", "ghijklmnop")


def stamp(content: bytes) -> str:
    """A short name for some content, in letters only, so that it is never taken for somebody's number."""
    return hashlib.sha256(content).hexdigest()[:12].translate(_AS_LETTERS)


def no_personal_numbers(text: str) -> None:
    """Let a text pass that holds no number of a person.

    :raises CannotWrite: naming the kind of number, never the number itself.
    """
    if not _MANY_DIGITS.search(text):
        return
    text = _NAME.sub(" ", text)
    for kind, pattern in _FORBIDDEN.items():
        if pattern.search(text):
            raise CannotWrite(f"页面里有像{kind}的数字，不能公开，请去掉。")


def is_clean(text: str) -> bool:
    """Whether a text holds no number of a person."""
    try:
        no_personal_numbers(text)
    except CannotWrite:
        return False
    return True
