"""Registers that answer well, late, twice, partly, with nonsense or not at all; over HTTP and by files."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings as settings_
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from cms import configuration
from tests.households.conftest import Family, House
from tools.register import Register
from workflows.base import spreadsheets, worker
from workflows.base.models import OutboxItem
from workflows.households import batches, checking, connecting, drafting, running, saying
from workflows.households.models import HouseholdFile, MeansCheck
from workflows.households.moving import FileMoveNotAllowed
from workflows.people.models import AccessLog, Consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def register(settings: Any) -> Iterator[Callable[..., Register]]:
    """Starts a simulated register that behaves as asked; 居民家庭经济状况核对平台 is then reached there."""
    running_: list[Register] = []

    def start(*behaves: str) -> Register:
        found = Register(0, behaves or ("well",), as_of="2026-08-12")
        threading.Thread(target=found.serve_forever, daemon=True).start()
        running_.append(found)
        settings.REGISTERS = {**settings.REGISTERS, "means": found.address}
        settings.REGISTER_POLL_SECONDS = 0
        return found

    yield start
    for each in running_:
        each.shutdown()
        each.server_close()


def ask(on_file: Family, house: House, register: str = "means") -> MeansCheck:
    if on_file.read().state == "ACTIVE":
        running.recheck(on_file.file, reason="到期", by=house.actor("方敏"), at=on_file.at)
    check = checking.ask(
        on_file.read(), register=register, purpose="复核", by=house.actor("方敏"), at=on_file.at
    )
    worker.run_once(on_file.at)
    check.refresh_from_db()
    return check


def said_by_register(file: HouseholdFile) -> dict[tuple[int | None, str], list[dict[str, Any]]]:
    """What registers say, besides whether they know somebody at all."""
    told: dict[tuple[int | None, str], list[dict[str, Any]]] = {}
    for each in (
        file.statements.standing()
        .filter(source="REGISTER")
        .exclude(part="registered")
        .select_related("sealed_by")
    ):
        told.setdefault((each.member_id, each.part), []).append(each.row())
    return told


# ---- over HTTP ------------------------------------------------------------------------------------------------------
def test_a_register_that_answers_well_is_beside_the_family_with_its_day(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    found = register()
    before = saying.now(on_file.file).counting("home")[0].row()
    check = ask(on_file, house)
    ((sent, _behaviour, _times),) = found.known.values()
    assert [each["name"] for each in sent["persons"]] == ["刘桂英", "陈立"]
    assert sent["purpose"] == "复核"
    assert (check.standing, check.sent_at is not None) == ("IN", True)
    said = saying.now(on_file.file)
    assert said.counting("home")[0].row() == before, "nothing of the family's is overwritten"
    other = said.by("home", source="REGISTER")[0]
    assert (other.as_of, other.register) == (date(2026, 8, 12), "means")
    assert AccessLog.objects.filter(what="means check sent", person=on_file.main.person).count() == 1


def test_one_that_is_late_is_waited_for_and_asked_again(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    register("late")
    check = ask(on_file, house)
    assert check.standing == "SENT"
    connecting.collect(at=on_file.at)
    connecting.collect(at=on_file.at)
    check.refresh_from_db()
    assert check.standing == "IN"


def test_one_that_answers_partly_keeps_what_came_and_waits_for_the_rest(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    register("partly")
    check = ask(on_file, house)
    assert (check.standing, len(check.answered_for)) == ("SENT", 1)
    assert check.trouble == "只回复了一部分，还差1个人和家庭的情况。"
    assert not checking.is_in(on_file.read())
    first = said_by_register(on_file.file)
    connecting.collect(at=on_file.at)
    check.refresh_from_db()
    assert (check.standing, len(check.answered_for), check.trouble) == ("IN", 2, "")
    after = said_by_register(on_file.file)
    assert {key: after[key] for key in first} == first, "what was known is said once"


def test_one_that_answers_twice_and_otherwise_is_told_not_taken(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    found = register("twice")
    check = ask(on_file, house)
    kept = said_by_register(on_file.file)
    _status, again = found.answer(str(check.pk))
    assert not connecting.receive(check, again, at=on_file.at)
    check.refresh_from_db()
    assert (check.standing, check.said_otherwise) == ("IN", True)
    assert said_by_register(on_file.file) == kept


def test_nonsense_is_told_and_can_be_answered_by_hand(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    register("nonsense")
    check = ask(on_file, house)
    assert (check.standing, check.trouble) == ("SENT", "回复的格式不对。")
    assert said_by_register(on_file.file) == {}
    nobody = [member.pk for member in connecting.living(check)]
    told: dict[str, Any] = {"as_of": date(2026, 8, 12), "by": house.actor("方敏"), "at": on_file.at}
    with pytest.raises(FileMoveNotAllowed, match="至少填一项"):
        checking.answered(check, {}, **told)
    checking.answered(check, {}, unknown=nobody, **told)
    check.refresh_from_db()
    assert (check.standing, check.trouble) == ("IN", "")


def test_one_that_is_down_is_tried_again_and_nothing_is_lost(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    found = register("down")
    check = ask(on_file, house)
    assert (check.standing, check.sent_at) == ("SENT", None)
    item = OutboxItem.objects.get(topic=connecting.TOPIC)
    assert item.state == OutboxItem.State.WAITING
    assert "NoAnswer" in item.last_error
    found.behaves = ("well",)
    found.known.clear()
    connecting.deliver(item.payload)
    connecting.deliver(item.payload)
    connecting.collect(at=on_file.at)
    check.refresh_from_db()
    assert check.standing == "IN"
    assert len(found.known) == 1


def test_one_that_is_not_there_is_said_to_be_not_there(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    found = register()
    found.behaves = ("late",)
    check = ask(on_file, house)
    found.shutdown()
    found.server_close()
    connecting.collect(at=on_file.at)
    check.refresh_from_db()
    assert check.trouble == "登记机关连不上，会再试。"


@pytest.mark.parametrize("way", ["http", "batch"])
def test_who_withdraws_the_consent_is_not_sent_though_it_was_asked_for(
    on_file: Family, house: House, register: Callable[..., Register], settings: Any, way: str
) -> None:
    found = register()
    if way == "batch":
        settings.REGISTERS = {**settings.REGISTERS, "means": "batch"}
    running.recheck(on_file.read(), reason="到期", by=house.actor("方敏"), at=on_file.at)
    by = house.actor("方敏")
    check = checking.ask(on_file.read(), register="means", purpose="复核", by=by, at=on_file.at)
    drafting.withdraw(on_file.file, at=on_file.at)
    if way == "batch":
        with pytest.raises(FileMoveNotAllowed, match="没有等着"):
            batches.send("means", HouseholdFile.objects.all(), purpose="送核对中心", by=by, at=on_file.at)
    worker.run_once(on_file.at)
    check.refresh_from_db()
    assert (found.known, check.sent_at) == ({}, None)
    assert check.trouble == ("家里有人撤回了核对的同意，没有送出。" if way == "http" else "")


def test_what_could_not_be_sent_in_all_its_tries_is_told_and_sent_the_day_after_or_when_asked_again(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    found = register("down")
    check = ask(on_file, house)
    assert check.trouble == "登记机关没有收下（503），会再试。"
    items = OutboxItem.objects.filter(topic=connecting.TOPIC)
    items.update(state=OutboxItem.State.FAILED, due_at=timezone.now())
    connecting.collect(at=on_file.at)
    assert items.count() == 1, "it rests for a day"
    items.update(due_at=timezone.now() - timedelta(days=1, seconds=1))
    connecting.collect(at=on_file.at)
    assert items.filter(state=OutboxItem.State.WAITING).count() == 1
    items.update(state=OutboxItem.State.FAILED, due_at=timezone.now())
    found.behaves = ("well",)
    found.known.clear()
    assert ask(on_file, house).pk == check.pk, "asking again sends it at once"
    check.refresh_from_db()
    assert (check.standing, check.trouble) == ("IN", "")


def test_a_family_that_agrees_again_is_sent_and_one_that_withdraws_is_not_fetched(
    on_file: Family, house: House, register: Callable[..., Register]
) -> None:
    found = register("late")
    running.recheck(on_file.read(), reason="到期", by=house.actor("方敏"), at=on_file.at)
    drafting_user = on_file.main.user
    by = house.actor("方敏")
    check = checking.ask(on_file.read(), register="means", purpose="复核", by=by, at=on_file.at)
    drafting.withdraw(on_file.file, at=on_file.at)
    worker.run_once(on_file.at)
    assert found.known == {}
    for member in drafting.without_consent(on_file.file):
        drafting.agree(member, user=drafting_user, channel="online", at=on_file.at)
    worker.run_once(on_file.at)
    worker.run_once(on_file.at)
    assert len(found.known) == 1, "agreeing again is enough"
    asked = found.known[str(check.pk)][2]
    drafting.withdraw(on_file.file, at=on_file.at)
    connecting.collect(at=on_file.at)
    check.refresh_from_db()
    assert found.known[str(check.pk)][2] == asked, "nothing is fetched"
    assert check.trouble.startswith("家里有人撤回了核对的同意，不再取回复")
    told = json.dumps({"as_of": "2026-08-12", "household": {"homes": 1}}).encode()
    assert not connecting.receive(check, told, at=on_file.at)
    assert said_by_register(on_file.file) == {}


@pytest.mark.parametrize(
    "said",
    [
        b"[" * 100_000,
        b'{"as_of": "2026-08-12", "persons": [{"key": KEY, "person": {"unit": "\\ud800"}}]}',
        b'{"as_of": "2026-08-12", "persons": [{"key": KEY, "person": [{"unit": "a"}, {"unit": "b"}]}]}',
    ],
    ids=["deep", "half a character", "two of one"],
)
def test_whatever_a_register_sends_is_told_and_does_not_stop_the_others(
    on_file: Family, house: House, said: bytes
) -> None:
    check = ask(on_file, house, "members")
    key = str(connecting.living(check)[0].pk).encode()
    assert not connecting.receive(check, said.replace(b"KEY", key), at=on_file.at)
    check.refresh_from_db()
    assert (check.standing, check.trouble != "") == ("SENT", True)


def test_what_goes_wrong_with_one_check_stops_no_other(
    on_file: Family, house: House, register: Callable[..., Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = register("late")
    settings_.REGISTERS = {**settings_.REGISTERS, "members": found.address}
    first, second = ask(on_file, house), ask(on_file, house, "members")
    receive = connecting.receive

    def breaks(check: MeansCheck, *args: Any, **kwargs: Any) -> bool:
        if check.pk == first.pk:
            raise KeyError("x")
        return receive(check, *args, **kwargs)

    monkeypatch.setattr(connecting, "receive", breaks)
    for _time in range(3):
        connecting.collect(at=on_file.at)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.standing, second.standing) == ("SENT", "IN")
    assert first.trouble == "登记机关的回复没有处理成功，会再试。"


def test_a_register_that_hangs_is_asked_once_in_a_pass(
    on_file: Family, house: House, register: Callable[..., Register], monkeypatch: pytest.MonkeyPatch
) -> None:
    register("late")
    check = ask(on_file, house)
    for _more in range(2):
        MeansCheck.objects.filter(pk=check.pk).update(standing="WAIVED", waived_by=check.asked_by)
        check = ask(on_file, house)
    calls = []

    def hangs(method: str, *_args: Any) -> Any:
        calls.append(method)
        raise connecting.Unreachable("登记机关连不上，会再试。")

    monkeypatch.setattr(connecting, "_call", hangs)
    connecting.collect(at=on_file.at)
    assert calls == ["GET"]


# ---- what comes late, again or empty --------------------------------------------------------------------------------
def told(check: MeansCheck, *people: int, homes: int | None = 1, wage: int = 2_400_000) -> bytes:
    keys = people or [member.pk for member in connecting.living(check)]
    said: dict[str, Any] = {
        "as_of": "2026-08-12",
        "persons": [{"key": key, "income": [{"kind": "WAGE", "fen": wage}] if wage else []} for key in keys],
    }
    if homes is not None:
        said["household"] = {"homes": homes}
    return json.dumps(said).encode()


def test_what_comes_after_a_waiver_is_kept_and_before_the_second_signature_it_is_the_answer(
    on_file: Family, house: House
) -> None:
    fang, luo = house.actor("方敏"), house.actor("罗斌")
    check = ask(on_file, house)
    checking.waive(check, reason="平台检修", by=fang, at=on_file.at)
    assert connecting.receive(check, told(check), at=on_file.at)
    check.refresh_from_db()
    assert (check.standing, check.is_settled) == ("IN", True)
    later = ask(on_file, house)
    checking.waive(later, reason="平台又检修", by=fang, at=on_file.at)
    checking.countersign(later, by=luo)
    assert connecting.receive(later, told(later, homes=2), at=on_file.at)
    later.refresh_from_db()
    assert (later.standing, later.late_at is not None, later.trouble) == ("WAIVED", True, "")
    assert said_by_register(on_file.file)[None, "home"] == [{"homes": 2}]


def test_a_waiver_that_nobody_has_signed_as_second_is_taken_back(on_file: Family, house: House) -> None:
    fang, luo = house.actor("方敏"), house.actor("罗斌")
    check = ask(on_file, house)
    checking.waive(check, reason="点错了", by=fang, at=on_file.at)
    assert checking.wait_again(check, by=fang).standing == "SENT"
    checking.waive(check, reason="平台检修", by=fang, at=on_file.at)
    checking.countersign(check, by=luo)
    with pytest.raises(FileMoveNotAllowed, match="刚刚有了变化"):
        checking.wait_again(check, by=fang)


def test_the_same_again_is_no_difference_and_another_answer_about_somebody_answered_is_one(
    on_file: Family, house: House
) -> None:
    check = ask(on_file, house)
    first, second = (member.pk for member in connecting.living(check))
    assert connecting.receive(check, told(check, first), at=on_file.at)
    assert connecting.receive(check, told(check, second, homes=None), at=on_file.at)
    for part in (told(check, first), told(check, second, homes=None)):
        assert not connecting.receive(check, part, at=on_file.at)
    check.refresh_from_db()
    assert (check.standing, check.said_otherwise) == ("IN", False)
    other = ask(on_file, house)
    connecting.receive(other, told(other, first), at=on_file.at)
    assert not connecting.receive(other, told(other, first, wage=9_900_000), at=on_file.at)
    other.refresh_from_db()
    assert (other.standing, other.said_otherwise) == ("SENT", True), "also while it is open"


def test_what_a_register_does_not_say_any_more_is_over_and_who_is_not_known_does_not_look_answered(
    on_file: Family, house: House
) -> None:
    connecting.receive(check := ask(on_file, house), told(check), at=on_file.at)
    connecting.receive(check := ask(on_file, house), told(check, wage=0), at=on_file.at)
    assert not [key for key in said_by_register(on_file.file) if key[1] == "income"]
    members = ask(on_file, house, "members")
    first, second = (member.pk for member in connecting.living(members))
    registered = {"member_no": "HY0001", "member_status": "在册"}
    persons = [{"key": first, "registered": registered}, {"key": second, "known": False}]
    said = json.dumps({"as_of": "2026-08-12", "persons": persons}).encode()
    assert connecting.receive(members, said, at=on_file.at)
    rows = on_file.file.statements.standing().filter(register="members", part="registered")
    assert {each.member_id: each.row() for each in rows.select_related("sealed_by")} == {
        first: {"known": True, **registered},
        second: {"known": False},
    }


def test_a_membership_that_ended_is_looked_into_also_when_the_answer_comes_late(
    on_file: Family, house: House
) -> None:
    """The check was not waited for, the file is in force again; then the register says that somebody has died."""
    members = ask(on_file, house, "members")
    first = next(member.pk for member in connecting.living(members))
    HouseholdFile.objects.filter(pk=on_file.file.pk).update(state="ACTIVE", before="")
    died = [{"key": first, "registered": {"member_status": "死亡注销"}}]
    said = json.dumps({"as_of": "2026-08-12", "persons": died}).encode()
    connecting.receive(MeansCheck.objects.get(pk=members.pk), said, at=on_file.at)
    assert on_file.state == "RECHECK"
    notes = [str(event.note) for event in on_file.file.events.select_related("sealed_by")]
    assert "会籍已经终止" in notes[-1]


def test_the_member_register_is_asked_only_where_the_words_named_it(on_file: Family, house: House) -> None:
    drafting.withdraw(on_file.file, at=on_file.at)
    for member in drafting.without_consent(on_file.file):
        Consent.objects.create(
            person=member.person,
            purpose=drafting.MEANS_CHECK,
            text_version="1",
            text_sha256=hashlib.sha256(drafting.WORDS["1"].encode()).hexdigest(),
            given_at=on_file.at,
            channel="online",
        )
    assert ask(on_file, house).standing == "SENT", "the old words named this one"
    with pytest.raises(FileMoveNotAllowed, match="还没有同意核对的"):
        ask(on_file, house, "members")


def test_only_the_county_of_the_file_writes_down_an_answer_and_none_of_the_future(
    on_file: Family, house: House
) -> None:
    check = ask(on_file, house)
    rows: dict[tuple[int | None, str], list[dict[str, Any]]] = {(None, "home"): [{"homes": 1}]}
    for who in ("沈梅", "邵军"):
        with pytest.raises(FileMoveNotAllowed):
            checking.answered(check, rows, as_of=date(2026, 8, 12), by=house.actor(who), at=on_file.at)
    with pytest.raises(FileMoveNotAllowed, match="还没有到"):
        checking.answered(check, rows, as_of=date(2026, 8, 14), by=house.actor("方敏"), at=on_file.at)
    assert checking.answered(check, rows, as_of=date(2026, 8, 12), by=house.actor("方敏"), at=on_file.at)
    check.refresh_from_db()
    assert check.answered_by == house.city["方敏"].post


def test_a_suspended_file_is_checked(on_file: Family, house: House) -> None:
    running.suspend(on_file.read(), reason="有人反映", by=house.actor("方敏"), at=on_file.at)
    check = checking.ask(
        on_file.read(), register="means", purpose="核实异议", by=house.actor("方敏"), at=on_file.at
    )
    assert connecting.receive(check, told(check, homes=2), at=on_file.at)


# ---- not connected --------------------------------------------------------------------------------------------------
def test_what_is_not_connected_says_so_and_is_answered_by_hand(on_file: Family, house: House) -> None:
    assert connecting.way_of("social_aid").label == "未接入"
    check = ask(on_file, house, "social_aid")
    assert (check.standing, check.sent_at) == ("SENT", None)
    assert not OutboxItem.objects.filter(topic=connecting.TOPIC).exists()


@pytest.mark.parametrize(
    ("value", "mode", "fits"),
    [
        ("", "production", True),
        ("batch", "production", True),
        ("https://hedui.example.test/api", "production", True),
        ("http://127.0.0.1:9100", "production", True),
        ("http://hedui.example.test", "production", False),
        ("ftp://hedui", "demo", False),
        ("files", "demo", False),
    ],
)
def test_a_bad_setting_stops_the_program_with_its_name(
    value: str, mode: configuration.Mode, fits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REGISTER_MEANS", value)
    if fits:
        assert configuration.register("REGISTER_MEANS", mode) == value
    else:
        with pytest.raises(ImproperlyConfigured, match="REGISTER_MEANS"):
            configuration.register("REGISTER_MEANS", mode)


# ---- by files -------------------------------------------------------------------------------------------------------
@pytest.fixture
def by_files(settings: Any) -> None:
    settings.REGISTERS = {**settings.REGISTERS, "means": "batch"}


def send(on_file: Family, house: House) -> list[list[str]]:
    by = house.actor("方敏")
    batch = batches.send("means", HouseholdFile.objects.all(), purpose="送核对中心", by=by, at=on_file.at)
    packed = spreadsheets.write_xlsx({"核对": batch.rows})
    return [list(row) for row in spreadsheets.read_table(packed)]


def take(table: list[list[str]], on_file: Family, house: House) -> batches.Taken:
    return batches.take("means", table, HouseholdFile.objects.all(), by=house.actor("方敏"), at=on_file.at)


def filled(table: list[list[str]], row: int, **told: str) -> list[list[str]]:
    titles = table[0]
    for title, text in told.items():
        line = table[row]
        line.extend([""] * (len(titles) - len(line)))
        line[titles.index(title)] = text
    return table


def test_a_file_goes_out_once_and_its_answers_come_in(on_file: Family, house: House, by_files: None) -> None:
    check = ask(on_file, house)
    table = send(on_file, house)
    assert [row[2:4] for row in table[1:]] == [
        ["刘桂英", on_file.main.person.id_no],
        ["陈立", table[2][3]],
    ]
    with pytest.raises(FileMoveNotAllowed, match="没有等着"):
        send(on_file, house)
    filled(table, 1, 截至日期="2026-08-12", 住房套数="1", **{"工资、奖金、津贴（12个月，元）": "24,000"})
    filled(table, 2, 截至日期="2026-08-12", 查到="否")
    assert take(table, on_file, house) == batches.Taken(whole=1, partly=0, before=0)
    main = on_file.file.members.get(person=on_file.main.person)
    assert said_by_register(on_file.file) == {
        (None, "home"): [{"homes": 1}],
        (main.pk, "income"): [{"kind": "WAGE", "fen": 2_400_000}],
    }
    assert take(table, on_file, house) == batches.Taken(whole=0, partly=0, before=1)
    check.refresh_from_db()
    assert (check.standing, check.batch) == ("IN", "HD2026-0001")


def test_a_file_that_was_lost_is_downloaded_again_for_a_purpose_and_the_family_sees_it(
    on_file: Family, house: House, by_files: None
) -> None:
    ask(on_file, house)
    table, files, by = send(on_file, house), HouseholdFile.objects.all(), house.actor("方敏")
    ((out),) = batches.outside(files)
    assert (out.number, out.waiting) == ("HD2026-0001", 1)
    with pytest.raises(FileMoveNotAllowed, match="用途"):
        batches.again(out.number, files, purpose=" ", by=by)
    again = batches.again(out.number, files, purpose="原件损坏", by=by)
    assert [list(row)[:4] for row in again.rows] == [row[:4] for row in table]
    why = AccessLog.objects.filter(what="means check sent", person=on_file.main.person).order_by("pk")
    assert [each.why.split(" · ")[2:] for each in why] == [
        ["HD2026-0001", "送核对中心"],
        ["HD2026-0001", "原件损坏"],
    ]
    with pytest.raises(FileMoveNotAllowed, match="没有在等"):
        batches.again(out.number, HouseholdFile.objects.none(), purpose="看看", by=by)


def test_a_row_without_a_day_is_still_to_come(on_file: Family, house: House, by_files: None) -> None:
    check = ask(on_file, house)
    table = send(on_file, house)
    filled(table, 1, 截至日期="2026-08-12", 住房套数="0")
    assert take(table, on_file, house) == batches.Taken(whole=0, partly=1, before=0)
    check.refresh_from_db()
    assert check.trouble == "只回复了一部分，还差1个人。"


def test_every_bad_row_is_named_and_nothing_is_kept(on_file: Family, house: House, by_files: None) -> None:
    check = ask(on_file, house)
    table = send(on_file, house)
    filled(table, 1, 截至日期="2026-08-12", 住房套数="一套")
    filled(table, 2, 截至日期="2027-01-01")
    table.append(["x", "1", "", "", "", "", "2026-08-12"])
    with pytest.raises(batches.BadRows) as refused:
        take(table, on_file, house)
    assert refused.value.problems == [
        (2, "“住房套数”：请填写整数，例如 3。"),
        (3, "“截至日期”：日期还没有到。"),
        (4, "没有这个核对编号，或者不在您的范围里。"),
    ]
    check.refresh_from_db()
    assert (check.standing, check.answered_for) == ("SENT", [])
    assert said_by_register(on_file.file) == {}


def test_rows_of_one_home_that_say_two_things_are_refused(
    on_file: Family, house: House, by_files: None
) -> None:
    ask(on_file, house)
    table = send(on_file, house)
    filled(table, 1, 截至日期="2026-08-12", 住房套数="1")
    filled(table, 2, 截至日期="2026-08-12", 住房套数="2")
    with pytest.raises(batches.BadRows, match="另一行"):
        take(table, on_file, house)


def test_a_station_sends_nothing_and_takes_nothing(on_file: Family, house: House, by_files: None) -> None:
    ask(on_file, house)
    for act in (
        lambda: batches.send(
            "means", HouseholdFile.objects.all(), purpose="看看", by=house.actor("沈梅"), at=on_file.at
        ),
        lambda: batches.take(
            "means", [["x"]], HouseholdFile.objects.all(), by=house.actor("沈梅"), at=on_file.at
        ),
    ):
        with pytest.raises(FileMoveNotAllowed):
            act()
