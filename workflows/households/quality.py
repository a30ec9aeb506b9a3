"""底数要清: what is missing, stale or without an owner in the files of a centre (domain 1: 84, 87)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.households.models import FileQuerySet
from workflows.network.models import Post
from workflows.policy.household.entries import PARTS
from workflows.policy.household.lifecycle import months_after
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True)
class Flaw:
    """One kind of flaw: its name, what to do about it, and the files among those given that have it on a day."""

    name: StrOrPromise
    advice: StrOrPromise
    of: Callable[[FileQuerySet, date], FileQuerySet]


def _older(part: str, on: date) -> date:
    """Before this day a part was confirmed longer ago than it is good for."""
    return months_after(on, -(PARTS[part].months or 0))


def _without_officer(files: FileQuerySet, on: date) -> FileQuerySet:
    """In force, and no officer of the county holds a post over it."""
    held = Post.objects.held_on(on).filter(role=Role.COUNTY_OFFICER)
    over = Q(pk__in=[])
    for path in held.values_list("union__path", flat=True).distinct():
        over |= Q(path__startswith=path)
    return files.in_force().exclude(over)


FLAWS: Final[Mapping[str, Flaw]] = MappingProxyType(
    {
        "no-home": Flaw(_("没有填家庭情况的"), _("请家庭或者入户时补上，下次复核前补齐。"), lambda files, on: files.in_force().filter(home_as_of__isnull=True),
        ),
        "no-person": Flaw(
            _("有家人没有填基本情况的"), _("请补上每个人的身份、健康和医保。"), lambda files, on: files.in_force().filter(person_as_of__isnull=True),
        ),
        "no-income": Flaw(_("没有填收入的"), _("没有收入的也要写明，才能测算。"), lambda files, on: files.in_force().filter(income_as_of__isnull=True),
        ),
        "no-line": Flaw(
            _("没有复核日子的"),
            _("请安排一次复核。"),
            lambda files, on: files.in_force().filter(next_check_on__isnull=True),
        ),
        "old-income": Flaw(_("收入超过6个月没有确认的"), _("复核时请家庭再确认一次。"), lambda files, on: files.in_force().filter(income_as_of__lt=_older("income", on)),
        ),
        "old-home": Flaw(_("家庭情况超过一年没有确认的"), _("复核时再确认一次。"), lambda files, on: files.in_force().filter(home_as_of__lt=_older("home", on)),
        ),
        "closed-owner": Flaw(
            _("建档单位已经撤销的"),
            _("请县级帮扶专干打开档案，用“转给别的单位”改到新的单位、街道工会或者县总工会。"),
            lambda files, on: files.in_force().filter(owner__active=False),
        ),
        "no-officer": Flaw(_("县里没有帮扶专干管的"), _("请先定下谁来管，再分给他。"), _without_officer),
        "pairing": Flaw(
            _("没有单位和责任人的"), _("每户都要有单位帮扶、有责任人。"), lambda files, on: files.unpaired()
        ),
    }
)
