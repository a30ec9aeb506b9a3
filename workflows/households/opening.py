"""Open a household file with its members and its calculation sheet."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from workflows.households import drawing
from workflows.households.models import CalculationSheet, Category, FileState, HouseholdFile, Member
from workflows.households.models.file import STANDS
from workflows.households.moving import AlreadyOnFile
from workflows.network.models import UnionOrg
from workflows.people.models import Person
from workflows.policy.household.lifecycle import LONG, months_after
from workflows.policy.household.sheet import Sheet


@dataclass(frozen=True)
class MemberData:
    person: Person
    relation: str
    identity: str = ""


@dataclass(frozen=True)
class Figures:
    """The sums of the 12 months before the day, in fen, and the line of that day in fen a month."""

    income_fen: int
    unavoidable_fen: int
    line_fen: int


def open_file(
    *,
    file_no: str,
    main: Person,
    owner: UnionOrg,
    category: Category,
    members: Sequence[MemberData],
    figures: Figures | Sheet,
    cause: str,
    address: str,
    on: date,
    on_dibao: bool = False,
    zero_employment: bool = False,
) -> HouseholdFile:
    """Open a file on a business day.

    :param figures: a sheet that was drawn up, which is kept line by line; or only the sums of one.
    :raises AlreadyOnFile: when the main worker or a member stands in another active file.
    :raises NoCategory: when the sheet comes to none, or something is still lacking.
    """
    try:
        with transaction.atomic():
            file = HouseholdFile.objects.create(
                sealed_by=main.sealed_by,
                file_no=file_no,
                main=main,
                owner=owner,
                path=owner.path,
                state=FileState.ACTIVE,
                stands=STANDS[FileState.ACTIVE],
                since=on,
                category=category,
                category_since=on,
                opened_on=on,
                checked_on=on,
                touched_on=on,
                next_check_on=months_after(on, LONG),
                due_on=months_after(on, LONG),
                main_cause=cause,
                address=address,
                on_dibao=on_dibao,
                zero_employment=zero_employment,
            )
            Member.objects.bulk_create(
                Member(file=file, person=member.person, relation=member.relation, identity=member.identity)
                for member in members
            )
            if isinstance(figures, Sheet):
                drawing.keep(file, figures)
            else:
                _keep_sums(file, figures, members=len(members))
    except IntegrityError as error:
        raise AlreadyOnFile from error
    return file


def _keep_sums(file: HouseholdFile, figures: Figures, *, members: int) -> None:
    CalculationSheet.objects.create(
        file=file,
        on=file.since,
        income_fen=figures.income_fen,
        unavoidable_fen=figures.unavoidable_fen,
        members=members,
        line_fen=figures.line_fen,
        category=file.category,
    )
