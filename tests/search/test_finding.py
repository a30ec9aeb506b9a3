"""What is found, and in which order."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cms.search import finding
from cms.search.documents import Document, Section
from cms.search.finding import Found
from cms.search.passages import Pieces
from tests.search.conftest import page

Indexed = Callable[..., Path]


def addresses(found: Found) -> list[str]:
    return [hit.address for hit in found.hits]


def plain(pieces: Pieces) -> str:
    return "".join(text for text, _ in pieces)


def marks(pieces: Pieces) -> list[str]:
    return [text for text, asked in pieces if asked]


def test_a_word_is_found_inside_a_longer_one(indexed: Indexed) -> None:
    place = indexed(page("/guides/injury/", "工伤认定申请办法", "到人社部门办。"))
    for part in ("认定", "工伤认定", "申请办法", "办", "定申"):
        assert addresses(finding.find(part, index=place)) == ["/guides/injury/"], part
    assert addresses(finding.find("认申", index=place)) == []


def test_what_means_the_same_is_found_in_both_directions(indexed: Indexed) -> None:
    place = indexed(page("/guides/one/", "低保怎么领", ""), page("/guides/two/", "最低生活保障办法", ""))
    assert addresses(finding.find("低保", index=place)) == ["/guides/one/", "/guides/two/"]
    assert addresses(finding.find("最低生活保障", index=place)) == ["/guides/two/", "/guides/one/"]
    assert marks(finding.find("低保", index=place).hits[1].title) == ["最低生活保障"]


def test_a_phrase_stands_before_all_words_and_these_before_most(indexed: Indexed) -> None:
    place = indexed(
        page("/guides/most/", "申请材料", "家庭的收入写在表里。"),
        page("/guides/all/", "金秋助学", "申请以前先看条件。"),
        page("/guides/phrase/", "问答", "金秋助学申请条件一条一条对着看。"),
        page("/guides/none/", "春风行动", "开春找工作。"),
    )
    assert addresses(finding.find("金秋助学申请条件", index=place)) == ["/guides/phrase/", "/guides/all/"]
    assert addresses(finding.find("家庭收入申请条件", index=place)) == ["/guides/most/"]


def test_a_title_stands_before_a_heading_and_this_before_text(indexed: Indexed) -> None:
    place = indexed(
        page("/guides/text/", "甲", "这里说到临时救助。"),
        page("/guides/heading/", "乙", "", "丙", heading="临时救助怎么领"),
        page("/guides/title/", "临时救助", "丁"),
    )
    assert addresses(finding.find("临时救助", index=place)) == [
        "/guides/title/",
        "/guides/heading/",
        "/guides/text/",
    ]


def test_programmes_and_guides_stand_before_policies_and_news(indexed: Indexed) -> None:
    kinds = ("news", "policies", "guides", "programmes")
    place = indexed(*(page(f"/{kind}/a/", "医疗救助指引", "同样的话。", kind=kind) for kind in kinds))
    assert addresses(finding.find("医疗救助", index=place)) == [f"/{kind}/a/" for kind in reversed(kinds)]


def test_whoever_types_a_whole_title_finds_that_page_first(indexed: Indexed) -> None:
    place = indexed(
        page("/guides/a/", "困难职工帮扶办法怎么读", "困难职工帮扶办法"),
        page("/policies/a/", "困难职工帮扶办法", "全文。", kind="policies"),
    )
    assert addresses(finding.find("困难职工帮扶办法", index=place))[0] == "/policies/a/"


def test_words_that_only_ask_are_left_out_unless_they_are_all_there_is(indexed: Indexed) -> None:
    place = indexed(page("/guides/a/", "医疗救助", "生了病怎么办。"))
    assert addresses(finding.find("医疗救助怎么", index=place)) == ["/guides/a/"]
    assert addresses(finding.find("怎么办", index=place)) == ["/guides/a/"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("jqzx", "金秋助学"),
        ("JQZX", "金秋助学"),
        ("ｊｑｚｘ", "金秋助学"),
        ("jinqiuzhuxue", "金秋助学"),
        ("jin qiu zhu xue", "金秋助学"),
        ("dibao", "低保"),
        ("金秋住学", "金秋助学"),
        ("金秋求学", "金秋助学"),
        ("金助学", "金秋助学"),
        ("金秋学助", "金秋助学"),
        ("困难值工", "困难职工"),
        ("低宝", "低保"),
    ],
)
def test_pinyin_and_one_slip_are_understood_and_said(indexed: Indexed, typed: str, meant: str) -> None:
    place = indexed(
        page("/programmes/ga/", "2026年金秋助学", "孩子上学。", kind="programmes"),
        page("/guides/low/", "低保怎么领", "困难职工家庭。"),
        page("/guides/who/", "困难职工是谁", "建档的家庭。"),
    )
    found = finding.find(typed, index=place)
    assert found.repairs[0].meant[0] == meant
    assert meant in plain(found.hits[0].title)
    assert meant in marks(found.hits[0].title)


def test_what_is_there_as_typed_is_never_repaired(indexed: Indexed) -> None:
    place = indexed(page("/guides/a/", "金秋助学", "住学校宿舍。"), page("/guides/b/", "OK 手册", "PDF 表格"))
    for typed in ("金秋助学", "住学校", "ok", "pdf"):
        assert finding.find(typed, index=place).repairs == ()
        assert finding.find(typed, index=place).total == 1


def test_two_wrong_characters_are_not_guessed_at(indexed: Indexed) -> None:
    place = indexed(page("/guides/a/", "金秋助学", "孩子上学。"))
    assert finding.find("银冬助学们", index=place).repairs == ()


def test_the_passage_bears_the_words_its_heading_and_the_way_to_it(indexed: Indexed) -> None:
    long = "先说别的。" * 30 + "户口不在本市的，带居住证来办。" + "再说别的。" * 30
    place = indexed(page("/guides/a/", "申请条件", "一句话。", long, heading="容易弄错的几件事"))
    passage = finding.find("居住证", index=place).hits[0].passage
    assert (passage.heading, passage.anchor) == ("容易弄错的几件事", "part")
    assert marks(passage.pieces) == ["居住证"]
    assert "户口不在本市的，带居住证来办。" in plain(passage.pieces)
    assert plain(passage.pieces).startswith("…")
    assert len(plain(passage.pieces)) < 90


def test_ten_results_a_page_and_beyond_the_last_page_is_the_last(indexed: Indexed) -> None:
    place = indexed(*(page(f"/guides/{number}/", f"临时救助{number}", "") for number in range(23)))
    first, third, far = (finding.find("临时救助", index=place, page=number) for number in (1, 3, 900))
    assert (first.total, first.pages, len(first.hits), len(third.hits)) == (23, 3, 10, 3)
    assert far == third
    assert not set(addresses(first)) & set(addresses(third))


def test_a_place_is_found_by_name_and_by_area(indexed: Indexed) -> None:
    place = indexed(
        Document(
            address="/centres/369902/#c1",
            kind="place",
            title="桥南街道职工服务点",
            sections=[Section(text="桥南路20号，0000-8881101")],
            also="东岭区服务网点",
        )
    )
    for typed in ("桥南街道", "东岭区", "桥南路20号", "0000-8881101", "桥南街到"):
        assert addresses(finding.find(typed, index=place)) == ["/centres/369902/#c1"], typed


def test_an_address_is_worth_searching_only_for_what_is_there(indexed: Indexed) -> None:
    place = indexed(page("/guides/a/", "金秋助学", ""))
    assert finding.finds_well("金秋助学", index=place)
    assert not finding.finds_well("wp login", index=place)
    assert not finding.finds_well("", index=place)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    typed=st.text(max_size=80)
    | st.text(alphabet="金秋助学住难职工 jqzx\"'*():^-+\0\ud800ANDORNEAR低保", max_size=60)
)
def test_whatever_is_typed_there_is_an_answer(starter_index: Path, typed: str) -> None:
    found = finding.find(typed, index=starter_index)
    assert 0 <= len(found.hits) <= finding.PER_PAGE
    assert found.total <= finding.MOST_FOUND
    for hit in found.hits:
        assert plain(hit.title)
        assert hit.address.startswith("/")


@pytest.mark.parametrize(
    "typed",
    [
        "\0",
        "\ud800",
        '"',
        '"""',
        "a\0b",
        "NEAR(",
        "title : x",
        "* OR *",
        "-",
        "AND",
        "字" * 10_000,
        "a" * 10_000,
        "%_\\",
    ],
)
def test_line_61_no_bytes_break_the_search(starter_index: Path, typed: str) -> None:
    assert finding.find(typed, index=starter_index).page == 1
