"""林编辑 pastes a notice into a policy; 高审核, who is to review it, cannot; nothing that was there is lost."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cms.authoring.pasting import takes_documents
from cms.models import CentrePage, GuidePage, PolicyPage, ProgrammePage, SectionPage
from cms.models.lists import PolicyLibraryPage
from tests.cms.conftest import Newsroom, write
from workflows.people.models import User

NOTICE = (Path(__file__).parent / "word" / "notice.html").read_text(encoding="utf-8")
Desk = Callable[[User], Client]


@pytest.fixture
def guide(loaded: int) -> GuidePage:
    found: GuidePage = GuidePage.objects.get(slug="train-list")
    return found


def paste(client: Client, page: GuidePage | PolicyPage, **typed: Any) -> Any:
    return client.post(reverse("authoring:paste", args=[page.pk]), typed)


def drafted(page: GuidePage | PolicyPage) -> Any:
    """The page as it was written last."""
    return type(page).objects.get(pk=page.pk).get_latest_revision_as_object()


def body_of(page: GuidePage | PolicyPage) -> list[dict[str, Any]]:
    draft = drafted(page)
    return list(draft.body.stream_block.get_prep_value(draft.body))


def test_one_looks_first_and_nothing_is_saved(guide: GuidePage, newsroom: Newsroom, desk_of: Desk) -> None:
    answer = paste(desk_of(newsroom.lin), guide, pasted="看得见的文字", marked=NOTICE)
    text = answer.content.decode()
    assert "一、资助对象" in text
    assert "没有带过来" in text
    assert "金秋助学申请表" in text
    assert "s1" not in str(body_of(guide))


def test_it_goes_behind_what_is_there_under_anchors_of_its_own(
    guide: GuidePage, newsroom: Newsroom, desk_of: Desk
) -> None:
    before = body_of(guide)
    client = desk_of(newsroom.lin)
    for _time in range(2):
        answer = paste(client, guide, pasted="x", marked=NOTICE, insert="1")
        assert answer.status_code == 302
    after = body_of(guide)
    assert [block["value"] for block in after[: len(before)]] == [block["value"] for block in before]
    anchors = [block["value"]["anchor"] for block in after if block["type"] == "heading"]
    assert len(set(anchors)) == len(anchors)
    assert GuidePage.objects.get(pk=guide.pk).live, "what is public stays as it was"
    assert "资助对象" not in str(GuidePage.objects.get(pk=guide.pk).body)


def test_what_a_page_says_already_is_only_replaced_when_somebody_ticks_it(
    guide: GuidePage, newsroom: Newsroom, desk_of: Desk
) -> None:
    client = desk_of(newsroom.lin)
    paste(client, guide, pasted="x", marked=NOTICE, insert="1")
    assert drafted(guide).title == guide.title
    paste(client, guide, pasted="x", marked=NOTICE, insert="1", take="title")
    assert drafted(guide).title == "关于做好2026年金秋助学工作的通知"


def test_number_days_and_issuer_are_proposed_for_a_policy(
    loaded: int, newsroom: Newsroom, desk_of: Desk
) -> None:
    section = SectionPage.objects.get(union_code="LJ")
    policy = PolicyPage(title="新文件", slug="new-notice", live=False, owner=newsroom.lin)
    section.add_child(instance=policy)
    policy.save_revision(user=newsroom.lin, clean=False)
    client = desk_of(newsroom.lin)
    shown = paste(client, policy, pasted="x", marked=NOTICE).content.decode()
    for told in ("澜工发〔2026〕12号", "2026-07-01", "2026-07-10", "2027-06-30"):
        assert told in shown
    everything = ["number", "issuer", "issued", "effective", "expires"]
    assert paste(client, policy, pasted="x", marked=NOTICE, insert="1", take=everything).status_code == 302
    draft = drafted(policy)
    assert (draft.number, draft.issued, draft.expires) == (
        "澜工发〔2026〕12号",
        date(2026, 7, 1),
        date(2027, 6, 30),
    )
    known = {issuer.name for issuer in PolicyLibraryPage.known()}
    assert draft.issuer == ("澜江市总工会" if "澜江市总工会" in known else "")


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"pasted": ""}, "请先把文件的内容粘贴到框里。"),
        ({"pasted": " 　 "}, "没有读到文字。请重新复制一次。"),
        ({"pasted": "联系人王某，13900000001。"}, "页面里有像个人手机号的数字，不能公开，请去掉。"),
        ({"pasted": "x", "marked": "<p>身份证369902198307150010</p>"}, "页面里有像身份证号的数字"),
        ({"pasted": "x", "marked": "<p>长</p>" * 100_000}, "请分成几部分，分别粘贴。"),
    ],
)
def test_what_cannot_be_taken_is_refused_and_stays_in_the_box(
    guide: GuidePage, newsroom: Newsroom, desk_of: Desk, typed: dict[str, str], sentence: str
) -> None:
    answer = paste(desk_of(newsroom.lin), guide, **typed, insert="1")
    assert answer.status_code == 422
    text = answer.content.decode()
    assert sentence in text
    assert typed["pasted"].strip() in text
    assert "s1" not in str(body_of(guide))


def test_while_it_is_reviewed_nobody_pastes_into_it(
    guide: GuidePage, newsroom: Newsroom, desk_of: Desk
) -> None:
    write(guide, by=newsroom.lin)
    for who, words in ((newsroom.lin, "这一页锁着或者正在审核"), (newsroom.gao, "请先退回给作者")):
        answer = paste(desk_of(who), guide, pasted="一句话", insert="1")
        assert answer.status_code == 422
        assert words in answer.content.decode()
    assert "一句话" not in str(body_of(guide))


def test_only_pages_with_a_body_take_documents(loaded: int, newsroom: Newsroom, desk_of: Desk) -> None:
    assert takes_documents(PolicyPage)
    assert takes_documents(ProgrammePage)
    assert not takes_documents(CentrePage)
    centre = CentrePage.objects.first()
    assert centre is not None
    assert desk_of(newsroom.lin).get(reverse("authoring:paste", args=[centre.pk])).status_code == 404


def test_a_stranger_does_not_paste(guide: GuidePage, client: Client) -> None:
    assert client.get(reverse("authoring:paste", args=[guide.pk])).status_code in (302, 403)
