"""A family is lifted out by a quarter of tapering, is called back, falls back within the year, and is on file again."""

from __future__ import annotations

from datetime import date

import pytest

from tests.conftest import moment
from tests.households.conftest import WAGE, Family, House, begin, family, house, on_file
from workflows.base.models import OutboxItem
from workflows.households import daily, deciding, drafting, running, saying, sweeping, visiting, worklists
from workflows.households.models import FileLetter, HouseholdFile
from workflows.households.moving import AlreadyOnFile, FileMoveNotAllowed
from workflows.people.models import Consent
from workflows.policy.household.lifecycle import FileState

__all__ = ["begin", "family", "house", "on_file"]
pytestmark = [pytest.mark.django_db, pytest.mark.walks]


def listed(key: str, on: date) -> list[HouseholdFile]:
    return list(worklists.WORKLISTS[key].of(HouseholdFile.objects.all(), on))


def test_out_by_tapering_called_back_and_back_again(on_file: Family, house: House) -> None:
    officer, head = house.actor("方敏"), house.actor("罗斌")
    # Found in the half-yearly recheck: the husband has had his transplant and works again.
    daily.tick(at=moment(date(2027, 2, 14)))
    assert on_file.read().state == FileState.RECHECK
    on_file.on(date(2027, 2, 22))
    house.verify_wage(on_file, 9_000_000)
    deciding.draw(on_file.read(), by=officer, at=on_file.at)
    with pytest.raises(FileMoveNotAllowed):
        deciding.go_on(on_file.read(), by=head, at=on_file.at)
    deciding.taper(on_file.read(), by=head, at=on_file.at, note="收入稳定了，渐退一个季度。")

    file = on_file.read()
    assert (file.state, file.stands, file.due_on) == (FileState.TAPERING, "TAPERING", date(2027, 5, 22))
    daily.tick(at=moment(date(2027, 5, 22)))
    assert on_file.read().state == FileState.TAPERING, "the last day still counts"
    daily.tick(at=moment(date(2027, 5, 23)))
    daily.tick(at=moment(date(2027, 5, 23)))
    file = on_file.read()
    assert (file.state, file.close_reason, file.closed_on) == (FileState.CLOSED, "脱困", date(2027, 5, 23))
    assert file.keep_until == date(2037, 5, 23)
    assert [letter.title for letter in FileLetter.objects.order_by("event__n")] == [
        "进入渐退期告知信",
        "撤档告知信",
    ]
    assert OutboxItem.objects.filter(topic="files.tell", payload__of="CLOSED").count() == 1

    # Within its watch somebody asks.
    assert listed("not-called", date(2027, 8, 1)) == [file]
    sweeping.called_back(
        file,
        finding="WAVERS",
        told="丈夫又停工了，先办临时救助。",
        by=house.actor("沈梅"),
        at=moment(date(2027, 8, 2)),
    )
    assert listed("not-called", date(2027, 8, 3)) == []
    assert listed("watched", date(2027, 8, 3)) == [file]

    # In October they ask again: a new file that names the old one, known as a relapse.
    october = moment(date(2027, 10, 8))
    again = drafting.begin(on_file.main.person, owner=file.owner, at=october)
    assert (again.follows, again.file_no != file.file_no, worklists.relapsed(again)) == (file, True, True)
    for member in file.members.exclude(person=file.main_id).select_related("person__sealed_by"):
        drafting.add(
            again, name=member.person.name, id_no=member.person.id_no or "", relation="配偶", at=october
        )
    mine = again.members.get(person=on_file.main.person)
    for about in (None, *again.members.all()):
        of = None if about is None else file.members.get(person=about.person_id)
        for part, rows in saying.now(file).rows(of.pk if of else None).items():
            if part != "findings" and (part, about) != ("income", mine):
                saying.say(again, part, rows, member=about, by=on_file.main.actor, at=october)
    saying.say(again, "income", [WAGE], member=mine, by=on_file.main.actor, at=october)
    for member in again.members.all():
        drafting.agree(member, user=on_file.main.user, channel=Consent.Channel.ONLINE, at=october)
    drafting.submit(again, by=on_file.main.actor, at=october)
    back = Family(on_file.main, again, october)
    house.accept(back)
    house.visit(back)
    visiting.finish(back.read(), by=house.actor("何强"), at=back.at)
    house.check(back)
    deciding.draw(back.read(), by=officer, at=back.at)
    deciding.agree(back.read(), by=head, at=back.at)
    back.on(date(2027, 10, 20))
    daily.tick(at=back.at)
    deciding.put_on_record(back.read(), by=house.actor("秦岚"), at=back.at)
    assert (back.read().state, back.file.category) == (FileState.ACTIVE, "深度困难")

    # The old one goes to the archive when its watch is over, and nobody stands in two.
    daily.tick(at=moment(date(2028, 5, 24)))
    assert on_file.read().state == FileState.ARCHIVED
    with pytest.raises((AlreadyOnFile, FileMoveNotAllowed)):
        running.recheck(on_file.read(), reason="再看看", by=officer, at=moment(date(2028, 5, 24)))
