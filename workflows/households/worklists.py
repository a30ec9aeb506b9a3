"""The worklists of a centre: which files want looking at, each a question to the database (domain 1: 84, 87, 88)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from workflows.households.models import Category, FileQuerySet, HouseholdFile, Member
from workflows.people.models import Person, id_index
from workflows.policy.household.lifecycle import ENDED, LONG, WAITS_FOR, FileState, months_after

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Worklist:
    """One list: its name, the files among those given that belong to it on a day, and what to do with them."""

    name: StrOrPromise
    of: Callable[[FileQuerySet, date], FileQuerySet]
    advice: StrOrPromise = ""


def _overdue(files: FileQuerySet, on: date) -> FileQuerySet:
    """Waiting for the union past the last day of their state: also what is suspended or on its way for too long."""
    return files.filter(state__in=sorted(WAITS_FOR), due_on__lt=on)


def _old_accident(files: FileQuerySet, on: date) -> FileQuerySet:
    """意外致困 is for a time: after a year it is either over or a category of its own (临时转正式)."""
    return files.in_force().filter(category=Category.ACCIDENT, category_since__lte=months_after(on, -LONG))


WORKLISTS: Final[Mapping[str, Worklist]] = MappingProxyType(
    {
        "pairing": Worklist(_("没有结对的"), lambda files, on: files.unpaired()),
        "plan": Worklist(_("没有计划的"), lambda files, on: files.unplanned()),
        "late": Worklist(
            _("该复核没有复核的"),
            # Who tapers off was reckoned for it, and is not rechecked again.
            lambda files, on: files.in_force().filter(next_check_on__lt=on).exclude(state=FileState.TAPERING),
        ),
        "overdue": Worklist(_("过了期限还没有办的"), _overdue),
        "corrections": Worklist(
            _("家庭提出更正、等核实的"),
            lambda files, on: files.filter(asks_since__isnull=False),
        ),
        "unchanged": Worklist(
            _("一年没有变化的"),
            lambda files, on: files.in_force().filter(touched_on__lt=months_after(on, -LONG)),
        ),
        "never-helped": Worklist(
            _("从来没有帮扶过的"), lambda files, on: files.in_force().filter(helped_on__isnull=True)
        ),
        "zero": Worklist(_("零就业家庭"), lambda files, on: files.in_force().filter(zero_employment=True)),
        "accident": Worklist(_("意外致困满一年的"), _old_accident),
        "watched": Worklist(
            _("脱困后还在关注的"),
            lambda files, on: files.filter(state=FileState.CLOSED, close_reason="脱困"),
        ),
        "not-called": Worklist(
            _("脱困后还没有回访过的"),
            lambda files, on: files.filter(
                state=FileState.CLOSED, close_reason="脱困", called_on__isnull=True
            ),
        ),
        "cancelled": Worklist(
            _("其他原因撤档的"),
            lambda files, on: files.filter(state=FileState.CLOSED).exclude(close_reason="脱困"),
        ),
        "kept": Worklist(
            _("保管期满的"),
            lambda files, on: files.filter(state__in=sorted(ENDED), keep_until__lt=on),
            _(
                "系统不会自己删档案。请两个人一起鉴定：还有用的写明理由接着保管；可以销毁的列出清单，报市总工会批准以后再办。"
            ),
        ),
        "refused": Worklist(_("不予建档的"), lambda files, on: files.filter(state=FileState.REJECTED)),
    }
)


def by_number(files: FileQuerySet, text: str) -> FileQuerySet:
    """The files with this number, or those in which somebody of this identity number stands."""
    # Keys are read first: the database then goes straight to these rows, however many there are.
    people = list(Person.objects.filter(id_index=id_index(text)).values_list("pk", flat=True))
    stands = Member.objects.filter(person__in=people, left_on__isnull=True)
    keys = [
        *HouseholdFile.objects.filter(file_no=text).values_list("pk", flat=True),
        *stands.values_list("file", flat=True)[:100],
    ]
    return files.filter(pk__in=keys)


def relapsed(file: HouseholdFile) -> bool:
    """返困: a family that was lifted out and asks again within its watch, also when it was refused in between."""
    before = file.follows
    while before is not None and before.state == FileState.REJECTED:
        before = before.follows
    return before is not None and before.state == FileState.CLOSED and before.close_reason == "脱困"
