"""Identity numbers, credit codes, cards and mobiles: every vector of the domain brief."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.identity import (
    BadCard,
    BadId,
    BadMobile,
    BadUscc,
    check_card,
    check_id,
    check_mobile,
    check_uscc,
    clean_card,
)

ON = date(2026, 8, 3)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def with_check_digit(body: str) -> str:
    return (
        body
        + "10X98765432"[sum(int(digit) * weight for digit, weight in zip(body, WEIGHTS, strict=True)) % 11]
    )


@pytest.mark.parametrize(
    ("number", "birth", "gender"),
    [
        ("369902198307150010", date(1983, 7, 15), "男"),
        ("369902198503124223", date(1985, 3, 12), "女"),
        ("369921200811040039", date(2008, 11, 4), "男"),
        ("369921200811040055", date(2008, 11, 4), "男"),
        ("36992219901231046X", date(1990, 12, 31), "女"),
        ("369921200802290036", date(2008, 2, 29), "男"),
    ],
)
def test_right_numbers_say_birth_and_gender(number: str, birth: date, gender: str) -> None:
    found = check_id(number, on=ON)
    assert (found.text, found.area, found.birth, found.gender) == (number, number[:6], birth, gender)


def test_a_small_x_blanks_and_full_width_digits_are_ways_of_typing() -> None:
    assert check_id(" 369922 19901231 046x", on=ON).text == "36992219901231046X"
    assert check_id("３６９９０２１９８３０７１５００１０", on=ON).text == "369902198307150010"


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("369902198307150011", "第18位校验码不正确，请逐位核对证件"),
        ("369902198302300016", "出生日期1983-02-30不存在"),
        ("369902197913012289", "出生日期1979-13-01不存在"),
        ("369921200902290033", "出生日期2009-02-29不存在"),
        ("369902198302300011", "出生日期1983-02-30不存在"),
        ("36990219830715001", "身份证号码应为18位，现在是17位，请逐位核对证件"),
        ("369902830715001", "请填写18位身份证号码，15位旧号码不能用于新申请"),
        ("3699021983O7150010", "第11位应为数字，请逐位核对证件"),
        ("36990219830715001Y", "第18位应为数字或X，请逐位核对证件"),
        ("009902198307150010", "前6位地区代码不正确，请逐位核对证件"),
        ("810000198307150010", "这是港澳台居民居住证号码，请选择相应的证件类型"),
        ("", "身份证号码应为18位，现在是0位，请逐位核对证件"),
    ],
)
def test_wrong_numbers_are_told_which_part_is_wrong(number: str, message: str) -> None:
    with pytest.raises(BadId) as refused:
        check_id(number, on=ON)
    assert refused.value.reason == message


def test_nobody_is_born_after_today_or_a_hundred_and_thirty_years_ago() -> None:
    with pytest.raises(BadId, match="出生日期2026-08-04还没有到"):
        check_id(with_check_digit("36990220260804001"), on=ON)
    with pytest.raises(BadId, match="出生日期1880-01-01太早"):
        check_id(with_check_digit("36990218800101001"), on=ON)


@given(st.dates(date(1930, 1, 1), ON), st.integers(0, 999), st.integers(0, 16), st.integers(1, 9))
def test_one_wrong_digit_is_always_found(birth: date, order: int, place: int, shift: int) -> None:
    number = with_check_digit(f"369902{birth:%Y%m%d}{order:03d}")
    assert check_id(number, on=ON).birth == birth
    wrong = number[:place] + str((int(number[place]) + shift) % 10) + number[place + 1 :]
    with pytest.raises(BadId) as refused:
        check_id(wrong, on=ON)
    # The message says what is wrong, never what would be right.
    assert number not in refused.value.reason


@given(st.text(max_size=20).filter(lambda typed: sum(char.isdigit() for char in typed) < 15))
def test_nothing_typed_breaks_the_check(typed: str) -> None:
    with pytest.raises(BadId) as refused:
        check_id(typed, on=ON)
    assert refused.value.reason


def test_a_birthday_on_29_february_is_reached_on_1_march() -> None:
    found = check_id("369921200802290036", on=ON)
    assert found.age(on=date(2026, 2, 28)) == 17
    assert found.age(on=date(2026, 3, 1)) == 18


def test_mobiles_begin_with_13_to_19() -> None:
    assert check_mobile("139 0000 0001") == "13900000001"
    assert check_mobile("+86 13900000001") == "13900000001"
    for wrong in ("12900000001", "1390000000", "139000000011", "0000-8880001", ""):
        with pytest.raises(BadMobile):
            check_mobile(wrong)


@pytest.mark.parametrize("number", ["6299990000000000012", "629999000000000033"])
def test_cards_that_follow_the_check_give_no_warning(number: str) -> None:
    assert check_card(number) == ()


def test_a_passbook_without_the_check_is_only_warned_about() -> None:
    assert "存折" in check_card("6299990000000000013")[0]
    assert clean_card("6299 9900 0000 0000 012") == "6299990000000000012"


@pytest.mark.parametrize("number", ["", "629999000000001", "62999900000000000123", "629999O000000000012"])
def test_a_card_number_has_16_to_19_digits(number: str) -> None:
    with pytest.raises(BadCard):
        check_card(number)


@pytest.mark.parametrize(
    "code", ["81369902KA0000010R", "91369902MA0000015Y", "91369921MA0000X23Y", "12369900KB00000305"]
)
def test_right_credit_codes(code: str) -> None:
    assert check_uscc(code) == code
    assert check_uscc(code.lower()) == code


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ("91369902MA00000150", "校验码"),
        ("91369902MA0000015", "17位"),
        ("9136990IMA0000015Y", "不含I"),
        ("", "0位"),
    ],
)
def test_wrong_credit_codes_are_told_which_part_is_wrong(code: str, part: str) -> None:
    with pytest.raises(BadUscc) as refused:
        check_uscc(code)
    assert part in refused.value.reason
