"""What is live and approved is on offer and public; nothing else, and nothing half."""

import hashlib
import importlib
import json
import re
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.conf import settings as project
from django.core.management import call_command

from cms import loading
from cms.models import CentrePage, GuidePage, ProgrammePage
from cms.publishing import build, clock, pages, publish, release, wanted
from cms.publishing.publish import Published
from cms.writing.programme_handling import window_now
from tests.cms.conftest import CONTENT, Newsroom, moment, pay, text_of, write
from workflows.base.models import OutboxItem
from workflows.offers.models import ContactPoint, ProgrammeVersion
from workflows.parameters.models import Parameter
from workflows.policy.programme import Programme


def versions() -> list[tuple[int, int, bool]]:
    """Number, first amount in fen, whether on offer."""
    found = ProgrammeVersion.objects.order_by("number")
    return [(v.number, v.definition["amount"]["table"][0]["fen"], v.withdrawn_at is None) for v in found]


def test_five_thousand_becomes_five_thousand_two_hundred(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage, data: Path
) -> None:
    assert versions() == [(1, 500_000, True)]
    assert "5,000元" in text_of(data, "guides/ga-amount")
    waiting = write(pay(golden_page, "5200"), by=newsroom.lin)
    assert not publish.publish(at=moment("2026-08-03")).made, "a draft changes nothing"
    waiting.approve(user=newsroom.gao)
    second = publish.publish(at=moment("2026-08-03"))
    assert second.made
    assert second.release.number == 2
    assert versions() == [(1, 500_000, False), (2, 520_000, True)]
    for address in ("guides/ga-amount", "programmes/golden-autumn-2026"):
        assert "5,200元" in text_of(data, address)
        assert "5,000元" not in text_of(data, address)
    newest = ProgrammeVersion.objects.get(number=2)
    assert (newest.author, newest.approver) == ("林编辑（lin）", "高审核（gao）")


def test_the_self_check_follows_the_programme(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage, data: Path
) -> None:
    def check() -> tuple[str, dict[str, Any]]:
        (address,) = re.findall(
            r'data-check="/([^"?]+\?v=\w+)"', text_of(data, "programmes/golden-autumn-2026")
        )
        told = json.loads((data / "releases/current" / address.split("?")[0]).read_text(encoding="utf-8"))
        return address, told["programmes"][0]

    before, told = check()
    assert told["amount"]["table"][0]["fen"] == 500_000
    assert 'data-check="/check/all.json' in text_of(data, "help")
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    publish.publish(at=moment("2026-08-03"))
    after, told = check()
    assert told["amount"]["table"][0]["fen"] == 520_000
    assert before != after, "a phone that kept the old file asks for the new one"


def test_a_living_publisher_writes_what_a_new_one_writes(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    living = wanted.Memory()

    def written() -> dict[str, str]:
        state, _ = pages.state(before={})
        found = []
        for memory in (living, wanted.Memory()):
            monkeypatch.setattr(wanted, "_MEMORY", memory)
            found.append(wanted.content(state, before={}))
        assert found[0] == found[1]
        return dict(found[0].files)

    before = written()
    guide = GuidePage.objects.get(slug="train-list")
    guide.title = "换了题目"
    write(guide, by=newsroom.lin).approve(user=newsroom.gao)
    titled = written()
    assert changed(before, titled) >= {"guides/train-list.md", "guides/index.md"}
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    paid = written()
    assert changed(titled, paid) >= {"guides/ga-amount.md", "programmes/golden-autumn-2026.yml"}
    GuidePage.objects.get(slug="train-list").unpublish()
    assert "guides/train-list.md" in changed(paid, written())


def test_a_living_publisher_writes_only_what_has_changed() -> None:
    memory = wanted.Memory()
    wrote: list[str] = []

    def note(word: str) -> str:
        wrote.append(word)
        return word

    for _ in range(2):
        assert memory.text("a.md", partial(note, "甲")) == "甲"
        assert memory.text("b.md", partial(note, "乙")) == "乙"
    assert memory.text("a.md", partial(note, "丙")) == "丙"
    assert wrote == ["甲", "乙", "丙"]


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    """The files that one has and the other has not, or has otherwise."""
    return {path for path, _ in before.items() ^ after.items()}


def test_publishing_twice_makes_no_second_release(first: Published, data: Path) -> None:
    again = publish.publish(at=moment("2026-08-03"))
    assert not again.made
    assert again.release == first.release
    assert [path.name for path in (data / "releases").iterdir() if path.name.isdigit()] == ["1"]


def test_the_same_content_gives_the_same_bytes(
    first: Published, data: Path, settings: Any, tmp_path: Path
) -> None:
    settings.DATA_DIR = tmp_path / "elsewhere"
    settings.DATA_DIR.mkdir()
    publish.publish(at=moment("2026-08-03"))

    def bytes_of(root: Path) -> dict[str, str]:
        files = sorted(path for path in (root / "releases/1").rglob("*") if path.is_file())
        return {str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}

    here, there = bytes_of(settings.DATA_DIR), bytes_of(data)
    differing = sorted(name for name in here.keys() | there.keys() if here.get(name) != there.get(name))
    for name in differing[:1]:
        assert (settings.DATA_DIR / name).read_bytes() == (data / name).read_bytes(), differing
    assert not differing


def test_a_page_taken_back_is_gone_and_a_programme_withdrawn(
    first: Published, loaded: int, data: Path
) -> None:
    GuidePage.objects.get(slug="train-list").unpublish()
    publish.publish(at=moment("2026-08-03"))
    assert not (data / "releases/current/guides/train-list").exists()
    assert "train-list" not in text_of(data, "")
    GuidePage.objects.get(slug="ga-amount").unpublish()
    ProgrammePage.objects.get().unpublish()
    publish.publish(at=moment("2026-08-04"))
    assert versions() == [(1, 500_000, False)]


def test_a_page_that_cannot_be_written_keeps_its_last_text_and_holds_nobody_back(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage, data: Path
) -> None:
    guide = GuidePage.objects.get(slug="train-list")
    guide.how_much = "给{没有这个数}"
    guide.save_revision(user=newsroom.lin, clean=False).publish(
        user=newsroom.gao, skip_permission_checks=True
    )
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    second = publish.publish(at=moment("2026-08-03"))
    assert list(second.release.held) == ["guides/train-list.md"]
    assert "没有对应" in second.release.held["guides/train-list.md"]
    assert "学费0元" in text_of(data, "guides/train-list")
    assert "5,200元" in text_of(data, "guides/ga-amount")


def test_a_programme_that_contradicts_itself_stays_as_it_was(
    first: Published, golden_page: ProgrammePage, data: Path
) -> None:
    # No door lets it through; what was approved once can come to contradict a rule that is stricter now.
    ProgrammePage.objects.filter(pk=golden_page.pk).update(closes=date(2026, 7, 1))
    second = publish.publish(at=moment("2026-08-03"))
    assert "programmes/golden-autumn-2026.md" in second.release.held
    assert versions() == [(1, 500_000, True)]
    assert "2026年8月27日" in text_of(data, "guides/ga-amount")


@pytest.mark.parametrize(
    ("number", "kind"),
    [("369902198307150010", "身份证号"), ("13900000001", "手机号"), ("6299990000000000012", "银行卡号")],
)
def test_a_number_of_a_person_never_goes_out(
    first: Published, newsroom: Newsroom, data: Path, number: str, kind: str
) -> None:
    guide = GuidePage.objects.get(slug="train-list")
    guide.where = f"找老王 {number}"
    guide.save_revision(user=newsroom.lin, clean=False).publish(
        user=newsroom.gao, skip_permission_checks=True
    )
    second = publish.publish(at=moment("2026-08-03"))
    assert kind in second.release.held["guides/train-list.md"]
    assert number not in second.release.held["guides/train-list.md"]
    for path in (data / "releases/current").resolve().rglob("*.html"):
        assert number not in path.read_text(encoding="utf-8")


def test_a_number_in_a_definition_keeps_only_its_own_check_back(small_content: Path) -> None:
    state = loading.state(loading.read(small_content, strict=False))
    (golden,) = state.programmes.values()
    leaking = replace(golden, papers=(replace(golden.papers[0], why="交给13900000001"), *golden.papers[1:]))
    on = date(2026, 8, 3)
    told = wanted.on_day(
        wanted.content(state, before={}), replace(state, programmes={golden.code: leaking}), on=on
    )
    assert f"check/{golden.code}.json" not in told
    assert "check/all.json" in told
    assert not any("13900000001" in text for text in told.values())


def test_a_killed_build_leaves_the_old_release_and_the_next_one_finishes(
    first: Published,
    newsroom: Newsroom,
    golden_page: ProgrammePage,
    data: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)

    def killed(*args: Any, **kwargs: Any) -> Path:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(build, "build", killed)
        with pytest.raises(KeyboardInterrupt):
            publish.publish(at=moment("2026-08-03"))
    left = data / "releases/.building-1"
    left.mkdir()
    (left / "half.html").write_text("half")
    standing = release.current()
    assert standing is not None
    assert standing.number == 1
    assert "5,000元" in text_of(data, "guides/ga-amount")
    assert publish.publish(at=moment("2026-08-03")).release.number == 2
    assert "5,200元" in text_of(data, "guides/ga-amount")
    assert not left.exists()


def test_a_process_killed_while_it_kept_the_texts_loses_none(first: Published, data: Path) -> None:
    kept = publish.last_content()
    (data / "content").rename(data / ".content-next")
    assert publish.last_content() == kept
    assert (data / "content").is_dir()


def test_ten_releases_are_kept(first: Published, data: Path) -> None:
    for _ in range(12):
        site = release.workshop() / "site"
        site.mkdir()
        (site / "index.html").write_text("x")
        release.switch_to(site, digest="x", day=date(2026, 8, 3), at=moment("2026-08-03"), pages=1, held={})
        site.parent.rmdir()
    numbers = sorted(int(path.name) for path in (data / "releases").iterdir() if path.name.isdigit())
    assert numbers == list(range(4, 14))
    assert (data / "releases/current").readlink().name == "13"


def test_every_change_puts_an_errand_that_the_worker_knows(
    first: Published, newsroom: Newsroom, golden_page: ProgrammePage
) -> None:
    OutboxItem.objects.all().delete()
    write(pay(golden_page, "5200"), by=newsroom.lin).approve(user=newsroom.gao)
    assert OutboxItem.objects.filter(topic="publish").count() == 1
    GuidePage.objects.get(slug="train-list").unpublish()
    assert OutboxItem.objects.filter(topic="publish").count() == 2
    GuidePage.objects.get(slug="train-list").delete()
    assert OutboxItem.objects.filter(topic="publish").count() == 3
    module, name = project.OUTBOX_HANDLERS["publish"].rsplit(".", 1)
    getattr(importlib.import_module(module), name)({})
    assert versions()[-1] == (2, 520_000, True)


def test_a_new_value_is_an_event(first: Published) -> None:
    OutboxItem.objects.all().delete()
    clock.tick(at=moment("2026-08-03"))
    assert not OutboxItem.objects.exists()
    Parameter.objects.create(
        key="city_line", area="369900", valid_from=date(2026, 8, 1), value=94_000, source="I"
    )
    for _ in range(2):
        clock.tick(at=moment("2026-08-03"))
    assert OutboxItem.objects.filter(topic="publish").count() == 1


def test_a_new_business_day_is_an_event_and_the_same_day_is_none(first: Published) -> None:
    OutboxItem.objects.all().delete()
    clock.tick(at=moment("2026-08-03"))
    assert not OutboxItem.objects.exists()
    for _ in range(3):
        clock.tick(at=moment("2026-08-04"))
    assert OutboxItem.objects.filter(topic="publish").count() == 1
    assert "cms.publishing.clock.tick" in project.TICKERS


@pytest.mark.parametrize(
    ("day", "word"),
    [
        ("2026-07-09", "未开始"),
        ("2026-07-10", "受理中"),
        ("2026-08-27", "受理中"),
        ("2026-08-28", "补录期"),
        ("2026-09-30", "补录期"),
        ("2026-10-01", "已截止"),
    ],
)
def test_how_the_window_stands(golden_autumn: Programme, day: str, word: str) -> None:
    assert window_now(golden_autumn, on=date.fromisoformat(day))[0] == word


def test_the_window_closes_on_the_page_overnight(first: Published, data: Path) -> None:
    assert "受理中" in text_of(data, "guides/ga-amount")
    assert publish.publish(at=moment("2026-08-28")).made
    assert "补录期" in text_of(data, "guides/ga-amount")
    assert "受理中" not in text_of(data, "guides/ga-amount")


def test_a_suspended_place_says_so_and_where_to_go_until_it_is_open_again(
    first: Published, data: Path
) -> None:
    text = text_of(data, "centres/369903")
    card = text[text.index('data-centre="3699030207"') - 200 : text.index("老码头镇石灰路17号")]
    assert "centre-suspended" in card
    assert "data-windows" not in card[card.index('data-centre="3699030207"') :]
    assert "7月1日起，9月30日止" in card
    assert "河湾区老码头镇职工服务点" in card
    assert not ContactPoint.objects.get(code="3699030207").open
    publish.publish(at=moment("2026-10-08"))
    assert "centre-suspended" not in text_of(data, "centres/369903")
    assert ContactPoint.objects.get(code="3699030207").open


def test_hours_of_a_place_join_its_windows_and_its_lunch_duty(first: Published) -> None:
    place = ContactPoint.objects.get(code="3699020001")
    assert place.hours["1"] == [["09:00", "17:00"]]
    assert place.hours["6"] == [["09:00", "16:30"]]
    assert place.hours["7"] == []
    assert place.exceptions["2026-10-01"] == []
    assert place.union_code == "LJ-DL"


def test_the_commands_say_what_they_did(
    loaded: int, small_content: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("load_content", root=small_content)
    call_command("publish")
    call_command("publish")
    told = capsys.readouterr().out
    assert "已经有内容" in told
    assert "生成了第1次发布" in told
    assert "没有变化，仍是第1次发布" in told


def test_unions_of_the_directory_are_the_unions_of_the_network(first: Published) -> None:
    known = {
        row["code"] for row in yaml.safe_load((CONTENT / "unions.yml").read_text(encoding="utf-8"))["unions"]
    }
    assert {centre.union_code for centre in CentrePage.objects.all()} <= known
