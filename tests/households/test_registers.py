"""Registers that answer well, late, twice, partly, with nonsense or not at all; over HTTP and by files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from cms import configuration
from tests.households.conftest import Family, House
from tools.register import Register
from workflows.base import spreadsheets, worker
from workflows.base.models import OutboxItem
from workflows.households import batches, checking, connecting, drafting, running, saying
from workflows.households.models import HouseholdFile, MeansCheck
from workflows.households.moving import FileMoveNotAllowed
from workflows.people.models import AccessLog

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
    told = {"as_of": date(2026, 8, 12), "by": house.actor("方敏"), "at": on_file.at}
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
