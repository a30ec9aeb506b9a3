"""Who does a step: a worker for a person, a staff member in a post, or the system itself."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from workflows.network.models import Post
from workflows.people.models import Person, User
from workflows.policy.roles import Role


@dataclass(frozen=True)
class Actor:
    """Exactly one of: a worker (user and person), a staff member (user, person and post), the system (none).

    ``helps``: the post in which somebody of a station does for a worker what the worker has come for (代办).
    """

    user: User | None = None
    person: Person | None = None
    post: Post | None = None
    helps: Post | None = None

    @property
    def role(self) -> Role | str:
        """The name under which the table of moves knows this actor."""
        if self.post is not None:
            return Role(self.post.role)
        return "worker" if self.user is not None else "system"

    @property
    def label(self) -> str:
        """Who this is in a list of events: the post and the name, for staff only."""
        if self.post is not None:
            return f"{self.post}（{self.post.person.name}）"
        if self.helps is not None:
            return _("申请人，由%(post)s（%(name)s）代办") % {
                "post": self.helps,
                "name": self.helps.person.name,
            }
        return _("申请人") if self.user is not None else _("系统")


SYSTEM = Actor()


def worker(user: User, person: Person) -> Actor:
    return Actor(user=user, person=person)


def staff(user: User, post: Post) -> Actor:
    return Actor(user=user, person=post.person, post=post)


def helping(user: User, post: Post, person: Person) -> Actor:
    """Somebody of a station who does a step for a worker: it is the worker's, and who did it is written down."""
    return Actor(user=user, person=person, helps=post)
