"""The household file, its members and its calculation sheets. A file moves in one place: :mod:`workflows.households.moving`."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from workflows.base.fields import CodeField, SealedField
from workflows.base.models import DataKey
from workflows.network.models import UnionOrg
from workflows.network.sight import CASE_ROLES, persons_of, unions_seen_by, unions_seen_through
from workflows.people.models import Person
from workflows.policy.household.lifecycle import ENDED, LONG, WAITS_FOR, FilePlace, FileState, Order
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from workflows.network.models import Post
    from workflows.network.sight import Viewer

#: Neither lets anybody stand in another file: nobody has asked for anything yet, or it is over.
FREE = sorted(state.value for state in {FileState.DRAFT, *ENDED})
#: What rules read of a file in force (``file_state``), by state; in a recheck or a transfer the old state continues.
STANDS = {
    FileState.ACTIVE: "ACTIVE",
    FileState.RECHECK: "ACTIVE",
    FileState.TRANSFER: "ACTIVE",
    FileState.TAPERING: "TAPERING",
}


#: On file (在档): opened, and not closed.
IN_FORCE = Q(opened_on__isnull=False, closed_on__isnull=True)


class Category(models.TextChoices):
    """困难类别 in force; the old ones come with the import of history."""

    DEEP = "深度困难", _("深度困难")
    RELATIVE = "相对困难", _("相对困难")
    ACCIDENT = "意外致困", _("意外致困")


def paths_of(posts: Sequence[Post]) -> list[str]:
    """How the paths of the unions begin that posts see cases of."""
    return sorted({post.union.path for post in posts if Role(post.role) in CASE_ROLES}, key=len)


def _below(posts: Sequence[Post], path: str) -> Q:
    """The unions of posts that see cases, and all below them; none where there is no such post."""
    within = Q(pk__in=[])
    for begin in paths_of(posts):
        within |= Q(**{f"{path}__startswith": begin})
    return within


class FileQuerySet(models.QuerySet["HouseholdFile"]):
    def visible_to(self, user: Viewer, *, on: date, posts: Sequence[Post] | None = None) -> FileQuerySet:
        """The files a person may see: those of the unions in sight, and the families the person acts for.

        A draft is the family's own. A file on its way to another county is in sight of both.

        ``posts``: those the user holds on that day, when the page has read them already.
        """
        seen = unions_seen_by(user, on=on) if posts is None else unions_seen_through(posts)
        of_my_unions = (Q(owner__in=seen) | Q(goes_to__in=seen)) & ~Q(state=FileState.DRAFT)
        return self.filter(of_my_unions | Q(main__in=persons_of(user)))

    def of_worker(self, user: Viewer) -> FileQuerySet:
        """The files of the persons a signed-in user acts for."""
        return self.filter(main__in=persons_of(user))

    def nearest(self) -> FileQuerySet:
        """In force or asked for first, then a draft, then what is over; the newest first, by which follows which."""
        rank = Case(When(state=FileState.DRAFT, then=1), When(state__in=FREE, then=2), default=0)
        is_followed = Exists(self.model.objects.filter(follows=OuterRef("pk")))
        return self.annotate(rank=rank, is_followed=is_followed).order_by(
            "rank", "is_followed", "-since", "-touched_on", "-pk"
        )

    def waiting_for(self, roles: Collection[Role]) -> FileQuerySet:
        """The files that wait for somebody in one of these roles."""
        return self.filter(
            state__in=sorted(state for state, whose in WAITS_FOR.items() if whose & set(roles))
        )

    def for_lists(self, posts: Sequence[Post]) -> FileQuerySet:
        """The files of the unions of these posts and of all below, as lists go through them: from the first on.

        Unlike :meth:`visible_to` it asks for one stretch of the index, so that a list of a million is as quick as one
        of a thousand. A file on its way here is in the list of its old union until it is taken over.
        """
        return self.filter(_below(posts, "path")).exclude(state=FileState.DRAFT)

    def coming_to(self, posts: Sequence[Post]) -> FileQuerySet:
        """The files of other unions that wait to be taken over by those of these posts."""
        here = _below(posts, "goes_to__path") & ~_below(posts, "path")
        return self.filter(here, state=FileState.TRANSFER)

    def unpaired(self) -> FileQuerySet:
        """In force, and nobody stands by the family."""
        return self.in_force().filter(is_paired=False)

    def unplanned(self) -> FileQuerySet:
        """In force, without a plan that stands."""
        return self.in_force().filter(is_planned=False)

    def in_force(self) -> FileQuerySet:
        """On file (在档): opened, and not closed."""
        return self.filter(IN_FORCE)


class HouseholdFile(models.Model):
    """One household, one file (一户一档). Totals are in fen; what names the family is sealed.

    ``turn`` counts the moves, as in an application. ``before``: where a suspension came from. ``stands``: what rules
    read, see :data:`STANDS`. ``follows``: the file of the same family that was closed or refused before.

    What lists ask for stands here beside the rows it comes from, written in the same transaction: ``path`` of the
    owner, whether somebody stands by the family and a plan does, the last day of aid, the last day on which
    anything was said or the category changed, that of a call-back after the exit in which the family was reached,
    the newest days of what counts of home and income, and the oldest of who somebody is; none where nobody has said
    it, of the last of anybody who lives there. ``asks_since``: the moment of the oldest correction the family has asked
    for and nobody has looked into.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    sealed_by = models.ForeignKey(DataKey, on_delete=models.PROTECT, related_name="+")
    file_no = models.CharField(max_length=30, unique=True)
    main = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="files")
    owner = models.ForeignKey(UnionOrg, on_delete=models.PROTECT, related_name="files")
    goes_to = models.ForeignKey(UnionOrg, null=True, on_delete=models.PROTECT, related_name="+")
    follows = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="followed_by")
    state = models.CharField(max_length=14, choices=[(each.value, each.label) for each in FileState])
    # Nothing while a file is being opened, suspended or over: a rule that asks for it is then left to a person.
    stands = models.CharField(max_length=8, null=True)
    before = models.CharField(max_length=14, blank=True)
    order = models.CharField(max_length=12, default=Order.CHECK_FIRST.value)
    has_been_returned = models.BooleanField(default=False)
    turn = models.PositiveIntegerField(default=0)
    since = models.DateField()
    due_on = models.DateField(null=True, blank=True)
    category = models.CharField(max_length=8, choices=Category.choices, blank=True)
    category_since = models.DateField(null=True, blank=True)
    opened_on = models.DateField(null=True, blank=True)
    checked_on = models.DateField(null=True, blank=True)
    next_check_on = models.DateField(null=True, blank=True)
    closed_on = models.DateField(null=True, blank=True)
    reminded_on = models.DateField(null=True, blank=True)
    #: Of a draft that was handed in too early: the day from which it will do, and on which the family is told.
    waits_until = models.DateField(null=True, blank=True)
    close_reason = models.CharField(max_length=20, blank=True)
    keep_until = models.DateField(null=True, blank=True)
    on_dibao = models.BooleanField(default=False)
    zero_employment = models.BooleanField(default=False)
    imported = models.ForeignKey(
        "households.FileImport", null=True, on_delete=models.PROTECT, related_name="came"
    )
    path = CodeField(max_length=120)
    is_paired = models.BooleanField(default=False)
    is_planned = models.BooleanField(default=False)
    helped_on = models.DateField(null=True, blank=True)
    touched_on = models.DateField(null=True, blank=True)
    called_on = models.DateField(null=True, blank=True)
    home_as_of = models.DateField(null=True, blank=True)
    income_as_of = models.DateField(null=True, blank=True)
    person_as_of = models.DateField(null=True, blank=True)
    asks_since = models.DateTimeField(null=True, blank=True)
    main_cause = SealedField()
    address = SealedField()

    objects = FileQuerySet.as_manager()

    class Meta:
        ordering = ["file_no"]
        indexes = [
            models.Index(fields=["state", "due_on"], name="files_due"),
            models.Index(fields=["path", "file_no"], condition=~Q(state="DRAFT"), name="files_of_a_union"),
            models.Index(fields=["state", "path", "file_no"], name="files_in_a_state"),
            *(
                models.Index(fields=["path", "file_no"], condition=IN_FORCE & that, name=f"files_{name}")
                for name, that in (
                    ("without_pairing", Q(is_paired=False)),
                    ("without_plan", Q(is_planned=False)),
                    ("never_helped", Q(helped_on__isnull=True)),
                    ("nobody_works", Q(zero_employment=True)),
                    ("without_line", Q(next_check_on__isnull=True)),
                    ("without_home", Q(home_as_of__isnull=True)),
                    ("without_income", Q(income_as_of__isnull=True)),
                    ("without_person", Q(person_as_of__isnull=True)),
                )
            ),
            models.Index(
                fields=["category_since"],
                condition=IN_FORCE & Q(category=Category.ACCIDENT.value),
                name="files_of_accidents",
            ),
            models.Index(fields=["next_check_on"], condition=IN_FORCE, name="files_to_check"),
            models.Index(fields=["touched_on"], condition=IN_FORCE, name="files_by_last_word"),
            models.Index(fields=["home_as_of"], condition=IN_FORCE, name="files_by_age_of_home"),
            models.Index(fields=["income_as_of"], condition=IN_FORCE, name="files_by_age_of_income"),
            models.Index(
                fields=["path", "file_no"], condition=Q(asks_since__isnull=False), name="files_that_ask"
            ),
            models.Index(fields=["keep_until"], condition=Q(keep_until__isnull=False), name="files_kept"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["main"], condition=~Q(state__in=FREE), name="one_active_file_per_main_worker"
            ),
            models.UniqueConstraint(
                fields=["main"], condition=Q(state="DRAFT"), name="one_draft_per_main_worker"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["CLOSED", "ARCHIVED"], closed_on__isnull=False)
                | (~Q(state__in=["CLOSED", "ARCHIVED"]) & Q(closed_on__isnull=True)),
                name="a_closed_file_has_a_closing_day",
            ),
            models.CheckConstraint(
                condition=Q(stands__isnull=True)
                | (Q(opened_on__isnull=False, checked_on__isnull=False) & ~Q(category="")),
                name="a_file_in_force_has_a_category",
            ),
            models.CheckConstraint(
                condition=Q(state="SUSPENDED") | Q(before=""), name="only_a_suspended_file_goes_back"
            ),
        ]

    def __str__(self) -> str:
        return self.file_no

    @property
    def position(self) -> FileState:
        return FileState(self.state)

    @property
    def place(self) -> FilePlace:
        return FilePlace(
            state=self.position,
            since=self.since,
            before=FileState(self.before) if self.before else None,
            has_been_returned=self.has_been_returned,
        )

    @property
    def is_in_force(self) -> bool:
        """On file: opened, and not closed."""
        return self.opened_on is not None and self.closed_on is None

    @cached_property
    def last_sheet(self) -> CalculationSheet | None:
        """The newest calculation sheet; looked up once each time the file is read."""
        return self.sheets.last()


class Member(models.Model):
    """A person in a household. Nobody is in two files that are asked for or in force: the database refuses it.

    ``active``: from the day the file is handed in until it is refused or closed, or the person has left.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="memberships")
    relation = models.CharField(max_length=10)
    identity = models.CharField(max_length=20, blank=True)
    active = models.BooleanField(default=True)
    left_on = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=Q(active=True), name="nobody_in_two_active_files"
            ),
            models.UniqueConstraint(fields=["file", "person"], name="once_in_a_file"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} {self.relation}"


class CalculationSheet(models.Model):
    """测算单: the numbers a category rests on, frozen on the day ``on``; all amounts in fen over the look-back.

    ``months``: of the look-back; none where it was 12 and not written down. ``aid_fen``: of the income, aid by the
    record that was received in the calendar year of ``on``; none where none was looked for.
    """

    file = models.ForeignKey(HouseholdFile, on_delete=models.PROTECT, related_name="sheets")
    on = models.DateField()
    income_fen = models.BigIntegerField()
    unavoidable_fen = models.BigIntegerField()
    members = models.PositiveSmallIntegerField()
    line_fen = models.BigIntegerField()
    months = models.PositiveSmallIntegerField(null=True)
    aid_fen = models.BigIntegerField(null=True)
    category = models.CharField(max_length=8, choices=Category.choices, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["on", "pk"]
        constraints = [models.CheckConstraint(condition=Q(members__gte=1), name="a_household_has_members")]

    def __str__(self) -> str:
        return f"{self.file_id} {self.on}"

    def net_fen_besides_aid(self, year: int) -> int:
        """The net income without the aid of a calendar year, which programmes count by themselves."""
        counted = self.aid_fen if self.aid_fen and self.on.year == year else 0
        return self.income_fen - self.unavoidable_fen - counted

    @property
    def parts(self) -> int:
        """Months times heads: what the net income is divided by."""
        return (self.months or LONG) * self.members

    @property
    def per_head_fen(self) -> int:
        """Net income per head and month in fen, rounded half up for reading only; rules compare the exact sums."""
        net, parts = self.income_fen - self.unavoidable_fen, self.parts
        return (2 * net + parts) // (2 * parts)
