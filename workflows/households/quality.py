"""底数要清: what is missing, stale or without an owner in the files of a centre (domain 1: 84, 87)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from workflows.households.models import FileQuerySet
from workflows.network.models import Post, UnionOrg
from workflows.policy.household.entries import PARTS
from workflows.policy.household.lifecycle import months_after
from workflows.policy.roles import Role

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

EVERYWHERE: Final = ("",)


@dataclass(frozen=True)
class Flaw:
    """One kind of flaw: its name, what to do about it, and what is so in a file in force that has it.

    ``where``: on a day, among the unions whose paths begin so.
    """

    name: StrOrPromise
    advice: StrOrPromise
    where: Callable[[date, Sequence[str]], Q]

    def among(self, files: FileQuerySet, on: date, *, within: Sequence[str] = EVERYWHERE) -> FileQuerySet:
        """The files among those given that have it on a day; ``within``: how the paths of all of them begin."""
        return files.in_force().filter(self.where(on, within))


def _is(**so: object) -> Callable[[date, Sequence[str]], Q]:
    """It is so whatever the day."""
    return lambda _on, _within: Q(**so)


def _stale(part: str) -> Callable[[date, Sequence[str]], Q]:
    """What counts of this part has not been confirmed for longer than it is good for."""
    months = PARTS[part].months or 0
    return lambda on, _within: Q(**{f"{part}_as_of__lt": months_after(on, -months)})


def _without_officer(on: date, within: Sequence[str]) -> Q:
    """No officer of the county holds a post over it."""
    held = Post.objects.held_on(on).filter(role=Role.COUNTY_OFFICER)
    over = tuple(held.values_list("union__path", flat=True).distinct())
    nobody, unions = Q(pk__in=[]), UnionOrg.objects.filter(parent=None)
    while found := unions.values_list("pk", "path"):
        above = []
        for pk, path in found:
            if path.startswith(over) or not any(_meet(path, begin) for begin in within):
                continue
            if any(begin.startswith(path) for begin in over):
                nobody |= Q(path=path)
                above.append(pk)
            else:
                nobody |= Q(path__startswith=path)
        unions = UnionOrg.objects.filter(parent__in=above)
    return nobody


def _meet(path: str, begin: str) -> bool:
    return path.startswith(begin) or begin.startswith(path)


FLAWS: Final[Mapping[str, Flaw]] = MappingProxyType(
    {
        "no-home": Flaw(
            _("没有填家庭情况的"), _("请家庭或者入户时补上，下次复核前补齐。"), _is(home_as_of=None)
        ),
        "no-person": Flaw(
            _("有家人没有填基本情况的"), _("请补上每个人的身份、健康和医保。"), _is(person_as_of=None)
        ),
        "no-income": Flaw(_("没有填收入的"), _("没有收入的也要写明，才能测算。"), _is(income_as_of=None)),
        "no-line": Flaw(_("没有复核日子的"), _("请安排一次复核。"), _is(next_check_on=None)),
        "old-income": Flaw(_("收入超过6个月没有确认的"), _("复核时请家庭再确认一次。"), _stale("income")),
        "old-home": Flaw(_("家庭情况超过一年没有确认的"), _("复核时再确认一次。"), _stale("home")),
        "closed-owner": Flaw(
            _("建档单位已经撤销的"),
            _("请县级帮扶专干打开档案，用“转给别的单位”改到新的单位、街道工会或者县总工会。"),
            _is(owner__active=False),
        ),
        "no-officer": Flaw(_("县里没有帮扶专干管的"), _("请先定下谁来管，再分给他。"), _without_officer),
        "pairing": Flaw(_("没有单位和责任人的"), _("每户都要有单位帮扶、有责任人。"), _is(is_paired=False)),
    }
)
