"""What 林编辑 copies out of Word: a notice of the city's union, and whatever else a clipboard can hold."""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cms.writing import entries, word
from cms.writing.documents import Block, News
from cms.writing.prose import CannotWrite
from tests.cms.documents import canon

NOTICE = (Path(__file__).parent / "word" / "notice.html").read_text(encoding="utf-8")


def of_kind(blocks: list[Block], kind: str) -> list[Block]:
    return [block for block in blocks if block["type"] == kind]


def prose_of(pasted: str) -> str:
    return "".join(block["value"] for block in of_kind(list(word.read(pasted).blocks), "prose"))


@pytest.fixture(scope="module")
def notice() -> word.Pasted:
    return word.read(NOTICE)


def test_the_head_and_the_foot_are_proposed(notice: word.Pasted) -> None:
    found = notice.proposals
    assert found.title == "关于做好2026年金秋助学工作的通知"
    assert found.number == "澜工发〔2026〕12号", "in the brackets of the standard"
    assert found.issuer == "澜江市总工会"
    assert (found.issued, found.effective, found.expires) == (
        date(2026, 7, 1),
        date(2026, 7, 10),
        date(2027, 6, 30),
    )
    assert found.attachments == ("1. 金秋助学申请表",)


def test_parts_are_headings_of_two_levels(notice: word.Pasted) -> None:
    told = [
        (block["value"]["level"], block["value"]["text"]) for block in of_kind(list(notice.blocks), "heading")
    ]
    assert told == [("2", "一、资助对象"), ("3", "（一）在档困难职工家庭"), ("2", "二、资助标准")]
    anchors = [block["value"]["anchor"] for block in of_kind(list(notice.blocks), "heading")]
    assert len(set(anchors)) == len(anchors)


def test_numbered_items_are_lists_of_two_levels(notice: word.Pasted) -> None:
    text = "".join(block["value"] for block in of_kind(list(notice.blocks), "prose"))
    assert "<ol><li>高中、中职；</li><li>大学：<ol><li>本科；</li><li>专科。</li></ol></li></ol>" in text


def test_what_is_bold_stays_and_every_other_dress_goes(notice: word.Pasted) -> None:
    text = "".join(block["value"] for block in of_kind(list(notice.blocks), "prose"))
    assert "请<b>认真落实</b>。" in text
    assert "<i>含</i>" in text
    assert "<p>各县（区）总工会：</p>" in text
    for rest in (
        "style",
        "class",
        "span",
        "o:p",
        "mso",
        "　",
        "supportLists",
        "这里再想想",
        "澜工发",
        "文件",
    ):
        assert rest not in text


def test_a_table_keeps_the_meaning_of_its_merged_cells(notice: word.Pasted) -> None:
    (table,) = of_kind(list(notice.blocks), "table")
    assert [column["heading"] for column in table["value"]["columns"]] == ["学段", "标准"]
    assert [row["values"] for row in table["value"]["rows"]] == [
        ["大学", "本科5,000元"],
        ["大学", "专科5,000元"],
    ]


def test_what_was_left_out_is_said(notice: word.Pasted) -> None:
    told = "；".join(notice.left_out)
    assert "图片：请另外上传，再插入到正文里" in told
    assert "合并的单元格" in told
    assert "批注" in told


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("澜工发〔2026〕12号", "澜工发〔2026〕12号"),
        ("澜工办发［2026］3号", "澜工办发〔2026〕3号"),
        ("澜工发(2026)第08号", "澜工发〔2026〕8号"),
        ("澜工发【2025】 120 号", "澜工发〔2025〕120号"),
        ("2026年12号", ""),
        ("按照澜工发〔2025〕9号文件的要求，各级工会要在七月底以前把工作做完，并且把结果报上来。", ""),
    ],
)
def test_numbers_however_they_are_typed(typed: str, number: str) -> None:
    assert word.read(f"<p>{typed}</p><p>正文一句。</p>").proposals.number == number


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026年7月1日", date(2026, 7, 1)),
        ("2026 年 7 月 1 日", date(2026, 7, 1)),
        ("二〇二六年七月一日", date(2026, 7, 1)),
        ("二○二六年十二月三十一日", date(2026, 12, 31)),
        ("二〇二八年二月二十九日", date(2028, 2, 29)),
        ("2027年2月29日", None),
        ("七月一日", None),
    ],
)
def test_days_in_figures_and_in_characters(text: str, day: date | None) -> None:
    assert word.day_in(text) == day


def test_plain_text_is_taken_as_well() -> None:
    pasted = word.read("一、对象\n1. 会员；\n2. 家属。\n以上请执行。")
    assert [block["type"] for block in pasted.blocks] == ["heading", "prose"]
    assert pasted.blocks[1]["value"] == "<ol><li>会员；</li><li>家属。</li></ol><p>以上请执行。</p>"


@pytest.mark.parametrize(
    ("pasted", "prose"),
    [
        (
            "<ul><li>甲<ul><li>乙<ul><li>丙</li></ul></li></ul></li></ul>",
            "<ul><li>甲<ul><li>乙</li><li>丙</li></ul></li></ul>",
        ),
        ("<p>第一行<br>第二行</p>", "<p>第一行</p><p>第二行</p>"),
        ("<p><a href='javascript:alert(1)'>点</a></p>", "<p>点</p>"),
        ("<p>a<script>alert(1)</script>b</p>", "<p>ab</p>"),
        ("<p>{最高金额}</p>", "<p>（最高金额）</p>"),
        ("<p>1.5倍</p>", "<p>1.5倍</p>"),
        ("<p>2026. 7. 1</p>", "<p>2026. 7. 1</p>"),
        ("<p><b>1.</b> 会员</p>", "<ol><li>会员</li></ol>"),
        ("<p>· 会员</p><p>· 家属</p>", "<ul><li>会员</li><li>家属</li></ul>"),
        (
            "<p>一、凡是本市的工会会员，家庭生活困难的，都可以申请。</p>",
            "<p>一、凡是本市的工会会员，家庭生活困难的，都可以申请。</p>",
        ),
        ("<p style='font-weight:700'>&lt;b&gt;</p>", "<p>&lt;b&gt;</p>"),
        ("<table><tr><td>一格</td></tr></table>", "<p>一格</p>"),
    ],
)
def test_one_thing_at_a_time(pasted: str, prose: str) -> None:
    assert prose_of(pasted) == prose


def test_more_than_a_page_can_hold_is_refused_with_advice() -> None:
    with pytest.raises(word.TooLong, match="请分成几部分"):
        word.read("<p>长</p>" * 100_000)
    wide = "<table><tr>" + "<td>格</td>" * 40 + "</tr></table>"
    with pytest.raises(word.TooLong, match="放进附件"):
        word.read(wide)


def test_nothing_comes_of_nothing() -> None:
    assert word.read("").blocks == []
    assert word.read("<p>&nbsp;</p><p><o:p></o:p></p>").blocks == []


PIECES = st.sampled_from(
    """<p> </p> <b> </b> <table> </table> <tr> <td> <td/rowspan=3/colspan=2> </td> <ul> <ol> <li> </li></ul> <br> <h1> </h1>
    <h3> <div> <span/style=font-weight:bold> </span> <i> 一、 （一） 1. （2） · 通知 澜工发〔2026〕1号 2026年7月1日 <script>
    </script> <img/src=x> <![if/!supportLists]> <!-- --> &lt;b&gt; &nbsp; {R16} | *a* [x](y) # ``` \u3000""".split()
).map(lambda piece: piece.replace("/rowspan", " rowspan").replace("/colspan", " colspan").replace("/s", " s"))


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(PIECES, st.text("中文，。ab1 <>&", max_size=4)), max_size=25).map("".join))
@example("<p>1.</p><p>（1）</p>")
@example("<table><tr><td><table><tr><td>x</table></table>")
def test_whatever_was_pasted_can_be_published_and_comes_back(pasted: str) -> None:
    """Blocks that the written form holds, or a refusal that names the place: never markup that nobody knows."""
    blocks = list(word.read(pasted).blocks)
    page = News(
        key="00000000-0000-5000-8000-000000000001",
        slug="x",
        union="LJ",
        title="题",
        summary="说明",
        checked=date(2026, 7, 1),
        day=date(2026, 7, 1),
        body=blocks,
    )
    try:
        written = entries.text(page)
    except CannotWrite as refusal:
        pytest.fail(f"{refusal}: {html.escape(pasted)}")
    assert canon(list(entries.read(written, path=page.path).body)) == canon(blocks)
