"""Money: shown, typed, and written in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.money import BadAmount, in_words, parse_yuan, yuan

DIGITS = "零壹贰叁肆伍陆柒捌玖"


@pytest.mark.parametrize(
    ("fen", "shown"),
    [
        (0, "0"),
        (500000, "5,000"),
        (83333, "833.33"),
        (83330, "833.30"),
        (5, "0.05"),
        (-10200, "-102"),
        (100000000, "1,000,000"),
    ],
)
def test_yuan_are_grouped_and_fen_shown_only_when_there_are_some(fen: int, shown: str) -> None:
    assert yuan(fen) == shown


@given(st.integers(0, 10**18 - 1))
def test_what_is_shown_can_be_typed_back(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen
    assert parse_yuan(yuan(fen).replace(",", "")) == fen


@pytest.mark.parametrize(
    ("typed", "fen"),
    [
        ("５，０００", 500000),
        (" ￥20元 ", 2000),
        ("¥ 1.5", 150),
        ("0.05", 5),
        ("007", 700),
        ("12,345,678.90", 1234567890),
    ],
)
def test_the_ways_people_type_money(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "数字"),
        ("五千", "数字"),
        ("5,00", "数字"),
        ("1e3", "数字"),
        (".5", "数字"),
        ("5.", "数字"),
        ("٣", "数字"),
        ("-5", "负数"),
        ("1.005", "两位"),
        ("99999999999999999", "过大"),
    ],
)
def test_what_is_no_amount_is_refused_with_a_reason(typed: str, reason: str) -> None:
    with pytest.raises(BadAmount) as refused:
        parse_yuan(typed)
    assert reason in refused.value.reason


@pytest.mark.parametrize(
    ("fen", "words"),
    [
        (0, "零元整"),
        (1000000, "壹万元整"),
        (500000, "伍仟元整"),
        (35, "叁角伍分"),
        (5, "伍分"),
        (30, "叁角整"),
        (105, "壹元零伍分"),
        (1000, "壹拾元整"),
        (140950, "壹仟肆佰零玖元伍角整"),
        (600714, "陆仟零柒元壹角肆分"),
        (168032, "壹仟陆佰捌拾元叁角贰分"),
        (1640902, "壹万陆仟肆佰零玖元零贰分"),
        (32504, "叁佰贰拾伍元零肆分"),
        (10000000100, "壹亿零壹元整"),
        (1000100000, "壹仟万壹仟元整"),
        (-500000, "负伍仟元整"),
    ],
)
def test_money_in_words_follows_the_banks_rules(fen: int, words: str) -> None:
    assert in_words(fen) == words


@given(st.integers(0, 10**18 - 1))
def test_words_read_back_as_the_same_amount(fen: int) -> None:
    words = in_words(fen)
    assert _read(words) == fen
    assert "零零" not in words
    assert not words.startswith("零") or fen == 0


def test_words_have_an_end() -> None:
    with pytest.raises(BadAmount):
        in_words(10**18)


def _read(words: str) -> int:
    """Read 人民币大写 back, by the meaning of each character alone."""
    total = group = digit = whole = 0
    for char in words:
        match char:
            case _ if char in DIGITS:
                digit = DIGITS.index(char)
            case "拾" | "佰" | "仟":
                group += digit * {"拾": 10, "佰": 100, "仟": 1000}[char]
                digit = 0
            case "万":
                whole += (group + digit) * 10_000
                group = digit = 0
            case "亿":
                whole = (whole + group + digit) * 10**8
                group = digit = 0
            case "元":
                total = (whole + group + digit) * 100
                digit = 0
            case "角":
                total += digit * 10
                digit = 0
            case "分":
                total += digit
                digit = 0
    return total
