"""The living city: what it holds, that everything went through the house's own steps, and the page that shows it.

Line 12 of the security checklist has its tests in test_production.py.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import moment
from workflows.applications import apply, queries, review
from workflows.applications.models import Application, Award, Callback, Event, Evidence, Notice, Objection
from workflows.base import day, messages
from workflows.demo import city, moving, people, story
from workflows.demo.courses import all_courses
from workflows.demo.invented import MAN, WOMAN, Invention
from workflows.households.models import Category, HouseholdFile
from workflows.ledger import budget, granting
from workflows.ledger import queries as ledger
from workflows.ledger.models import Account, Grant, Transfer
from workflows.network import actors, sight
from workflows.network.models import Post
from workflows.offers import offer
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import queries as parameters
from workflows.payments.models import Payment, PaymentRun
from workflows.people.models import Person, User
from workflows.policy import route
from workflows.policy.identity import check_card, check_id, check_mobile
from workflows.policy.programme import Programme
from workflows.policy.roles import Role
from workflows.policy.route import NO_STAGE, Place
from workflows.policy.states import Action, State

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("living_city")]

MONDAY = city.FIRST_DAY


# --- what the city holds ---------------------------------------------------------------------------------------------


def test_313_household_files_of_three_categories() -> None:
    files = Counter(HouseholdFile.objects.order_by().values_list("category", flat=True))
    assert files == {Category.DEEP: 85, Category.RELATIVE: 175, Category.ACCIDENT: 53}


def test_every_county_has_files_of_every_category() -> None:
    found = {
        (file.owner.county_path, file.category) for file in HouseholdFile.objects.select_related("owner")
    }
    assert len(found) == 5 * 3


def test_the_figures_of_a_file_fit_its_category() -> None:
    for file in HouseholdFile.objects.all():
        sheet = file.sheets.get()
        net, line = sheet.income_fen - sheet.unavoidable_fen, sheet.line_fen * 12 * sheet.members
        match file.category:
            case Category.DEEP:
                assert net < line, file
            case Category.RELATIVE:
                assert line <= net < 2 * line, file
            case _:
                assert 2 * sheet.unavoidable_fen > sheet.income_fen, file


def test_the_wang_family_has_833_33_a_head() -> None:
    file = HouseholdFile.objects.get(main=Person.by_id_number(people.WANG.id_no))
    assert file.sheets.get().per_head_fen == 83_333
    assert file.opened_on == date(2026, 7, 20)
    assert not Application.objects.filter(applicant=file.main).exists(), "the visitor applies for them"


def test_120_applications_and_every_state_among_them() -> None:
    standing = Counter(Application.objects.order_by().values_list("state", flat=True))
    assert standing.total() == 120
    assert set(standing) == _states_of_the_scholarship()
    assert standing == Counter(course.target.value for course in all_courses())


def _states_of_the_scholarship() -> set[str]:
    """Every state that its stages know; a class, a waiting list or a township it has not."""
    moves = route.of(ProgrammeVersion.objects.get(code=city.PROGRAMME).programme).moves
    ends = (end for move in moves for end in (move.source, move.target))
    return {end.value for end in ends if isinstance(end, State)} | {State.CITY_APPROVAL.value}


def test_every_number_passes_its_check_and_belongs_to_nobody() -> None:
    numbers = [person.id_no for person in Person.objects.select_related("sealed_by") if person.id_no]
    assert len(numbers) == len(set(numbers))
    for number in numbers:
        assert check_id(number, on=MONDAY).area.startswith("3699")
    for user in User.objects.filter(is_demo=True, phone_index__isnull=False).select_related("sealed_by"):
        assert check_mobile(user.phone or "").startswith("139000")
    for payment in Payment.objects.select_related("sealed_by"):
        assert check_card(payment.account) == ()


def test_some_are_overdue_and_some_came_back() -> None:
    late = Application.objects.filter(queries.overdue(MONDAY))
    assert late.count() >= 12
    assert len(set(late.values_list("state", flat=True))) >= 5
    assert Event.objects.filter(action="SEND_BACK").count() == 2
    assert Application.objects.filter(submissions__n=2).exists()


def test_nobody_who_works_on_cases_has_an_empty_list() -> None:
    working = queries.working_roles()
    assert len(working) == 7, "the township reviewer has no stage in the scholarship"
    for colleague in people.STAFF:
        user = User.objects.get(username=colleague.username)
        posts = sight.posts_of(user, on=MONDAY)
        assert [post.role for post in posts] == [colleague.role]
        if colleague.role in working:
            assert Application.objects.filter(queries.waiting_for(posts)).exists(), colleague.name
    auditor = User.objects.get(username="denghong")
    assert Application.objects.visible_to(auditor, on=MONDAY).exists()


def test_notices_run_objections_wait_and_calls_are_owed() -> None:
    assert Notice.objects.filter(standing=Notice.Standing.OPEN, ends_on__gte=MONDAY).count() == 14
    assert Objection.objects.filter(upheld=None).count() == 2
    assert Callback.objects.filter(called_at=None).count() >= 3
    assert Callback.objects.filter(called_at=None, due_on__lt=MONDAY).exists()
    assert set(PaymentRun.objects.values_list("standing", flat=True)) == {"MADE", "RELEASED", "DONE"}


def test_zheng_stands_on_the_notice_board_from_3_to_10_august() -> None:
    notice = Notice.objects.get(application__applicant=Person.by_id_number(people.ZHENG.id_no))
    assert (notice.posted_on, notice.ends_on) == (MONDAY, date(2026, 8, 10))


def test_one_child_of_divorced_parents_is_claimed_once() -> None:
    mother = Application.objects.get(applicant=Person.by_id_number(people.MOTHER.id_no))
    father = Application.objects.get(applicant=Person.by_id_number(people.FATHER.id_no))
    assert mother.position is State.DUPLICATE_HOLD
    assert [award.claimant_index for award in mother.awards.all()] == [
        award.claimant_index for award in father.awards.all()
    ]
    assert Award.objects.filter(claimant_index=father.awards.get().claimant_index, live=True).count() == 1


# --- that it went through the house's own steps --------------------------------------------------------------------------


def test_every_application_stands_where_its_events_led_it() -> None:
    for application in Application.objects.select_related("version", "union").prefetch_related("events"):
        events = list(application.events.all())
        assert application.turn == len(events)
        stood, fen = Place(State.DRAFT, NO_STAGE), application.amount_fen
        for event in events:
            move = application.route.find(stood, Action(event.action))
            stood = application.route.goes(stood, move, fen=fen, facts={}, levels=frozenset())
            assert (stood.state.value, stood.stage) == (event.target, event.stage)
        assert application.place == stood
        assert [event.at for event in events] == sorted(event.at for event in events)


def test_nobody_did_two_duties_in_one_case() -> None:
    duties: dict[tuple[object, object], set[str]] = {}
    for case, person, role in Event.objects.exclude(post=None).values_list(
        "application", "post__person", "role"
    ):
        duties.setdefault((case, person), set()).add(role)
    assert all(len(roles) == 1 for roles in duties.values())


def test_everybody_acted_in_sight_of_their_post() -> None:
    for event in Event.objects.exclude(post=None).select_related("post__union", "application__union"):
        assert event.post is not None
        assert event.application.union.path.startswith(event.post.union.path)


def test_no_notice_was_cut_short() -> None:
    calendar = parameters.calendar()
    for notice in Notice.objects.filter(standing=Notice.Standing.ENDED, objections=None):
        ended = Event.objects.filter(application=notice.application, action="END_NOTICE").first()
        if ended is not None:
            assert calendar.between(notice.posted_on, day.date_of(ended.at)) >= 6


def test_money_is_conserved_and_paid_once() -> None:
    lines = budget.lines(city.PROGRAMME)
    paid = sum(p.amount_fen for p in Payment.objects.filter(standing=Payment.Standing.PAID))
    assert sum(line.paid_fen for line in lines) == paid > 0
    reserved = Application.objects.filter(state__in=["APPROVED", "PAYMENT_PENDING", "PAYMENT_FAILED"])
    assert sum(line.reserved_fen for line in lines) == sum(each.amount_fen for each in reserved)
    assert sum(Account.objects.values_list("balance_fen", flat=True)) == 0


def test_every_fen_of_the_budget_was_given_by_two_people() -> None:
    given = Grant.objects.filter(outcome=Grant.Outcome.APPROVED)
    assert {each.proposed_label[-3:-1] for each in given} == {"何静"}
    assert {each.decided_label[-3:-1] for each in given} == {"马骏"}
    moved = Transfer.objects.filter(memo=Transfer.Memo.GRANT)
    assert {each.key: each.amount_fen for each in moved} == {each.key: each.amount_fen for each in given}
    assert not Transfer.objects.exclude(memo=Transfer.Memo.GRANT).filter(by=None).exists()


def test_one_proposal_waits_for_the_visitor() -> None:
    (waiting,) = ledger.waiting()
    assert "从社会捐赠安排50,000元" in Client().get("/demo/").content.decode()
    checker = Post.objects.get(role=Role.FINANCE_CHECKER)
    user = User.objects.get(username="majun")

    granting.approve(waiting, by=actors.staff(user, checker), at=moment(MONDAY))

    assert Transfer.objects.get(key=waiting.key).amount_fen == waiting.amount_fen
    assert "从社会捐赠安排50,000元" not in Client().get("/demo/").content.decode()


def test_evidence_is_real_sealed_files() -> None:
    kinds = set(Evidence.objects.values_list("file__kind", flat=True))
    assert kinds == {"jpeg", "png", "pdf"}
    first = Evidence.objects.select_related("file__sealed_by").first()
    assert first is not None
    assert first.file.read()[:2] in (b"\xff\xd8", b"\x89P", b"%P")


# --- safe to repeat, the same each time ------------------------------------------------------------------------------


def test_founding_twice_adds_nothing() -> None:
    before = [model.objects.count() for model in (User, Person, Application, Event, Transfer, Post)]
    assert city.found() is False
    assert [model.objects.count() for model in (User, Person, Application, Event, Transfer, Post)] == before


def test_the_same_seed_invents_the_same_people() -> None:
    def people_of(seed: int) -> list[tuple[str, str]]:
        invent = Invention(random.Random(seed))
        return [
            (
                invent.name(sex=sex),
                invent.id_number(
                    area="369902",
                    born=invent.birthday(youngest=30, oldest=50, on=MONDAY),
                    sex=sex,
                ),
            )
            for sex in (MAN, WOMAN) * 20
        ]

    assert people_of(city.SEED) == people_of(city.SEED)
    assert people_of(city.SEED) != people_of(city.SEED + 1)


def test_receipt_numbers_follow_the_order_of_submission() -> None:
    first = Event.objects.filter(action="SUBMIT", n=1).select_related("application").order_by("at")
    numbers = [event.application.number for event in first]
    assert numbers == sorted(number for number in numbers if number)


# --- the demo day ------------------------------------------------------------------------------------------------------


def test_it_begins_on_monday_3_august() -> None:
    assert day.today() == MONDAY


def test_next_working_day_never_skips_the_fifth_notice_day(settings: Any) -> None:
    settings.TICKERS = ["workflows.applications.daily.tick"]
    zheng = Application.objects.get(applicant=Person.by_id_number(people.ZHENG.id_no))
    seen = []
    for _press in range(6):
        seen.append(moving.next_workday(seen=day.today()))
        zheng.refresh_from_db()
        expected = State.PUBLIC_NOTICE if seen[-1] <= date(2026, 8, 10) else State.CITY_APPROVAL
        assert zheng.position is expected, seen[-1]
    assert seen == [date(2026, 8, d) for d in (4, 5, 6, 7, 10, 11)]


def test_a_second_press_of_the_same_button_moves_nothing() -> None:
    moving.next_workday(seen=MONDAY)
    with pytest.raises(moving.DayMovedMeanwhile):
        moving.next_workday(seen=MONDAY)
    assert day.today() == MONDAY + timedelta(days=1)


def test_the_day_only_moves_forward() -> None:
    with pytest.raises(day.DayGoesBack):
        day.set_day(MONDAY - timedelta(days=1))


def test_the_day_steps_over_weekends_and_holidays() -> None:
    day.set_day(date(2026, 9, 30))
    assert moving.next_workday(seen=date(2026, 9, 30)) == parameters.calendar().next(date(2026, 9, 30))
    assert day.today() > date(2026, 10, 1)


# --- the page ------------------------------------------------------------------------------------------------------------


def page(client: Client) -> str:
    answer = client.get(reverse("demo:demo"), headers={"accept-language": "zh-CN"})
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    return answer.content.decode()


def test_the_page_names_every_demo_person_with_a_way_to_sign_in(client: Client) -> None:
    text = page(client)
    for colleague in people.STAFF:
        assert colleague.name in text
        assert colleague.username in text
    for worker in people.WORKERS:
        assert worker.phone in text
    assert people.PASSWORD in text


def test_the_button_moves_the_day_and_says_so(client: Client) -> None:
    answer = client.post(reverse("demo:next_day"), {"seen": "2026-08-03"}, follow=True)
    assert "8月4日" in answer.content.decode()
    again = client.post(reverse("demo:next_day"), {"seen": "2026-08-03"}, follow=True)
    assert "日子刚才已经往前走了" in again.content.decode()
    assert day.today() == date(2026, 8, 4)


@pytest.mark.parametrize("seen", ["", "yesterday", "2026-13-01"])
def test_a_day_that_is_none_is_not_found(client: Client, seen: str) -> None:
    assert client.post(reverse("demo:next_day"), {"seen": seen}).status_code == 404


def test_the_day_is_not_moved_by_looking(client: Client) -> None:
    assert client.get(reverse("demo:next_day")).status_code == 405
    assert day.today() == MONDAY


def test_messages_are_shown_with_the_phone_masked(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path  # other tests travel in time and leave newer messages
    messages.send(to="13900000001", text="【澜江工会】验证码 482913")
    text = page(client)
    assert "验证码 482913" in text
    assert "139****0001" in text


def test_sample_papers_are_there_and_nothing_else(client: Client) -> None:
    assert client.get(reverse("demo:paper", args=["admission.jpg"])).status_code == 200
    assert client.get(reverse("demo:paper", args=["secret_key"])).status_code == 404


def test_you_are_here_follows_the_demonstrated_case(client: Client) -> None:
    assert story.standing().scene == "guide"
    person = Person.by_id_number(people.WANG.id_no)
    assert person is not None
    draft = apply.begin(city.PROGRAMME, person=person, at=moment(MONDAY))
    assert story.standing().scene == "fill"
    assert "下一步 替王建国申请" in page(client)
    user = User.objects.by_phone(people.WANG.phone)
    assert user is not None
    review.withdraw(draft, by=actors.worker(user, person), at=moment(MONDAY))
    assert story.standing().scene == "over"


def test_the_presses_left_are_counted() -> None:
    now = story.Standing(None, "notice", Notice(ends_on=date(2026, 8, 10)))
    staff = story.stories(now, on=MONDAY)[1]
    assert staff.current is not None
    assert "还要按6次" in str(staff.current.note)


def test_the_staff_of_the_story_follow_the_stages_of_the_version(client: Client) -> None:
    text = page(client)
    assert "9步、7个人" in text
    definition = ProgrammeVersion.objects.get(code=city.PROGRAMME).programme.to_json()
    township = {
        "key": "township",
        "name": "乡镇街道初审",
        "step": "check",
        "actor": "TOWNSHIP",
        "roles": ["TOWNSHIP_REVIEWER"],
        "limit_workdays": 2,
        "src": "I",
    }
    definition["stages"].insert(2, township)
    inserted = Programme.from_json(definition)
    approval = offer.Approval(author="许文", approver="谢岚", revision="2")
    offer.only([inserted], at=moment(MONDAY), approvals={inserted.code: approval})

    assert "10步、8个人" in page(client)
    assert "用 林青 登录" in page(client)


def test_demo_accounts_are_marked_as_such() -> None:
    assert not User.objects.filter(is_demo=False, is_staff=True).exists()
    assert Post.objects.filter(role=Role.ACCEPTOR).count() == 13
