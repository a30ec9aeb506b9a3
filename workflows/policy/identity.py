"""Numbers that carry their own check: identity card, credit code, bank card, mobile (domain 3.6)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Literal

from stdnum import luhn
from stdnum.cn import ric, uscc

_MOST_YEARS = 130
# GB/T 2260: the first two digits of every province. 81 to 83 are residence permits, another document.
_PROVINCES = frozenset(
    str(code)
    for first, last in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for code in range(first, last + 1)
)
_RESIDENCE_PERMITS = frozenset({"81", "82", "83"})
_USCC_SHAPE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}")


class BadNumber(ValueError):
    """What was typed cannot be such a number. `.reason` is the Chinese sentence for the field."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadId(BadNumber):
    """Not an identity number."""


class BadMobile(BadNumber):
    """Not a mobile number."""


class BadCard(BadNumber):
    """Not a bank card number."""


class BadUscc(BadNumber):
    """Not a unified social credit code."""


def age(birth: date, *, on: date) -> int:
    """Full years on a day; someone born on 29 February comes of age on 1 March in common years."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


@dataclass(frozen=True)
class IdNumber:
    """A checked 18-digit identity number and what it says."""

    text: str
    area: str
    birth: date
    gender: Literal["男", "女"]

    def age(self, *, on: date) -> int:
        """Full years on a day."""
        return age(self.birth, on=on)


def check_id(text: str, *, on: date) -> IdNumber:
    """An identity number of GB 11643, checked on a day. Says which part is wrong, never what would be right.

    :raises BadId: with the sentence to show at the field; a wrong date is named before a wrong check digit.
    """
    number = _compact(text).upper()
    if len(number) == 15:
        raise BadId("请填写18位身份证号码，15位旧号码不能用于新申请")
    if len(number) != 18:
        raise BadId(f"身份证号码应为18位，现在是{len(number)}位，请逐位核对证件")
    for place, char in enumerate(number, start=1):
        if not _is_digit(char) and not (place == 18 and char == "X"):
            raise BadId(f"第{place}位应为数字" + ("或X" if place == 18 else "") + "，请逐位核对证件")
    if number[:2] in _RESIDENCE_PERMITS:
        raise BadId("这是港澳台居民居住证号码，请选择相应的证件类型")
    if number[:2] not in _PROVINCES:
        raise BadId("前6位地区代码不正确，请逐位核对证件")
    birth = _birth(number, on=on)
    if ric.calc_check_digit(number) != number[-1]:
        raise BadId("第18位校验码不正确，请逐位核对证件")
    return IdNumber(text=number, area=number[:6], birth=birth, gender="男" if int(number[16]) % 2 else "女")


def of_15_digits(text: str) -> str:
    """The number of 18 digits that a number of 15 became in 1999: the century in its place, and a check digit.

    For what is taken over from old records only; a form asks for the card as it is today.

    :raises BadId: when it is no number of 15 digits.
    """
    number = _compact(text)
    if not re.fullmatch(r"[0-9]{15}", number):
        raise BadId("身份证号码应为18位，旧号码应为15位数字")
    longer = f"{number[:6]}19{number[6:]}"
    return longer + str(ric.calc_check_digit(longer + "0"))


def _birth(number: str, *, on: date) -> date:
    shown = f"{number[6:10]}-{number[10:12]}-{number[12:14]}"
    try:
        birth = date.fromisoformat(shown)
    except ValueError:
        raise BadId(f"出生日期{shown}不存在") from None
    if birth > on:
        raise BadId(f"出生日期{shown}还没有到")
    if on.year - birth.year > _MOST_YEARS:
        raise BadId(f"出生日期{shown}太早，请逐位核对证件")
    return birth


def check_mobile(text: str) -> str:
    """A mobile number of eleven digits, without blanks.

    :raises BadMobile: with the sentence to show at the field.
    """
    number = _compact(text).removeprefix("+86")
    if not re.fullmatch(r"1[3-9][0-9]{9}", number):
        raise BadMobile("请填写11位手机号码，以13至19开头")
    return number


def clean_card(text: str) -> str:
    """A bank card number as digits only.

    :raises BadCard: not 16 to 19 digits.
    """
    number = _compact(text)
    if not re.fullmatch(r"[0-9]{16,19}", number):
        raise BadCard("银行卡号应为16至19位数字，请对照卡面核对")
    return number


def check_card(text: str) -> tuple[str, ...]:
    """What looks wrong with a bank card number: warnings only, for passbooks do not follow the check digit.

    :raises BadCard: not 16 to 19 digits.
    """
    if luhn.is_valid(clean_card(text)):
        return ()
    return ("卡号末位校验不符，请再对照卡面核对一遍；存折和部分社保卡没有这个校验，可以继续",)


def check_uscc(text: str) -> str:
    """A unified social credit code of GB 32100.

    :raises BadUscc: with the sentence to show at the field.
    """
    code = _compact(text).upper()
    if len(code) != 18:
        raise BadUscc(f"统一社会信用代码应为18位，现在是{len(code)}位")
    if not _USCC_SHAPE.fullmatch(code):
        raise BadUscc("统一社会信用代码只含数字和大写字母，不含I、O、S、V、Z，第3至8位为数字")
    if uscc.calc_check_digit(code[:17]) != code[-1]:
        raise BadUscc("第18位校验码不正确，请对照证照核对")
    return code


def _compact(text: str) -> str:
    """Full-width characters and blanks are ways of typing, not mistakes; nothing else is changed."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text))


def _is_digit(char: str) -> bool:
    return char in "0123456789"
