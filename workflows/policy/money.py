"""Money as whole fen: shown in yuan, read from what people type, written in words for receipts."""

import re
import unicodedata

_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_TYPED = re.compile(r"(?P<yuan>[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)(?:\.(?P<fen>[0-9]{1,2}))?")
_MOST_FEN = 10**18 - 1


class BadAmount(ValueError):
    """What was typed is not an amount of money. `.reason` says why, in Chinese."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def yuan(fen: int) -> str:
    """Fen as people read it: "5,000", or "833.33" when there are fen."""
    sign = "-" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    return f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")


def parse_yuan(text: str) -> int:
    """Typed yuan as fen: "5,000", "５０００", "833.3", "￥20元".

    :raises BadAmount: not an amount, negative, or finer than one fen.
    """
    typed = unicodedata.normalize("NFKC", text).strip().removeprefix("¥").removesuffix("元").strip()
    if typed.startswith("-"):
        raise BadAmount("金额不能是负数")
    if re.fullmatch(r"[0-9,]+\.[0-9]{3,}", typed):
        raise BadAmount("金额最多到分，小数点后不超过两位")
    match = _TYPED.fullmatch(typed)
    if match is None:
        raise BadAmount("请用数字填写金额，例如 5000 或 833.33")
    fen = int(match["yuan"].replace(",", "")) * 100 + int((match["fen"] or "").ljust(2, "0"))
    if fen > _MOST_FEN:
        raise BadAmount("金额过大，请核对")
    return fen


def in_words(fen: int) -> str:
    """Fen in the words banks ask for (人民币大写): 500000 is 伍仟元整, 35 is 叁角伍分.

    The rules are those of 《支付结算办法》附件一 for writing amounts; 整 follows 元 and 角.
    """
    if abs(fen) > _MOST_FEN:
        raise BadAmount("金额过大，请核对")
    sign = "负" if fen < 0 else ""
    whole, rest = divmod(abs(fen), 100)
    jiao, cents = divmod(rest, 10)
    words = _whole_in_words(whole) + "元" if whole else ""
    if not rest:
        return sign + (words or "零元") + "整"
    if jiao:
        words += _DIGITS[jiao] + "角"
    elif words:
        words += "零"
    return sign + words + (_DIGITS[cents] + "分" if cents else "整")


def _whole_in_words(number: int) -> str:
    groups = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    words = ""
    gap = False
    for index in reversed(range(len(groups))):
        group = groups[index]
        if not group:
            # 万亿 followed by empty 亿: the 亿 is said once, with the 万.
            gap = True
            continue
        if words and (gap or group < 1000):
            words += "零"
        words += _group_in_words(group) + _unit(groups, index)
        gap = False
    return words


def _unit(groups: list[int], index: int) -> str:
    if index == 3 and groups[2]:
        return "万"
    return _GROUPS[index]


def _group_in_words(group: int) -> str:
    words = ""
    gap = False
    for place in reversed(range(4)):
        digit = group // 10**place % 10
        if not digit:
            gap = bool(words)
            continue
        words += ("零" if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return words
