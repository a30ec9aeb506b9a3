"""Security line 28: masking by one function, for any name and number anyone can type."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workflows.policy.masking import mask_card, mask_id, mask_name, mask_phone

HAN = st.one_of(
    st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF),
    st.characters(min_codepoint=0x20000, max_codepoint=0x2A6DF),
)
NUMBERS = st.text(alphabet="0123456789Xx０１２３４５６７８９ -", max_size=30)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("张三", "张*"),
        ("张三丰", "张**"),
        ("欧阳小明", "欧**"),
        ("阿卜杜拉·买买提", "阿**"),
        ("迪丽热巴·迪力木拉提", "迪**"),
        ("买·买", "买*"),
        ("王", "*"),
        ("", ""),
        (" 张　三 ", "张*"),
        ("𠀀𠮷", "𠀀*"),
        ("𠮷", "*"),
        ("葛\U000e0100明", "葛*"),
        ("葛\U000e0100", "*"),
        ("Ａｌｉ", "Ａ**"),
        ("〇三", "〇*"),
        ("\ue000三", "\ue000*"),
    ],
)
def test_line_28_names_show_their_first_character_only(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(st.text(alphabet=HAN, min_size=2, max_size=12))
def test_line_28_of_any_han_name_one_character_is_left(name: str) -> None:
    assert mask_name(name) == unicodedata.normalize("NFC", name)[0] + "*" * min(len(name) - 1, 2)


@given(st.text(max_size=30))
def test_line_28_no_text_shows_more_than_its_first_letter(name: str) -> None:
    shown = mask_name(name)
    assert len(shown) <= 3
    assert set(shown[1:]) <= {"*"}


@given(HAN)
def test_line_28_a_name_of_one_character_is_hidden_whole(name: str) -> None:
    assert mask_name(name) == "*"


def test_line_28_numbers_keep_only_their_ends() -> None:
    assert mask_id("369902198307150010") == "369902********0010"
    assert mask_id("３６９９０２１９８３０７１５００１０") == "369902********0010"
    assert mask_card("6299990000000000012") == "**** 0012"
    assert mask_phone("13900000001") == "139****0001"
    assert mask_phone("+86 139 0000 0001") == "139****0001"
    assert mask_phone("8880001") == "*******"


@given(NUMBERS)
def test_line_28_an_identity_number_shows_six_and_four_at_most(number: str) -> None:
    shown = mask_id(number)
    assert sum(char != "*" for char in shown) <= 10
    hidden = shown.strip("0123456789Xx")
    assert set(hidden) <= {"*"}
    assert not shown or len(hidden) >= 5 or set(shown) == {"*"}


@given(NUMBERS)
def test_line_28_a_card_shows_its_last_four_at_most(number: str) -> None:
    shown = mask_card(number)
    assert shown.startswith("****")
    assert len(shown.replace("*", "").strip()) in (0, 4)


@given(NUMBERS)
def test_line_28_a_phone_shows_three_and_four_at_most(number: str) -> None:
    shown = mask_phone(number)
    assert sum(char != "*" for char in shown) in (0, 7)
