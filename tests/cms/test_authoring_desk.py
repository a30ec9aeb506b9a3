"""The authoring desk in the editors' pages: 许文 writes, 谢岚 approves, 钱程 of the finance office has no business there."""

import html
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from wagtail.models import Page

from cms import roles
from cms.authoring import drafts, measuring
from cms.models import HomePage, ImpactReport, ProgrammeIndexPage, ProgrammePage
from cms.models.approval import EDITORS, PUBLISHERS
from cms.writing import programme_file
from tests.signing_in import as_staff
from workflows import open_data
from workflows.base.day import ZONE
from workflows.base.models import OutboxItem
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.open_data import Cell
from workflows.people.models import User
from workflows.policy.programme import Programme


@dataclass
class Desk:
    """The three people, each with a browser, and where programmes lie."""

    index: ProgrammeIndexPage
    writer: User
    xu: Client
    xie: Client
    qian: Client


def moment(day: str) -> datetime:
    on = date.fromisoformat(day)
    return datetime(on.year, on.month, on.day, 9, tzinfo=ZONE)


@pytest.fixture
def desk(db: None) -> Desk:
    home = Page.get_first_root_node().add_child(instance=HomePage(title="帮扶", slug="bangfu", live=False))
    index = home.add_child(instance=ProgrammeIndexPage(title="帮扶项目", slug="programmes", live=False))
    roles.ensure(below=home)
    people = {}
    for username, name, group in (
        ("xuwen", "许文", EDITORS),
        ("xielan", "谢岚", PUBLISHERS),
        ("qian", "钱程", ""),
    ):
        person = User.objects.create_staff(username, password="not-used-here-1", display_name=name)
        if group:
            person.groups.add(Group.objects.get(name=group))
        else:
            person.user_permissions.add(Permission.objects.get(codename="access_admin"))
        people[username] = person

    def browser(username: str) -> Client:
        client = Client()
        as_staff(client, people[username])
        return client

    return Desk(index, people["xuwen"], browser("xuwen"), browser("xielan"), browser("qian"))


@pytest.fixture
def draft(desk: Desk) -> ProgrammePage:
    """A draft of 许文's: the six usual stages, for 2026."""
    return drafts.from_start(
        "six_stages",
        year=2026,
        code="P-X-2026",
        title="2026年新项目",
        slug="x-2026",
        below=desk.index,
        by=desk.writer,
    )


def offered(programme: Programme, *, at: str) -> ProgrammeVersion:
    approval = offer.Approval(author="许文（xuwen）", approver="谢岚（xielan）", revision="1")
    return offer.only([programme], at=moment(at), approvals={programme.code: approval})[0]


def changed(draft: ProgrammePage, by: User, **values: Any) -> ProgrammePage:
    """Save the draft with other values."""
    written = draft.get_latest_revision_as_object()
    for name, value in values.items():
        setattr(written, name, value)
    written.save_revision(user=by, clean=False)
    fresh: ProgrammePage = ProgrammePage.objects.get(pk=draft.pk)
    return fresh


def definition(draft: ProgrammePage) -> Programme:
    """The programme as it was written last."""
    found: Programme = ProgrammePage.objects.get(pk=draft.pk).get_latest_revision_as_object().definition()
    return found


def text(answer: Any) -> str:
    """What a reader sees of a page."""
    shown = re.sub(r"(?s)<(script|style).*?</\1>", "", answer.content.decode())
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown)))


def to(answer: Any) -> str:
    """Where an answer sends its reader."""
    return str(answer["Location"])


def url(name: str, *args: Any) -> str:
    return reverse(f"authoring:{name}", args=args)


# ---- beginning ------------------------------------------------------------------------------------------------------


def test_a_new_programme_begins_with_a_choice(desk: Desk, draft: ProgrammePage) -> None:
    add = reverse("wagtailadmin_pages:add", args=["cms", "programmepage", desk.index.pk])
    assert to(desk.xu.get(add)) == url("start", desk.index.pk)
    assert desk.xu.get(add + "?start=blank").status_code == 200
    shown = text(desk.xu.get(url("start", desk.index.pk)))
    for words in (
        "一次性救助",
        "培训：名额和候补",
        "按季度列名单发放",
        "完全空白",
        "从 YAML 文件导入",
        "2026年新项目",
    ):
        assert words in shown


def test_from_a_skeleton_to_a_draft_of_its_year(desk: Desk) -> None:
    address = url("from_start", desk.index.pk, "training")
    assert "免费技能培训" in desk.xu.get(address).content.decode()
    typed = {"title": "2031年电工班", "year": 2031, "code": "P-E-2031", "slug": "electric-2031"}
    answer = desk.xu.post(address, typed)
    made = ProgrammePage.objects.get(code="P-E-2031")
    assert to(answer) == reverse("wagtailadmin_pages:edit", args=[made.pk])
    assert not made.live
    assert made.owner == desk.writer
    programme = definition(made)
    assert (programme.name, programme.year, programme.window.opens) == (
        "2031年电工班",
        2031,
        date(2031, 3, 1),
    )
    assert not ProgrammeVersion.objects.exists()

    again = desk.xu.post(address, typed)
    assert again.status_code == 422
    assert "已经有项目用“P-E-2031”这个代码" in text(again)
    assert ProgrammePage.objects.count() == 1
    assert desk.xu.get(url("from_start", desk.index.pk, "nothing")).status_code == 404


def test_last_years_edition_becomes_a_draft_for_this_year(desk: Desk, draft: ProgrammePage) -> None:
    draft = changed(
        draft,
        desk.writer,
        summary="2026年的新项目，家里有困难就可以申请。",
        who="8月27日（星期四）以前入会的职工",
    )
    before = definition(draft)
    address = url("new_edition", draft.pk)
    offered_form = desk.xu.get(address).content.decode()
    for value in ("2027年新项目", "P-X-2027", "x-2027"):
        assert f'value="{value}"' in offered_form
    same_year = desk.xu.post(address, {"title": "再来", "year": 2026, "code": "P-Y", "slug": "y"})
    assert "要和原来的不同" in text(same_year)
    desk.xu.post(address, {"title": "2027年新项目", "year": 2027, "code": "P-X-2027", "slug": "x-2027"})
    new = ProgrammePage.objects.get(code="P-X-2027")
    assert not new.live
    assert new.translation_key != draft.translation_key
    assert definition(new).window.closes == date(2027, 11, 30)
    assert definition(draft) == before

    shown = text(desk.xu.get(url("old_year", new.pk)))
    assert "2026年的新项目，家里有困难就可以申请。 一句话说明" in shown
    assert "8月27日（星期四）以前入会的职工" in shown
    assert "申请时间的截止日期：2026年11月30日（星期一）→ 2027年11月30日（星期二）" in shown
    changed(new, desk.writer, summary="2027年的新项目。", who="")
    later = text(desk.xu.get(url("old_year", new.pk)))
    assert "家里有困难就可以申请" not in later
    assert "复制时往后推的日期" in later


def test_wagtails_own_copy_leads_to_the_new_edition(desk: Desk, draft: ProgrammePage) -> None:
    answer = desk.xu.get(reverse("wagtailadmin_pages:copy", args=[draft.pk]))
    assert to(answer) == url("new_edition", draft.pk)


# ---- files ----------------------------------------------------------------------------------------------------------


def test_what_is_exported_is_imported_to_the_same_bytes(desk: Desk, draft: ProgrammePage) -> None:
    answer = desk.xu.get(url("export", draft.pk))
    assert answer["Content-Disposition"] == 'attachment; filename="x-2026.yml"'
    programme = definition(draft)
    assert answer.content.decode() == programme_file.text(programme)
    draft.delete()

    desk.xu.post(url("import", desk.index.pk), {"file": SimpleUploadedFile("x.yml", answer.content)})
    made = ProgrammePage.objects.get(code="P-X-2026")
    assert not made.live
    assert desk.xu.get(url("export", made.pk)).content == answer.content


def test_a_code_in_use_asks_for_another_and_keeps_the_file(desk: Desk, draft: ProgrammePage) -> None:
    sent = desk.xu.get(url("export", draft.pk)).content
    address = url("import", desk.index.pk)
    answer = desk.xu.post(address, {"file": SimpleUploadedFile("x.yml", sent)})
    assert answer.status_code == 422
    assert "已经有项目用“P-X-2026”这个代码，请另填一个" in text(answer)
    (kept,) = re.findall(r'name="text" value="([^"]*)"', answer.content.decode())
    desk.xu.post(address, {"text": html.unescape(kept), "code": "P-X-OTHER"})
    assert ProgrammePage.objects.get(code="P-X-OTHER").title == "2026年新项目"


def test_two_people_cannot_take_one_code_at_once(
    desk: Desk, draft: ProgrammePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drafts, "_refuse_taken", lambda **asked: None)  # both looked before either wrote
    with pytest.raises(drafts.Taken, match="已经有项目用“P-X-2026”这个代码"):
        drafts.from_definition(definition(draft), slug="second", below=desk.index, by=desk.writer)
    assert ProgrammePage.objects.count() == 1
    assert not desk.index.get_children().filter(slug="second").exists()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (b"limit_workdays: 2", b"limit_workdays: -2", "办理环节第1项“受理”：环节“受理”的天数至少是1"),
        (b"schema: 3", b"schema: 4", "请先升级系统，再导入"),
        ("kind: 生活救助".encode(), b"kind: &a x", "用了引用"),
        ("season: 全年".encode(), "season: 雨季".encode(), "不是有效选项"),
    ],
)
def test_a_bad_file_leaves_nothing_behind(
    desk: Desk, draft: ProgrammePage, old: bytes, new: bytes, said: str
) -> None:
    sent = desk.xu.get(url("export", draft.pk)).content.replace(b"P-X-2026", b"P-Z").replace(old, new, 1)
    pages = Page.objects.count()
    answer = desk.xu.post(url("import", desk.index.pk), {"file": SimpleUploadedFile("x.yml", sent)})
    assert answer.status_code == 422
    assert said in text(answer)
    assert Page.objects.count() == pages


def test_a_draft_that_contradicts_itself_is_not_exported(desk: Desk, draft: ProgrammePage) -> None:
    changed(draft, desk.writer, closes=date(2025, 1, 1))
    answer = desk.xu.get(url("export", draft.pk))
    assert answer.status_code == 422
    assert "申请截止日期2025-01-01早于开放日期2026-01-01" in text(answer)


# ---- comparing ------------------------------------------------------------------------------------------------------


def test_the_draft_is_compared_with_what_is_on_offer_and_any_two_versions(
    desk: Desk, draft: ProgrammePage
) -> None:
    programme = definition(draft)
    address = url("differences", draft.pk)
    assert "还没有公开过" in text(desk.xie.get(address))
    first = offered(programme, at="2026-03-02")
    assert "两个版本的内容完全一样" in text(desk.xie.get(address))
    changed(draft, desk.writer, closes=date(2026, 12, 15))
    assert "申请截止日期由2026年11月30日改为2026年12月15日。" in text(desk.xie.get(address))

    second = offered(definition(draft), at="2026-04-01")
    assert "两个版本的内容完全一样" in text(desk.xie.get(address))
    back = text(desk.xie.get(address, {"old": second.pk, "new": first.pk}))
    assert "申请截止日期由2026年12月15日改为2026年11月30日。" in back
    assert desk.xie.get(address, {"old": "0"}).status_code == 404
    assert desk.xie.get(address, {"old": "x"}).status_code == 404


def test_what_stood_on_a_day(desk: Desk, draft: ProgrammePage) -> None:
    offered(definition(draft), at="2026-03-02")
    changed(draft, desk.writer, applicant="全体职工")
    offered(definition(draft), at="2026-04-01")
    address = url("as_of", draft.pk)
    assert "2026-03-01 没有公开的版本" in text(desk.xie.get(address, {"day": "2026-03-01"}))
    then = text(desk.xie.get(address, {"day": "2026-03-31"}))
    assert "2026-03-31 有效的是 2026年新项目 第 1 版" in then
    assert "许文（xuwen） 撰写，谢岚（xielan） 批准" in then
    for words in ("申请人是本市工会会员", "1,000元", "身份证", "单位工会审核"):
        assert words in then
    assert "有效的是 2026年新项目 第 2 版" in text(desk.xie.get(address, {"day": "2026-04-01"}))
    assert desk.xie.get(address, {"day": "31.2."}).status_code == 422
    file = desk.xie.get(url("export", draft.pk), {"version": 1})
    assert "x-2026-v1.yml" in file["Content-Disposition"]


# ---- impact ---------------------------------------------------------------------------------------------------------

COUNTED = {
    "cases": 1200,
    "files": 300,
    "newly_met": 17,
    "no_longer_met": "<5",
    "yearly_cost_change_fen": 1_234_500,
    "suppressed": ["no_longer_met"],
    "warnings": ["有收入更低的家庭拿得更少。"],
    "seconds": 2.5,
}


def test_impact_is_asked_worked_out_and_shown_as_counts(
    desk: Desk, draft: ProgrammePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    standing = offered(definition(draft), at="2026-03-02")
    changed(draft, desk.writer, closes=date(2026, 12, 15))
    address = url("impact", draft.pk)
    answer = desk.xu.post(address)
    (asked,) = ImpactReport.objects.all()
    assert to(answer) == url("impact_report", draft.pk, asked.pk)
    assert "正在测算" in text(desk.xu.get(to(answer)))
    assert to(desk.xu.post(address)) == to(answer), "the same question is not asked twice at once"
    (errand,) = OutboxItem.objects.filter(topic=measuring.TOPIC)

    given: list[Any] = []

    def impact(definition: Any, *, against: Any, on: date) -> dict[str, Any]:
        given.append((definition, against))
        return COUNTED

    monkeypatch.setattr(open_data, "impact", impact)
    measuring.handle(errand.payload)
    measuring.handle(errand.payload)
    assert given == [(definition(draft).to_json(), standing.definition)]
    shown = text(desk.xie.get(to(answer)))
    assert "原来不符合，按草稿符合 17" in shown
    assert "原来符合，按草稿不符合 <5" in shown
    assert "多 12,345 元" in shown
    assert "有收入更低的家庭拿得更少。" in shown
    assert "许文" in text(desk.xie.get(address))


def test_a_draft_that_contradicts_itself_is_not_measured(desk: Desk, draft: ProgrammePage) -> None:
    changed(draft, desk.writer, closes=date(2025, 1, 1))
    answer = desk.xu.post(url("impact", draft.pk))
    assert answer.status_code == 422
    assert "早于开放日期" in text(answer)
    assert not ImpactReport.objects.exists()


def test_the_real_measure_answers_in_the_words_of_the_report(desk: Desk, draft: ProgrammePage) -> None:
    desk.xu.post(url("impact", draft.pk))
    asked = ImpactReport.objects.get()
    measuring.handle({"report": asked.pk})
    asked.refresh_from_db()
    assert asked.standing == ImpactReport.Standing.DONE
    shown = text(desk.xu.get(url("impact_report", draft.pk, asked.pk)))
    assert "看了多少件已经决定的申请 0" in shown
    assert "一年的金额变化 不变" in shown


# ---- the first page and the previews --------------------------------------------------------------------------------


def test_the_first_page_shows_version_window_and_suppressed_counts(
    desk: Desk, draft: ProgrammePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered(definition(draft), at="2026-03-02")
    cells = [
        Cell("P-X-2026", "2026年新项目", 1, "受理", "12"),
        Cell("P-X-2026", "2026年新项目", 1, "公示", "<5"),
    ]
    monkeypatch.setattr(open_data, "counts", lambda: cells)
    answer = desk.xie.get("/cms/")
    shown = text(answer)
    assert "2026年新项目 第 1 版" in shown
    assert "受理 12 公示 <5" in shown
    assert "/desk/?programme=P-X-2026" in answer.content.decode()
    assert reverse("wagtailadmin_pages:edit", args=[draft.pk]) in answer.content.decode()


@pytest.mark.parametrize(
    ("mode", "words"),
    [
        ("", ["2026年新项目"]),
        (
            "form",
            ["A 申请人", "请按身份证上的姓名填写", "从工会名单里选", "我保证所填内容和材料真实", "身份证"],
        ),
        ("check", ["自查", "申请人是本市工会会员", "selfcheck.mjs", '"programmes":']),
        ("conditions", ["没有界线", "申请人是本市工会会员"]),
    ],
)
def test_every_side_of_a_draft_is_previewed_beside_the_editor(
    desk: Desk, draft: ProgrammePage, mode: str, words: list[str]
) -> None:
    answer = draft.get_latest_revision_as_object().make_preview_request(preview_mode=mode)
    assert "frame-ancestors 'self'" in answer["Content-Security-Policy"], "it stands in a frame of the editor"
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    shown = answer.content.decode()
    for each in words:
        assert each in shown
    assert not re.search(r"<(?:input|select|textarea)(?![^>]* disabled)[^>]*>", shown), (
        "nothing can be filled in"
    )
    broken = changed(draft, desk.writer, closes=date(2025, 1, 1)).get_latest_revision_as_object()
    assert "早于开放日期" in broken.make_preview_request(preview_mode=mode).content.decode()


def test_the_preview_of_conditions_shows_one_fen_on_either_side(desk: Desk) -> None:
    draft = drafts.from_start(
        "one_off", year=2026, code="P-O", title="救助", slug="o", below=desk.index, by=desk.writer
    )
    answer = draft.get_latest_revision_as_object().make_preview_request(preview_mode="conditions")
    assert re.search(r"9,999.99元 不符合 10,000元 符合 10,000.01元 符合", text(answer))


# ---- who may --------------------------------------------------------------------------------------------------------

ABOUT = ("new_edition", "old_year", "differences", "as_of", "export", "impact")


def test_only_editors_and_publishers_come_in(desk: Desk, draft: ProgrammePage) -> None:
    doors = [url(name, draft.pk) for name in ABOUT]
    doors += [url(name, desk.index.pk) for name in ("start", "import")]
    for door in doors:
        assert to(desk.qian.get(door)) == reverse("wagtailadmin_home"), door
        assert reverse("account_login") in to(Client().get(door)), door
    assert desk.qian.post(url("impact", draft.pk)).status_code == 302
    assert not ImpactReport.objects.exists()
    assert desk.xie.get(url("differences", draft.pk)).status_code == 200
    assert desk.xie.get(url("start", desk.index.pk)).status_code == 302, (
        "a publisher approves, and begins nothing"
    )


def test_nothing_is_done_without_the_token_of_the_form(desk: Desk, draft: ProgrammePage) -> None:
    strict = Client(enforce_csrf_checks=True)
    as_staff(strict, desk.writer)
    typed = {"title": "新", "year": 2031, "code": "P-N", "slug": "n"}
    for door in (
        url("from_start", desk.index.pk, "one_off"),
        url("new_edition", draft.pk),
        url("impact", draft.pk),
    ):
        assert strict.post(door, typed).status_code == 403
    assert ProgrammePage.objects.count() == 1
    assert not ImpactReport.objects.exists()


@pytest.fixture(autouse=True)
def nothing_goes_public(db: None) -> Any:
    """Whatever the desk does, the way to the public is the review."""
    yield
    assert not ProgrammePage.objects.filter(live=True).exists()


def test_the_buttons_stand_at_the_page(desk: Desk, draft: ProgrammePage) -> None:
    shown = desk.xie.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    for name in ABOUT:
        assert url(name, draft.pk) in shown


def test_a_page_that_begins_with_a_skeleton_quotes_all_its_parts(desk: Desk) -> None:
    made = drafts.from_start(
        "training", year=2027, code="P-T", title="培训", slug="t", below=desk.index, by=desk.writer
    )
    quoted = [block.value["part"] for block in made.body if block.block_type == "facts"]
    assert quoted[:6] == ["window", "conditions", "amounts", "quota", "papers", "stages"]
    assert "notice" not in quoted
