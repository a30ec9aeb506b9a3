"""Step 1: apply. Begin, fill section by section, leave and come back, submit once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from workflows.applications import claims, evidence, judging, knowing, offering, on_file, telling
from workflows.applications.models import Application, Submission
from workflows.base.day import date_of
from workflows.base.models import Counter
from workflows.households.queries import active_file_of
from workflows.network.actors import SYSTEM
from workflows.network.models import UnionOrg
from workflows.offers import offer
from workflows.offers.offer import NotOnOffer
from workflows.people.models import Consent
from workflows.policy import answers as form
from workflows.policy import states
from workflows.policy.assessment import Assessment, Reason, reasons
from workflows.policy.criteria import Refused
from workflows.policy.parts import FieldType, Intake, OncePer
from workflows.policy.states import Action, State

if TYPE_CHECKING:
    from workflows.households.models import HouseholdFile
    from workflows.network.actors import Actor
    from workflows.people.models import Person
    from workflows.policy.programme import Programme

#: Where the worker may still change the form.
EDITABLE = frozenset({State.DRAFT, State.CORRECTION})
#: Where an account may still be added that was missing: everywhere before the bank is asked.
_BEFORE_THE_BANK = states.OPEN - {State.DRAFT, State.PAYMENT_PENDING, State.PAID, State.FOLLOW_UP}


class NotEditable(ValueError):
    """The form was submitted and is frozen."""


class TooManyRows(ValueError):
    """The programme takes no more rows of this kind in one application."""


class NotByHand(NotOnOffer):
    """Nobody applies for this programme: the system puts families on its list (免申即享)."""


class ClaimedAlready(ValueError):
    """This person has claimed the award of the period in another application."""


class WindowClosed(ValueError):
    """The window of the programme is not open on this day."""


class Incomplete(ValueError):
    """Questions or papers are missing; both lists are complete."""

    def __init__(self, questions: list[form.Missing], papers: list[evidence.PaperState]) -> None:
        super().__init__(_("还有内容没有填好，请按下面的清单补齐。"))
        self.questions, self.papers = questions, papers


class NotEligible(ValueError):
    """By the published rule nobody can say yes; ``reasons`` are the conditions that decided it."""

    def __init__(self, assessment: Assessment, decided: tuple[Reason, ...]) -> None:
        super().__init__(_("按公布的条件，这次申请不能通过。"))
        self.assessment, self.reasons = assessment, decided


@dataclass(frozen=True)
class Receipt:
    """What the worker holds after submitting."""

    number: str
    submitted_on: date
    amount_fen: int
    held: bool


def begin(code: str, *, person: Person, at: datetime) -> Application:
    """The draft of a person for a programme: the one that exists, else a new one with what is known filled in.

    :raises NotOnOffer: when nobody can apply for the programme.
    :raises NotByHand: when its list is made by the system.
    """
    version = offer.current(code)
    if version.programme.intake is Intake.LIST:
        raise NotByHand(code)
    standing = Application.objects.filter(applicant=person, version__code=code, state=State.DRAFT)
    draft = standing.select_related(
        "version", "union", "household", "sealed_by", "applicant__sealed_by"
    ).first()
    if draft is not None:
        catch_up(draft)
        return draft
    file = active_file_of(person)
    union = file.owner if file is not None else UnionOrg.objects.get(parent=None)
    try:
        with transaction.atomic():
            return Application.objects.create(
                sealed_by=person.sealed_by,
                version=version,
                applicant=person,
                household=file,
                union=union,
                answers=json.dumps(
                    known(version.programme, person, file, on=date_of(at)), ensure_ascii=False
                ),
                begun_at=at,
                stage_since=date_of(at),
            )
    except IntegrityError:  # the same button in a second tab
        return standing.get()


def known(programme: Programme, person: Person, file: HouseholdFile | None, *, on: date) -> dict[str, Any]:
    """The answers that need not be asked again, as a form that is begun holds them."""
    told = knowing.of_applicant(programme, person, on_file.Reading.of(file), on=on)
    return {"once": {key: each.answer for key, each in told.items()}, "rows": {}}


def catch_up(draft: Application, *, file_stands: bool = False) -> bool:
    """Move a draft to the file in force and to the version on offer now; True when the version is another.

    :param file_stands: the caller has seen that the file of the draft is still the one in force.
    """
    if draft.position is not State.DRAFT:
        return False
    if not file_stands:
        file = active_file_of(draft.applicant)
        Application.objects.filter(pk=draft.pk).update(household=file)
        draft.household = file
    if draft.version.withdrawn_at is None:
        return False
    try:
        version = offer.current(draft.version.code)
    except NotOnOffer:
        return False
    draft.version = version
    draft.answers = json.dumps(form.still_fitting(version.programme, draft.answered()), ensure_ascii=False)
    draft.save(update_fields=["version", "answers"])
    return True


@transaction.atomic
def save(
    application: Application, values: Mapping[str, Any], *, rows: str | None = None, row: int | None = None
) -> Application:
    """Keep the answers of a section; with ``rows`` they belong to one row, the next new one when ``row`` is its end.

    :raises NotEditable: when the form is frozen, or frozen but for the account.
    :raises TooManyRows: when the programme takes no more rows.
    """
    standing = (
        Application.objects.select_for_update().select_related("sealed_by", "version").get(pk=application.pk)
    )
    _check_editable(standing, values)
    content = standing.answered()
    if rows is None:
        content["once"].update(values)
    else:
        kept = content["rows"].setdefault(rows, [])
        place = len(kept) if row is None else row
        if place >= standing.programme.most_rows(rows):
            noun = standing.programme.noun_of(rows)
            raise TooManyRows(_("一份申请填不下更多“%(noun)s”了，请联系站点。") % {"noun": noun})
        if place == len(kept):
            kept.append({})
        kept[place].update(values)
    standing.answers = json.dumps(content, ensure_ascii=False)
    chosen = values.get("union") if rows is None else None
    if chosen:
        standing.union = UnionOrg.objects.get(code=chosen)
    standing.save(update_fields=["answers", "union"])
    application.answers, application.union = standing.answers, standing.union
    return application


def _check_editable(application: Application, values: Mapping[str, Any]) -> None:
    if application.position in EDITABLE:
        return
    if set(values) <= knowing.account_fields(application.programme) and _may_give_account(application):
        return
    raise NotEditable(_("申请已经提交，内容不能再改。需要更正请联系站点或先撤回。"))


def _may_give_account(application: Application) -> bool:
    """After the bank refused the old account; and before the bank is asked, where a list knew of none."""
    if application.position is State.PAYMENT_FAILED:
        return True
    return application.position in _BEFORE_THE_BANK and lacks_account(application)


@dataclass(frozen=True)
class Account:
    """Where the money goes; ``number`` is empty while nobody has said it."""

    payee: str
    bank: str
    number: str


def account_of(application: Application) -> Account:
    """The account as the form holds it; the applicant's own name where it asks for no other."""
    once = application.answered()["once"]
    cards = [field.key for field in application.programme.fields() if field.type is FieldType.BANK_CARD]
    return Account(
        payee=once.get("payee_name") or application.applicant.name,
        bank=" ".join(once[key] for key in ("bank", "branch") if once.get(key)),
        number=next((once[key] for key in cards if once.get(key)), ""),
    )


def lacks_account(application: Application) -> bool:
    """Whether money will be paid and nobody has said where to; so it is where the system listed a new family."""
    return application.programme.amount is not None and not account_of(application).number


@transaction.atomic
def remove_row(application: Application, *, rows: str, row: int, at: datetime) -> None:
    """Take a row out of the form, with its papers.

    :raises NotEditable: when the form is frozen.
    """
    standing = (
        Application.objects.select_for_update().select_related("sealed_by", "version").get(pk=application.pk)
    )
    if standing.position not in EDITABLE:
        raise NotEditable(_("申请已经提交，内容不能再改。"))
    content = standing.answered()
    kept = content["rows"].get(rows, [])
    if 0 <= row < len(kept):
        del kept[row]
        standing.answers = json.dumps(content, ensure_ascii=False)
        standing.save(update_fields=["answers"])
        beneficiary = standing.programme.beneficiary
        if beneficiary is not None and beneficiary.rows == rows:  # papers are asked of beneficiaries only
            evidence.drop_row(standing, row=row, at=at)
    application.answers = standing.answers


def preview(application: Application, *, on: date) -> Assessment | None:
    """What the rule says of the form as it is filled now, or None while an answer has the wrong type."""
    programme = application.programme
    facts = judging.gather(
        programme, application.answered(), file=application.household, on=on, application=application
    )
    try:
        return judging.judge(programme, facts, area=application.union.area, on=on)
    except Refused:
        return None


@transaction.atomic
def submit(application: Application, *, by: Actor, at: datetime, late_reason: str = "") -> Receipt:
    """Send the form in. Pressing again returns the same receipt.

    :raises WindowClosed: outside the window, or in the late window without its reason.
    :raises NotOnOffer: when the programme was withdrawn.
    :raises Incomplete: with everything that is missing.
    :raises NotEligible: when the published rule says no.
    :raises ClaimedAlready: when the applicant has claimed the award of the period before.
    """
    standing = (
        Application.objects.select_for_update(of=("self",))
        .select_related("sealed_by", "version", "union", "household", "applicant__sealed_by")
        .get(pk=application.pk)
    )
    if standing.position not in EDITABLE:
        return _receipt(standing)
    first = standing.submitted_on is None
    on = date_of(at)
    if first:
        catch_up(standing)
        _check_window(standing, on=on, late_reason=late_reason)
    programme, content = standing.programme, standing.answered()
    file = active_file_of(standing.applicant)
    judged_on = standing.submitted_on or on
    facts = judging.gather(programme, content, file=file, on=judged_on, application=standing, everything=True)
    questions = form.missing(programme, content, known=facts.household)
    papers = [paper for paper in evidence.papers_of(standing, facts=facts) if not paper.there]
    if questions or papers:
        raise Incomplete(questions, papers)
    if (pair := claims.doubled(programme, facts)) is not None:
        noun = programme.noun_of(programme.once.rows if programme.once else "")
        raise ClaimedAlready(
            _("第%(second)s份%(noun)s和第%(first)s份编号相同，同一份只能帮扶一次，请删掉重复的一份。")
            % {"first": pair[0], "second": pair[1], "noun": noun}
        )
    claimed = claims.claimed_elsewhere(standing, facts, file=file, on=judged_on)
    is_own = claimed is not None and claimed.applicant_id == standing.applicant_id
    if claimed is not None and is_own and programme.once and programme.once.per is OncePer.LISTED:
        raise ClaimedAlready(
            _("有的%(noun)s已经在受理号%(number)s里用过，同一份只能帮扶一次，请核对编号，删掉用过的。")
            % {"noun": programme.noun_of(programme.once.rows), "number": claimed.number}
        )
    if claimed is not None and is_own and not claims.are_of_rows(programme):
        raise ClaimedAlready(
            _("您已经申请过这个项目，受理号%(number)s，同一时期只能领一次。") % {"number": claimed.number}
        )
    # What is claimed elsewhere is a question for staff, not a refusal by the machine (story 5.5).
    judged = judging.judge(programme, facts.unclaimed(), area=standing.union.area, on=judged_on)
    if judging.is_refused(programme, judged):
        raise NotEligible(judged, reasons(programme, judged))
    sent = Sent(content, facts, judged, file)
    return freeze(standing, sent, by=by, at=at, held=claimed is not None, note=late_reason)


@dataclass(frozen=True)
class Sent:
    """What is sent in: the answers, the facts gathered with them, and what the rule says."""

    content: dict[str, Any]
    facts: judging.Facts
    judged: Assessment
    file: HouseholdFile | None


def freeze(standing: Application, sent: Sent, *, by: Actor, at: datetime, held: bool, note: str) -> Receipt:
    """Give the number, freeze what was sent, make the claims and move; in the caller's transaction.

    :param held: somebody else has claimed the same award; where a person accepts, the case waits to be looked into.
    """
    on = date_of(at)
    event = standing.move(
        Action.SUBMIT,
        by=by,
        at=at,
        note=note,
        number=standing.number or f"LJ{on.year}{Counter.next(f'receipt-{on.year}'):06d}",
        submitted_on=standing.submitted_on or on,
        household=sent.file,
        amount_fen=sent.judged.total_fen,
    )
    Submission.objects.create(
        sealed_by=standing.sealed_by,
        application=standing,
        n=standing.submissions.count() + 1,
        on=on,
        answers=json.dumps(sent.content, ensure_ascii=False),
        facts=json.dumps({"household": sent.facts.household, "rows": sent.facts.rows}, ensure_ascii=False),
        assessment=json.dumps(sent.judged.to_json(), ensure_ascii=False),
    )
    if not claims.make(
        standing, sent.facts, sent.judged, file=sent.file, on=standing.submitted_on or on, live=not held
    ):
        held = True
    _record_consents(standing, sent.content["once"], by=by, at=at)
    offering.offer(standing, sent.content, by=by, at=at)
    if held:
        event = standing.move(Action.HOLD, by=SYSTEM, at=at, due_on=standing.due_on)
    telling.tell(event)
    return _receipt(standing)


def _record_consents(standing: Application, once: Mapping[str, Any], *, by: Actor, at: datetime) -> None:
    """A consent for each declaration that was agreed to, bound to the very words that were shown."""
    for section in standing.programme.form:
        for field in section.fields:
            is_declaration = field.must_agree or field.key.endswith("_consent")
            if not is_declaration or once.get(field.key) not in (True, "agree"):
                continue
            words = hashlib.sha256(f"{field.label}\n{field.help}".encode()).hexdigest()
            if not Consent.objects.filter(
                person=standing.applicant, purpose=field.key, text_sha256=words, withdrawn_at=None
            ).exists():
                Consent.objects.create(
                    person=standing.applicant,
                    purpose=field.key,
                    text_version=str(standing.version),
                    text_sha256=words,
                    given_at=at,
                    channel=Consent.Channel.ONLINE,
                    given_by=by.user,
                )


def _check_window(application: Application, *, on: date, late_reason: str) -> None:
    if application.version.withdrawn_at is not None:
        raise NotOnOffer(application.version.code)
    programme, window = application.programme, application.programme.window
    if programme.is_open(on) or (programme.is_open_late(on) and late_reason.strip()):
        return
    if programme.is_open_late(on):
        raise WindowClosed(
            _("正常受理已截止。如果是%(reason)s，请写明原因后再提交。") % {"reason": window.late_reason}
        )
    if on < window.opens:
        raise WindowClosed(_("%(day)s开始受理，您可以先把内容填好保存。") % {"day": _day(window.opens)})
    raise WindowClosed(
        _("受理已于%(day)s截止。您填的内容已经保存，请联系站点，看看还有什么帮助。")
        % {"day": _day(window.late_closes or window.closes)}
    )


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")


def _receipt(application: Application) -> Receipt:
    if application.number is None or application.submitted_on is None:
        raise NotEditable(_("这份草稿已经撤回。"))
    return Receipt(
        number=application.number,
        submitted_on=application.submitted_on,
        amount_fen=application.amount_fen,
        held=application.position is State.DUPLICATE_HOLD,
    )
