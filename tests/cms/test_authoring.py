"""How a programme begins: moved from last year, from a skeleton, from a file; nothing is guessed, nothing half done."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from cms.authoring import drafts, importing
from cms.authoring.importing import NotTaken
from cms.authoring.next_year import edition, on_year, with_year
from cms.authoring.places import in_words
from cms.writing import programme_file
from workflows.policy.assessment import failing_personas
from workflows.policy.programme import Programme

CONTENT = Path(__file__).resolve().parents[2] / "content"
GOLDEN = (CONTENT / "programmes" / "golden-autumn-2026.yml").read_bytes()


@pytest.fixture(scope="module")
def golden() -> Programme:
    return importing.programme_of(GOLDEN)


# ---- another year ---------------------------------------------------------------------------------------------------


def test_every_day_moves_and_the_day_of_the_week_is_said(golden: Programme) -> None:
    moved = edition(golden, year=2027, code="P-GA-2027", name="2027年金秋助学")
    new = moved.programme
    assert (new.code, new.name, new.year, new.school_year) == (
        "P-GA-2027",
        "2027年金秋助学",
        2027,
        "2027-2028",
    )
    assert (new.window.opens, new.window.closes) == (date(2027, 7, 10), date(2027, 8, 27))
    assert new.window.late_closes == date(2027, 9, 30)
    assert {persona.on.year for persona in new.personas} == {2027}
    told = [each.sentence for each in moved.days]
    assert "申请时间的截止日期：2026年8月27日（星期四）→ 2027年8月27日（星期五）" in told
    opens = next(each for each in told if each.startswith("申请时间的开放日期"))
    assert opens.endswith("→ 2027年7月10日（星期六），是周末，请看要不要改")
    assert golden.window.closes == date(2026, 8, 27)


def test_29_february_becomes_the_28th_and_that_is_said(golden: Programme) -> None:
    assert on_year(date(2028, 2, 29), 2029) == date(2029, 2, 28)
    assert on_year(date(2028, 2, 29), 2032) == date(2032, 2, 29)
    data = golden.to_json()
    data["year"] = 2028
    data["personas"][0]["facts"]["labour_since"] = "2028-02-29"
    moved = edition(Programme.from_json(data), year=2029, code="P-X", name="新一年")
    assert moved.programme.personas[0].facts["labour_since"] == "2029-02-28"
    (leap,) = [each.sentence for each in moved.days if each.old == date(2028, 2, 29)]
    assert leap.endswith("2029年没有2月29日，改成了2月28日")


@pytest.mark.parametrize(
    ("text", "moved"),
    [
        ("2026年金秋助学", "2027年金秋助学"),
        ("golden-autumn-2026", "golden-autumn-2027"),
        ("2026-2027学年", "2027-2028学年"),
        ("2026至2027学年", "2027至2028学年"),
        ("电话12026号", "电话12026号"),
        ("2025年的公告", "2025年的公告"),
    ],
)
def test_a_year_in_a_text_moves_a_longer_number_does_not(text: str, moved: str) -> None:
    assert with_year(text, 2026, 2027) == moved


# ---- skeletons ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", drafts.STARTS)
def test_each_skeleton_is_a_whole_programme_whose_examples_come_out(name: str) -> None:
    start = drafts.start_of(name)
    parameters = yaml.safe_load((CONTENT / "parameters.yml").read_text(encoding="utf-8"))["parameters"]
    assert start.personas
    assert failing_personas(start, params=parameters, area="369900") == []
    assert programme_file.programme(programme_file.text(start)) == start
    later = edition(start, year=2031, code="P-X-2031", name="新项目").programme
    assert failing_personas(later, params=parameters, area="369900") == []


# ---- files ----------------------------------------------------------------------------------------------------------


def test_a_file_of_content_is_read_to_the_same_programme(golden: Programme) -> None:
    assert programme_file.text(golden).encode() == GOLDEN


def spoiled(old: str, new: str) -> bytes:
    """The skeleton of six stages, with one thing wrong."""
    text = (Path(drafts.__file__).parent / "starts" / "six_stages.yml").read_text(encoding="utf-8")
    assert old in text
    return text.replace(old, new, 1).encode()


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (b"", "文件是空的"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"#" * (importing.LARGEST + 1), "文件太大了"),
        (b"[]", "不是项目定义"),
        (b"a: [1,\n b: }", "第2行附近不是正确的 YAML"),
        (b"a: &x [1]\nb: *x", "第1行用了引用"),
        (b"a: !!python/object/apply:os.system [ls]", "第1行用了类型标记"),
        (b"[" * 5000 + b"]" * 5000, "套得太深了"),
        (b"a: 1\n" + b"b: [" + b"1, " * 20_000 + b"1]", "内容太多了"),
        (b"a: 1\nb: 2\na: 3", "第3行的“a”写了两次"),
        (b"a: 1\n---\nb: 2", "第2行开始了第二份内容"),
        (b"? {a: b}\n: 1", "名称不是一个词"),
        (b"<<: {a: 1}", "名称不是一个词"),
        (b"schema: 3\non: 1", "加上引号"),
        (b"schema: 3\nyear: " + b"9" * 5000, "数字写得不对"),
        (b'schema: 3\nname: "a\\u0000b"', "项目名称：里面有看不见的控制字符"),
        (b"schema: 9", "比本系统认识的3新"),
        (spoiled('closes: "2026-11-30"', "closes: 2026-11-30"), "申请时间的截止日期：日期要加引号"),
        (spoiled("limit_workdays: 2}", "limit_workdays: 2.5}"), "办理环节第1项“受理”的办理时限：“2.5”不是整数"),
        (spoiled("limit_workdays: 2}", "limt_workdays: 2}"), "里没有“limt_workdays”这一项"),
        (spoiled("when: {}, fen: 100000, src", "when: {}, fen: 0, src"), "金额规则的金额表第1项“每户”的金额：金额“每户”应大于0"),
        (spoiled("clause: 本项目实施办法第一条", "clause: 第九十九条"), "家庭条件的E1的依据：条件“E1”引用的条款“第九十九条”"),
    ],
)  # fmt: skip
def test_a_bad_file_is_refused_with_its_place(sent: bytes, said: str) -> None:
    with pytest.raises(NotTaken) as refusal:
        importing.programme_of(sent)
    assert said in "；".join(refusal.value.problems)


@pytest.mark.parametrize(
    ("where", "words"),
    [
        ("stages[2].limit_workdays", "办理环节第3项“县级审核”的办理时限"),
        ("form[2].fields[3].choices[1].label", "表单第3项“C 学生”的字段第4项“学段”的选项第2项“中等职业（含技工）”的选项文字"),
        ("window.closes", "申请时间的截止日期"),
        ("household_rule", "家庭条件"),
        ("nowhere.x", "nowhere的x"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_place_is_said_in_words(golden: Programme, where: str, words: str) -> None:
    data: Any = golden.to_json()
    assert in_words(where, data) == words
