"""What is stored of an application. It moves in one place: ``Application.move``."""

from __future__ import annotations

import json
import uuid
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from workflows.base.day import date_of
from workflows.base.fields import SealedField
from workflows.base.files import PrivateFile
from workflows.base.models import DataKey
from workflows.households.models import HouseholdFile
from workflows.network.models import Post, UnionOrg
from workflows.network.sight import paths_above, persons_of, unions_seen_by, unions_seen_through
from workflows.offers.models import ProgrammeVersion
from workflows.parameters import queries as parameters
from workflows.people.models import Person, User
from workflows.policy import route
from workflows.policy.parts import StageActor
from workflows.policy.roles import Level, Role
from workflows.policy.route import Move, Place, Route, Toward
from workflows.policy.states import Action, State

if TYPE_CHECKING:
    from collections.abc import Sequence

    from workflows.network.actors import Actor
    from workflows.network.sight import Viewer
    from workflows.policy.programme import Programme, Stage

#: What the last of those who sign a stage does: the opinions of all others must be there.
#: Steps that only write something down.
_NOTES = frozenset({Action.RECORD, Action.REMIND})
_SIGNATURES = frozenset({Action.SIGN, Action.POST_NOTICE, Action.APPROVE, Action.WAIT, Action.COMPLETE})


class MoveNotAllowed(ValueError):
    """This step is not possible from where the application stands, or not for this role."""


class MovedMeanwhile(ValueError):
    """Somebody else moved the application after the page was read. ``event`` says who did what."""

    def __init__(self, event: Event | None) -> None:
        self.event = event
        super().__init__(
            _("这件申请刚刚被别人处理过了：%(who)s%(what)s。请看最新情况后再决定。")
            % {"who": event.actor_label, "what": Action(event.action).label}
            if event
            else _("这件申请刚刚有了变化，请看最新情况后再决定。")
        )


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(
        self, user: Viewer, *, on: date, posts: Sequence[Post] | None = None
    ) -> ApplicationQuerySet:
        """The one door for pages: own applications, and submitted ones of the unions in sight.

        ``posts``: those the user holds on that day, when the page has read them already.
        """
        seen = unions_seen_by(user, on=on) if posts is None else unions_seen_through(posts)
        of_my_unions = Q(union__in=seen) & ~Q(state=State.DRAFT)
        return self.filter(Q(applicant__in=persons_of(user)) | of_my_unions)

    def of_worker(self, user: Viewer) -> ApplicationQuerySet:
        """Applications of the persons a signed-in user acts for."""
        return self.filter(applicant__in=persons_of(user))

    def for_lists(self) -> ApplicationQuerySet:
        """With what a list row shows, so that a row costs no query of its own."""
        return self.select_related("version", "union", "applicant__sealed_by", "household")


class Application(models.Model):
    """One application under one frozen programme version.

    ``turn`` counts the moves; a page sends back the turn it showed, so that of two people deciding at once one wins.
    ``stage`` is a key of the version's stages, empty in a draft and behind the last stage; ``signed`` counts the opinions
    given since the case came to stand there. ``answers`` is the working copy while it may be edited; what was submitted
    is frozen in :class:`Submission`.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    number = models.CharField(max_length=20, unique=True, null=True)
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="applications")
    applicant = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="applications")
    household = models.ForeignKey(
        HouseholdFile, null=True, on_delete=models.PROTECT, related_name="applications"
    )
    union = models.ForeignKey(UnionOrg, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=20, choices=[(s.value, s.label) for s in State], default=State.DRAFT)
    stage = models.CharField(max_length=40, blank=True, default=route.NO_STAGE)
    signed = models.PositiveSmallIntegerField(default=0)
    turn = models.PositiveIntegerField(default=0)
    answers = SealedField()
    begun_at = models.DateTimeField()
    submitted_on = models.DateField(null=True)
    stage_since = models.DateField()
    due_on = models.DateField(null=True)
    amount_fen = models.BigIntegerField(default=0)
    fund_source = models.CharField(max_length=40, blank=True)
    fund_reference = models.CharField(max_length=80, blank=True)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["-begun_at"]
        indexes = [
            models.Index(fields=["union", "state", "due_on"]),
            models.Index(fields=["state", "due_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="DRAFT")
                | Q(state="WITHDRAWN")
                | Q(number__isnull=False, submitted_on__isnull=False),
                name="a_submitted_application_has_a_number",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gte=0), name="no_negative_award"),
            models.UniqueConstraint(
                fields=["applicant", "version"],
                condition=Q(state="DRAFT"),
                name="one_draft_per_applicant_and_version",
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"

    @property
    def programme(self) -> Programme:
        return self.version.programme

    @property
    def position(self) -> State:
        return State(self.state)

    @property
    def route(self) -> Route:
        return route.of(self.programme)

    @property
    def place(self) -> Place:
        return Place(self.position, self.stage)

    @property
    def stage_now(self) -> Stage | None:
        """The stage the case is in, or was in when it ended."""
        return self.programme.stage(self.stage)

    @property
    def turn_of(self) -> Role | None:
        """Whose opinion or signature comes next where several sign."""
        roles = self.stage_now.roles if self.stage_now else ()
        return roles[self.signed] if self.signed < len(roles) else None

    def answered(self) -> dict[str, Any]:
        """The answers by section key; a repeating section holds a list."""
        content: dict[str, Any] = json.loads(self.answers)
        return content

    def circumstances(self) -> dict[str, Any]:
        """The household's facts as they were frozen with the last submission; empty before the first."""
        frozen = self.submissions.select_related("sealed_by").last()
        return frozen.household_facts() if frozen else {}

    def levels(self) -> frozenset[Level]:
        """The levels of its union and of those above it."""
        found = UnionOrg.objects.filter(path__in=paths_above(self.union.path)).values_list("level", flat=True)
        return frozenset(Level(level) for level in found)

    def as_seen(self, turn: int) -> Application:
        """This application, if it still stands where the page showed it.

        :raises MovedMeanwhile: when it has moved since.
        """
        if self.turn != turn:
            raise MovedMeanwhile(self.events.last())
        return self

    def move(
        self,
        action: Action,
        *,
        by: Actor,
        at: datetime,
        due_on: date | None = None,
        reason: str = "",
        note: str = "",
        **also: Any,
    ) -> Event:
        """Take one step: compare and set the place, and add its event, in one transaction.

        ``also`` sets further columns in the same update.

        :param due_on: the last day of what comes now; where the case enters a stage, that stage's limit if not given.
        :raises MoveNotAllowed: when the programme has no such step from here for this actor, or an opinion is missing.
        :raises MovedMeanwhile: when somebody else was first.
        """
        step = self._step(action)
        if by.role not in step.actors:
            raise MoveNotAllowed(_("这一步不归您的岗位办理。"))
        signed, to = self._signed_after(step, by=by), self._comes_to(step)
        if due_on is None and (isinstance(step.target, Toward) or to.stage != self.stage):
            due_on = self.due_in(to.stage, on=date_of(at))
        values = {
            "state": to.state,
            "stage": to.stage,
            "signed": signed,
            "stage_since": date_of(at),
            "due_on": due_on,
            **also,
        }
        with transaction.atomic():
            where_it_stood = Application.objects.filter(
                pk=self.pk, state=step.source, stage=step.stage, turn=self.turn
            )
            if not where_it_stood.update(turn=F("turn") + 1, **values):
                raise MovedMeanwhile(Event.objects.filter(application=self.pk).order_by("n").last())
            event = Event.objects.create(
                sealed_by=self.sealed_by,
                application=self,
                n=self.turn + 1,
                action=action,
                source=step.source,
                target=to.state,
                stage=to.stage,
                user=by.user,
                post=by.post,
                role=str(by.role),
                actor_label=by.label,
                at=at,
                reason=reason,
                note=note,
            )
        self.turn += 1
        for name, value in values.items():
            setattr(self, name, value)
        return event

    def due_in(self, stage: str, *, on: date) -> date | None:
        """The last day of a stage that begins on a business day; None when the programme sets no limit for it."""
        begun = self.programme.stage(stage)
        if begun is None or begun.limit_workdays is None:
            return None
        return parameters.calendar().add(on, begun.limit_workdays)

    def _step(self, action: Action) -> Move:
        try:
            return self.route.find(self.place, action)
        except route.NoSuchMove as error:
            raise MoveNotAllowed(
                _("“%(action)s”在“%(state)s”时不能办理。")
                % {"action": action.label, "state": self.position.label}
            ) from error

    def _signed_after(self, step: Move, *, by: Actor) -> int:
        """How many opinions stand after this step; any step that is no opinion begins to count anew."""
        roles = self.stage_now.roles if self.stage_now else ()
        if step.action is Action.OPINE:
            mine = roles.index(Role(by.role))
            self._ask_for_opinions(roles[:mine])
            return mine + 1
        if step.action in _NOTES:
            return self.signed
        if step.action in _SIGNATURES:
            self._ask_for_opinions(roles[:-1])
        return 0

    def _ask_for_opinions(self, roles: Sequence[Role]) -> None:
        if self.signed < len(roles):
            raise MoveNotAllowed(
                _("还没有%(role)s的意见，请先由其提出。") % {"role": roles[self.signed].label}
            )

    def _comes_to(self, step: Move) -> Place:
        stages = self.route.stages
        # Both are read only where the way depends on them.
        facts = self.circumstances() if any(stage.only_if for stage in stages) else {}
        townships = any(stage.actor is StageActor.TOWNSHIP for stage in stages)
        levels = self.levels() if townships else frozenset()
        return self.route.goes(self.place, step, fen=self.amount_fen, facts=facts, levels=levels)


class Event(models.Model):
    """One move: added, never changed. ``at`` is the business moment, ``recorded_at`` the true clock."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="events")
    n = models.PositiveIntegerField()
    action = models.CharField(max_length=20)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    #: The stage the case is in after the move.
    stage = models.CharField(max_length=40, blank=True, default=route.NO_STAGE)
    user = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    role = models.CharField(max_length=30)
    actor_label = models.CharField(max_length=160)
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(auto_now_add=True)
    reason = models.CharField(max_length=40, blank=True)
    note = SealedField()

    class Meta:
        ordering = ["application", "n"]
        constraints = [models.UniqueConstraint(fields=["application", "n"], name="one_event_per_turn")]

    def __str__(self) -> str:
        return f"{self.application_id} {self.n} {self.action}"


class Submission(models.Model):
    """What was submitted and how it was judged, frozen each time the worker sends the form in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="submissions")
    n = models.PositiveIntegerField()
    on = models.DateField()
    answers = SealedField()
    facts = SealedField()
    assessment = SealedField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["application", "n"]
        constraints = [models.UniqueConstraint(fields=["application", "n"], name="submissions_are_numbered")]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.n}"

    def household_facts(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.facts)["household"]
        return content

    def judged(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.assessment)
        return content

    def answered(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.answers)
        return content


class Award(models.Model):
    """A claim to be helped once in a period: of a beneficiary, an applicant or a household, as the programme says.

    ``live`` claims are unique: nobody is paid twice (rule E6). ``claimant_index`` is a blind index.
    """

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="awards")
    row = models.PositiveSmallIntegerField()
    claimant_index = models.CharField(max_length=64)
    programme_code = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    amount_fen = models.BigIntegerField()
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["application", "row"]
        constraints = [
            models.UniqueConstraint(
                fields=["claimant_index", "programme_code", "period"],
                condition=Q(live=True),
                name="one_award_per_claimant_and_period",
            ),
            models.UniqueConstraint(fields=["application", "row"], name="one_award_per_row"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} row {self.row}"


class Seat(models.Model):
    """A place taken where a programme has so many: numbered, so that two can never take the last one."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="seat")
    programme_code = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    #: The choice of the form that has places of its own, such as a class; empty where all share one number.
    pool = models.CharField(max_length=200, blank=True)
    number = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        ordering = ["programme_code", "period", "pool", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme_code", "period", "pool", "number"], name="one_case_on_a_seat"
            )
        ]

    def __str__(self) -> str:
        return f"{self.programme_code} {self.pool} {self.number}"


class Waiting(models.Model):
    """A case on a waiting list. A lower rank goes first, then whoever sent the form in first."""

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="waiting")
    programme_code = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    pool = models.CharField(max_length=200, blank=True)
    rank = models.PositiveSmallIntegerField()
    since = models.DateTimeField()

    class Meta:
        ordering = ["rank", "application__submitted_on", "application__number"]

    def __str__(self) -> str:
        return f"{self.programme_code} {self.pool} {self.application_id}"


class Listing(models.Model):
    """A list that the system made for a period (免申即享); each period has one."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="+")
    programme_code = models.CharField(max_length=40)
    period = models.CharField(max_length=12)
    listed_on = models.DateField()
    cases = models.PositiveIntegerField()

    class Meta:
        ordering = ["programme_code", "listed_on"]
        constraints = [
            models.UniqueConstraint(fields=["programme_code", "period"], name="one_list_for_a_period")
        ]

    def __str__(self) -> str:
        return f"{self.programme_code} {self.period}"


class Evidence(models.Model):
    """A paper the worker added: which paper it is, for which row, and the sealed file."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="evidence")
    paper = models.CharField(max_length=40)
    row = models.PositiveSmallIntegerField(null=True)
    file = models.ForeignKey(PrivateFile, on_delete=models.PROTECT, related_name="+")
    name = SealedField()
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["added_at"]

    def __str__(self) -> str:
        return f"{self.application_id} {self.paper}"


class Notice(models.Model):
    """A public notice (公示). It holds only what may be shown: see domain rule 3.7."""

    class Standing(models.TextChoices):
        OPEN = "OPEN"
        PAUSED = "PAUSED"
        ENDED = "ENDED"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notices")
    number = models.CharField(max_length=20, unique=True)
    standing = models.CharField(max_length=6, choices=Standing.choices, default=Standing.OPEN)
    posted_on = models.DateField()
    workdays = models.PositiveSmallIntegerField()
    workdays_run = models.PositiveSmallIntegerField(default=0)
    running_since = models.DateField()
    ends_on = models.DateField()
    ended_on = models.DateField(null=True)
    masked_name = models.CharField(max_length=20)
    county = models.CharField(max_length=40)
    item = models.CharField(max_length=120)
    amount_fen = models.BigIntegerField()
    unit = models.CharField(max_length=80)
    #: False when the family did not agree to be shown on the web; how the notice is met then stands in the event.
    on_web = models.BooleanField(default=True)

    class Meta:
        ordering = ["-posted_on", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=~Q(standing="ENDED"),
                name="one_running_notice_per_application",
            )
        ]

    def __str__(self) -> str:
        return self.number


class Objection(models.Model):
    """What somebody says against a notice. Who said it is sealed and never shown to the household."""

    class Channel(models.TextChoices):
        ONLINE = "ONLINE", "网上"
        PHONE = "PHONE", "电话"
        IN_PERSON = "IN_PERSON", "当面"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    content = SealedField()
    name = SealedField()
    phone = SealedField()
    received_at = models.DateTimeField()
    due_on = models.DateField()
    upheld = models.BooleanField(null=True)
    finding = SealedField(null=True)
    handled_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    handled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["received_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(upheld__isnull=True, handled_at__isnull=True)
                | Q(upheld__isnull=False, handled_at__isnull=False),
                name="an_answered_objection_has_a_finding",
            )
        ]

    def __str__(self) -> str:
        return f"{self.notice.number} {self.received_at:%Y-%m-%d}"


class Callback(models.Model):
    """请回电: the worker asks to be called; a named station person has one working day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="callbacks")
    assigned_to = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="+")
    wish = SealedField()
    asked_at = models.DateTimeField()
    due_on = models.DateField()
    called_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    outcome = SealedField(null=True)

    class Meta:
        ordering = ["due_on", "asked_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(called_at__isnull=True), name="one_waiting_callback"
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.due_on}"


class ServiceRecord(models.Model):
    """What was written down of a service at a stage, with the event it belongs to; added, never changed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    event = models.OneToOneField(Event, on_delete=models.PROTECT, related_name="record")
    stage = models.CharField(max_length=40)
    #: JSON: values by the key of the stage's outcomes.
    recorded = SealedField()

    def __str__(self) -> str:
        return f"{self.event_id} {self.stage}"

    def values(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.recorded)
        return content


class Reminder(models.Model):
    """A family's wish to be told on the day from which its saved form will do. ``done_at``: told, or no longer needed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reminders")
    on = models.DateField()
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["on"]
        constraints = [
            models.UniqueConstraint(fields=["application", "on"], name="one_reminder_for_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} {self.on}"
