"""Rich text and Markdown mean the same, whatever is typed."""

import html
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cms.writing import engine, markdown, prose
from cms.writing.prose import CannotWrite, Marks

MARKS = Marks(facts={"最高金额": "5,000元"}, sources={"R16": "公告"})


@dataclass(frozen=True)
class Offer:
    """As much of a programme as marks need."""

    facts: Mapping[str, str]
    glance: Mapping[str, str]
    sources: Mapping[str, str]

    def part(self, name: str) -> str:
        return name

    def worked(self, example: Mapping[str, Any]) -> str:
        return str(example)


def there_and_back(rich: str) -> str:
    written = prose.to_markdown(rich, marks=MARKS, link=str)
    return prose.to_rich(written, render=engine.html, link=str)


@pytest.mark.parametrize(
    "rich",
    [
        "<p>{R16}:这里写的不是注。</p>",
        '<ol><li><a href="/apply/">a]:b</a></li></ol>',
        "<p>家里有<b>困难</b>，**不是**1. 号，{最高金额}{R16}{示例}</p><p>1. 开头</p><p># 不是标题 _a_ &lt;b&gt; a|b</p>",
        "<ul><li>一</li><li>二<ol><li>甲</li><li>乙</li></ol></li></ul><p>后</p>",
        '<p><b>注意：</b>请<i>看</i><b>这</b>里<br/>换行 <a href="guides/ga-amount.md">发多少</a></p>',
        "<p>“<b>工伤认定</b>”<b>a<i>b</i></b></p>",
        "<p>　　全角空格开头</p>",
        "<p>+86</p><p>- x</p><p>: y</p><p>!!! note</p><p>??? q</p><p>/// c</p><p>=== t</p><p>~~~</p><p>--- x</p>",
        "<p>[^R16] 不是脚注，[x](y) 不是链接，`x` 不是代码</p>",
        '<p><a href="/apply/">不是脚注[^null</a></p>',
        "<p>反斜线\\{R16}，两个\\\\{R16}</p>",
    ],
)
def test_what_clerks_type_comes_back(rich: str) -> None:
    assert there_and_back(rich) == rich


def test_only_the_mark_of_a_source_names_it() -> None:
    written = prose.to_markdown('<p>\\{R16}{R16}<a href="/apply/">[^null</a>[^R2]</p>', marks=MARKS, link=str)
    assert prose.sources_in(written) == ["R16"]


@settings(max_examples=300, deadline=None)
@given(st.text("中文ab1.#*_-+`[]()<>&|!~:=^\\/　 ", min_size=1, max_size=30))
def test_any_line_of_text_comes_back(text: str) -> None:
    shown = " ".join(part for part in text.split(" ") if part)
    assume(shown.strip())
    rich = f"<p>{html.escape(shown, quote=False)}</p>"
    assert there_and_back(rich) == rich


@pytest.mark.parametrize(
    "rich",
    ["<h2>标题</h2>", "<p><img src='x'/></p>", "<ul><li>1<ul><li>2<ul><li>3</li></ul></li></ul></li></ul>"],
)
def test_what_cannot_be_written_is_refused(rich: str) -> None:
    with pytest.raises(CannotWrite):
        there_and_back(rich)


def test_a_mark_that_stands_for_nothing_is_refused() -> None:
    with pytest.raises(CannotWrite, match="没有对应"):
        there_and_back("<p>给{最大金额}</p>")


@pytest.mark.parametrize("kind", ["callout", "example", "refusals", "questions"])
@pytest.mark.parametrize("mark", ["示例", "最高金额"])
def test_a_number_mark_in_the_title_of_a_box_is_refused_because_it_could_not_be_read_back(
    kind: str, mark: str
) -> None:
    title, text = f"最多5天{{{mark}}}", "<p>正文</p>"
    value = {
        "callout": {"kind": "tip", "title": title, "text": text},
        "example": {"title": title, "text": text},
        "refusals": [{"reason": title, "instead": text}],
        "questions": [{"question": title, "answer": text}],
    }[kind]
    offer = Offer(facts=MARKS.facts, glance={}, sources=MARKS.sources)
    page = markdown.Page(path="guides/a.md", programme=offer)
    with pytest.raises(CannotWrite, match="正文"):
        list(markdown.body([{"type": kind, "value": value}], page=page))
