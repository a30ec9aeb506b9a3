"""Earlier editions on the public site: readable for good, told apart at first sight, never with what was taken out."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from cms.models import ArchiveWithdrawal, GuidePage, ProgrammePage, PublicText
from cms.models.archive_withdrawal import NeedsAnother
from cms.publishing import archive, editions, paragraphs, publish, record
from cms.publishing.publish import Published
from tests.cms.conftest import Newsroom, moment, pay, text_of, write
from workflows.base.day import ZONE
from workflows.people.models import User
from workflows.policy.programme import Programme

GUIDE = "guides/leave.md"


def page(text: str, *, key: str = "3f0c", title: str = "怎么请假", programme: str = "") -> str:
    code = f"programme: {programme}\n" if programme else ""
    return f"---\nid: {key}\ntitle: {title}\nsummary: 一句话。\n{code}---\n\n{text}\n"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


def stand(
    pages: Mapping[str, str],
    moment: str,
    *,
    release: int,
    versions: Mapping[str, int] | None = None,
    definitions: archive.Definitions | None = None,
) -> dict[str, str]:
    """What a release of these pages shows; then it is written down."""
    when, numbers = at(moment), versions or {}

    def made() -> dict[str, str]:
        told = editions.of(pages, versions=numbers, at=when)
        return archive.with_past(pages, told, definitions=definitions or {})

    shown = made()
    record.state(shown, release=release, at=when, versions=numbers)
    assert made() == shown, "written down or not, the same bytes"
    return shown


def test_the_first_release_has_no_past(db: None) -> None:
    shown = stand({GUIDE: page("找组长")}, "2026-08-01T09:00", release=1)
    assert set(shown) == {GUIDE, "changes/index.md", "changes/all.json"}
    assert "还没有改动" in shown["changes/index.md"]
    assert shown[GUIDE] == page("找组长")
    assert not PublicText.objects.filter(path="changes/index.md").exists()


def test_an_earlier_text_stays_at_its_address_marked_as_old(db: None) -> None:
    stand(
        {GUIDE: page("请假[找组长](chief.md)。"), "guides/chief.md": page("组长", key="c")},
        "2026-08-01T09:00",
        release=1,
    )
    pages = {GUIDE: page("请假找主管。"), "guides/chief.md": page("组长", key="c")}
    shown = stand(pages, "2026-08-04T10:00", release=2)
    old = shown["guides/leave/v1.md"]
    assert old.startswith("---\narchived: true\n")
    assert "2026年8月1日至2026年8月4日有效" in old
    assert "[现行版在这里](../leave.md)" in old
    assert "[找组长](../chief.md)" in old, "links lead to what stands now"
    assert "[第1版，2026年8月1日至2026年8月4日有效](leave/v1.md)" in shown[GUIDE]
    told = shown["changes/index.md"]
    assert "## 2026年8月4日" in told
    assert "“请假找组长。”改为“请假找主管。”" in told
    # A third text moves neither the first nor its address.
    third = stand(
        {GUIDE: page("请假找经理。"), "guides/chief.md": page("组长", key="c")}, "2026-08-05T10:00", release=3
    )
    assert third["guides/leave/v1.md"] == old
    assert "2026年8月4日至2026年8月5日有效" in third["guides/leave/v2.md"]
    newest = third["changes/index.md"]
    assert newest.index("2026年8月5日") < newest.index("2026年8月4日")
    # The target of a link goes away: its words stay.
    fourth = stand({GUIDE: page("请假找经理。")}, "2026-08-06T10:00", release=4)
    assert "chief" not in "".join(fourth.values())
    assert "找组长" in fourth["guides/leave/v1.md"]


LINK = '<p class="window-calendar"><a href="/feeds/P.ics" type="text/calendar">加到手机日历</a></p>\n\n'


def test_what_only_the_day_makes_is_no_edition(db: None) -> None:
    window = (
        '<p class="window-now"><span class="badge badge-ok">受理中</span> 今天是最后一天。</p>\n\n'
        + LINK
        + "正文"
    )
    stand({GUIDE: page(window)}, "2026-08-01T09:00", release=1)
    ended = window.replace("受理中", "已截止").replace(LINK, "")
    shown = stand({GUIDE: page(ended)}, "2026-08-02T00:01", release=2)
    assert set(shown) == {GUIDE, "changes/index.md", "changes/all.json"}


def test_a_page_that_was_taken_away_brings_no_earlier_text_back(db: None) -> None:
    stand({GUIDE: page("张三的电话")}, "2026-08-01T09:00", release=1)
    assert "张三" not in "".join(stand({}, "2026-08-02T09:00", release=2).values())
    back = stand({GUIDE: page("干净的内容")}, "2026-08-03T09:00", release=3)
    assert "张三" not in "".join(back.values())
    assert "怎么请假" in back["changes/index.md"]


def test_a_page_that_was_renamed_keeps_its_past(db: None) -> None:
    stand({GUIDE: page("找组长")}, "2026-08-01T09:00", release=1)
    shown = stand({"guides/holiday.md": page("找主管", title="休假")}, "2026-08-03T09:00", release=2)
    assert "[现行版在这里](../holiday.md)" in shown["guides/leave/v1.md"]
    assert "(leave/v1.md)" in shown["guides/holiday.md"]


def test_versions_of_a_programme_tell_their_differences_in_sentences(
    db: None, golden_autumn: Programme
) -> None:
    code, path = "P-GA-2026", "programmes/golden-autumn-2026.md"
    amount = golden_autumn.amount
    assert amount is not None
    first, *others = amount.table
    later = replace(golden_autumn, amount=replace(amount, table=(replace(first, fen=520_000), *others)))
    definitions = {(code, 1): golden_autumn, (code, 2): later}
    old, new = page("5000元", key="x", programme=code), page("5200元", key="x", programme=code)
    shown = stand({path: old}, "2026-08-01T09:00", release=1, versions={code: 1}, definitions=definitions)
    assert "看看改了什么" in shown[path]
    shown = stand({path: new}, "2026-08-04T09:00", release=2, versions={code: 2}, definitions=definitions)
    assert "5000元" in shown["programmes/golden-autumn-2026/v1.md"]
    assert "现行是第2版" in shown[path]
    told = shown["changes/index.md"]
    assert "5,000元" in told
    assert "5,200元" in told
    assert "示例" not in told, "what only the office needs is left out"


def test_only_two_people_take_a_text_out_and_then_nothing_of_it_is_public(
    first: Published,
    newsroom: Newsroom,
    data: Path,
    desk_of: Callable[[User], Client],
) -> None:
    guide = GuidePage.objects.get(slug="train-list")
    guide.who = "找李四报名"
    write(guide, by=newsroom.lin).approve(user=newsroom.gao)
    publish.publish(at=moment("2026-08-04"))
    guide = GuidePage.objects.get(slug="train-list")
    guide.who = "到窗口报名"
    write(guide, by=newsroom.lin).approve(user=newsroom.gao)
    publish.publish(at=moment("2026-08-05"))
    assert "找李四报名" in text_of(data, "guides/train-list/v2")
    assert 'name="robots" content="noindex"' in text_of(data, "guides/train-list/v2")
    assert 'name="robots"' not in text_of(data, "guides/train-list")
    assert "找李四报名" in text_of(data, "changes")
    row = PublicText.objects.get(path="guides/train-list.md", number=2)
    address = reverse("authoring:withdraw", args=[guide.pk, row.pk])
    desk_of(newsroom.lin).post(address, {"reason": ""})
    assert not ArchiveWithdrawal.objects.exists()
    desk_of(newsroom.lin).post(address, {"reason": "写了个人姓名"})
    desk_of(newsroom.lin).post(address)
    assert ArchiveWithdrawal.objects.get().agreed_at is None
    assert not publish.publish(at=moment("2026-08-05")).made
    shown = desk_of(newsroom.gao).get(reverse("authoring:as_of", args=[guide.pk])).content.decode()
    assert "写了个人姓名" in shown
    assert "同意撤下" in shown
    desk_of(newsroom.gao).post(address)
    assert publish.publish(at=moment("2026-08-05")).made
    everything = "".join(
        path.read_text(encoding="utf-8") for path in (data / "releases/current").resolve().rglob("*.html")
    )
    assert "找李四报名" not in everything
    assert not (data / "releases/current/guides/train-list/v2").exists()
    assert (data / "releases/current/guides/train-list/v1/index.html").is_file()
    assert PublicText.objects.filter(text__contains="找李四报名").exists(), "the record keeps it"
    withdrawal = ArchiveWithdrawal.objects.get()
    with pytest.raises(NeedsAnother):
        withdrawal.agree(by=newsroom.lin.pk, at=moment("2026-08-05"))
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchiveWithdrawal.objects.update(reason="别的")


def test_the_foot_of_a_programme_leads_to_what_changed(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage, data: Path
) -> None:
    assert 'href="../../changes/"' in text_of(data, "programmes/golden-autumn-2026")
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    publish.publish(at=moment("2026-08-04"))
    assert not publish.publish(at=moment("2026-08-04")).made
    assert "5,000元" in text_of(data, "programmes/golden-autumn-2026/v1")
    assert 'href="v1/"' in text_of(data, "programmes/golden-autumn-2026")
    assert "5,200元" in text_of(data, "changes")


def test_paragraphs_are_compared_as_a_reader_sees_them() -> None:
    old = page(
        "## 金额 {#amount}\n\n-   **本科** 5000元[^R16]\n\n| 学段 | 金额 |\n| --- | --- |\n| 高中 | 2000元 |"
    )
    new = page(
        "## 金额 {#sum}\n\n-   本科 5200元\n\n| 学段 | 金额 |\n| --- | --- |\n| 高中 | 2000元 |\n| 中职 | 2000元 |"
    )
    found = paragraphs.between(old, new)
    assert [(each.before, each.after) for each in found] == [
        (("本科 5000元",), ("本科 5200元",)),
        ((), ("中职，2000元",)),
    ]
