"""The door to the desk: who sits there, in which posts, and which cases are in sight. Every page goes through it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, wraps
from typing import Concatenate, ParamSpec
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from workflows.applications.models import Application, ApplicationQuerySet
from workflows.base import day, kept
from workflows.households.models import FileQuerySet, HouseholdFile
from workflows.households.models.file import paths_of
from workflows.households.queries import files_with
from workflows.network import actors
from workflows.network.actors import Actor
from workflows.network.models import Post
from workflows.network.sight import persons_of, posts_of
from workflows.people.models import User
from workflows.people.staff import second_factor_required
from workflows.policy.roles import Role
from workflows.policy.route import Move
from workflows.policy.states import Action

P = ParamSpec("P")
#: What the page of a case shows beside the case itself.
ITS_PAGE_SHOWS = (
    "version",
    "union__parent__parent",
    "applicant__sealed_by",
    "household__sealed_by",
    "household__owner",
    "sealed_by",
)
FINANCE = frozenset({Role.FINANCE_MAKER, Role.FINANCE_CHECKER})


def moves_by(case: Application, role: Role) -> list[Move]:
    """The moves this role's hand makes where the case stands: where two must sign, the one who signs last."""
    stands = (case.stage, case.position)
    return [
        move for move in case.route.moves if (move.stage, move.source) == stands and role in move.last_hand
    ]


@dataclass(frozen=True)
class Seat:
    """A staff member at the desk, with the posts held on the business day."""

    user: User
    posts: tuple[Post, ...]
    at: datetime

    @property
    def on(self) -> date:
        return day.date_of(self.at)

    def cases(self) -> ApplicationQuerySet:
        """The cases in sight, without those of one's own family: whoever belongs to it stays away altogether (回避)."""
        own = persons_of(self.user)
        return (
            Application.objects.visible_to(self.user, on=self.on, posts=self.posts)
            .exclude(applicant__in=own)
            .exclude(household__members__person__in=own)
        )

    def files(self) -> FileQuerySet:
        """The household files in sight; money is paid without reading them."""
        own = persons_of(self.user)
        visible = HouseholdFile.objects.visible_to(self.user, on=self.on, posts=self._family_posts())
        return visible.exclude(main__in=own).exclude(members__person__in=own)

    def listed_files(self) -> FileQuerySet:
        """The household files of one's own unions, as lists go through them; without those of one's own family."""
        return HouseholdFile.objects.for_lists(self._family_posts()).exclude(pk__in=self._own_files)

    def listed_paths(self) -> list[str]:
        """How the paths of the unions of :meth:`listed_files` begin."""
        return paths_of(self._family_posts())

    def unpaired_files(self) -> FileQuerySet:
        """Those of :meth:`listed_files` by which nobody stands; they are few, so one query tells them."""
        own = persons_of(self.user)
        listed = HouseholdFile.objects.for_lists(self._family_posts()).unpaired()
        return listed.exclude(main__in=own).exclude(members__person__in=own)

    def coming_files(self) -> FileQuerySet:
        """The household files of other unions that wait to be taken over here; without those of one's own family."""
        return HouseholdFile.objects.coming_to(self._family_posts()).exclude(pk__in=self._own_files)

    @cached_property
    def _own_files(self) -> list[UUID]:
        return files_with(self.user)

    def _family_posts(self) -> list[Post]:
        return [post for post in self.posts if Role(post.role) not in FINANCE]

    def case(self, pk: UUID) -> Application:
        """One case in sight with what its page shows.

        :raises Http404: out of sight, or no such case: the answer is the same.
        """
        case = self.cases().select_related(*ITS_PAGE_SHOWS).filter(pk=pk).first()
        if case is None:
            raise Http404
        return self.over(case)

    def over(self, case: Application) -> Application:
        """The case, if one of the posts lies over it: one's own application is on no desk.

        :raises Http404: otherwise.
        """
        if not self.roles_over(case):
            raise Http404
        return case

    def posts_over(self, case: Application) -> tuple[Post, ...]:
        """The posts within whose territory a case lies, the nearest first."""
        over = [post for post in self.posts if case.union.path.startswith(post.union.path)]
        return tuple(sorted(over, key=lambda post: -len(post.union.path)))

    def roles_over(self, case: Application) -> frozenset[Role]:
        return frozenset(Role(post.role) for post in self.posts_over(case))

    def posts_for(self, case: Application, action: Action) -> tuple[Post, ...]:
        """The posts in which this action may be done where the case stands."""
        return tuple(
            post
            for post in self.posts_over(case)
            if any(move.action is action for move in moves_by(case, Role(post.role)))
        )

    def acting_in(self, post: Post) -> Actor:
        return actors.staff(self.user, post)

    def nearest(self, path: str, roles: Collection[Role]) -> Post | None:
        """The post nearest to the union of this path that is held over it in one of these roles.

        Who holds two posts acts in the one that reaches what is acted on; :meth:`holds` does not know what that is.
        """
        over = [post for post in self.posts if Role(post.role) in roles and path.startswith(post.union.path)]
        return max(over, key=lambda post: len(post.union.path), default=None)

    def holds(self, *roles: Role) -> Post | None:
        """The first post held in one of these roles."""
        return next((post for post in self.posts if Role(post.role) in roles), None)


def why_of(posts: Collection[Post], why: str) -> str:
    """What the access log says of a reading, for the family as well: in which posts of which unions, and why."""
    who = "、".join(map(str, posts))
    return f"{who[:120]} · {why}" if why else who[:120]


def at_desk(
    view: Callable[Concatenate[HttpRequest, Seat, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page of the desk: signed in as staff, second factor given, and handed the seat."""

    @second_factor_required
    def seated(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        user = request.user
        if not isinstance(user, User) or not user.is_staff:
            raise PermissionDenied("The desk needs a staff sign-in.")
        at = day.now()
        request.META[day.READ_FOR_THIS_PAGE] = day.date_of(at)
        seat = Seat(user=user, posts=tuple(posts_of(user, on=day.date_of(at))), at=at)
        return view(request, seat, *args, **kwargs)

    # Who signs in again after pressing a button comes back by GET: pages that only take a step must answer that too.
    @wraps(view)
    def door(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            if kept.keep(request):
                messages.info(request, _("登录已到期。重新登录后会回到刚才这一页，填的内容还在。"))
            here = request.get_full_path() if request.method == "GET" else request.path
            return redirect_to_login(here)
        response = seated(request, *args, **kwargs)
        response.headers["Cache-Control"] = "no-store, private"
        return response

    return door
