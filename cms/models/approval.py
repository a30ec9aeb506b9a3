"""Four eyes: what goes public was approved by somebody who did not write it."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page, Revision, TaskState

WORKFLOW = "内容审核"
EDITORS, PUBLISHERS, SENDERS = "内容编辑", "内容审核", "来稿"


class NeedsSecondPerson(PermissionDenied):
    """The person who wants to make this public wrote it, or nobody approved it."""


def authors_of(revision: Revision) -> set[int]:
    """The people whose words a revision would make public: all who saved since the live revision."""
    page = revision.content_object
    since = page.revisions.filter(pk__lte=revision.pk)
    if page.live_revision_id and page.live_revision_id < revision.pk:
        since = since.filter(pk__gt=page.live_revision_id)
    else:
        since = since.filter(pk=revision.pk)
    return {user for user in since.values_list("user_id", flat=True) if user is not None}


def is_settled(revision: Revision) -> bool:
    """Whether somebody submitted, approved or timed a revision, or it is what is public: it may never change again."""
    page = revision.content_object
    return (
        revision.approved_go_live_at is not None
        or page.live_revision_id == revision.pk
        or TaskState.objects.filter(revision=revision).exists()
    )


def refuse_own(revision: Revision, *, user: Any) -> None:
    """Let a revision go public only through somebody who wrote none of it.

    :raises NeedsSecondPerson: when nobody, or one of its authors, wants to publish it.
    """
    authors = authors_of(revision)
    if user is None and revision.approved_go_live_at is not None:
        return  # approved by a second person for this hour; the clock brings it
    if user is None or not authors or user.pk in authors:
        raise NeedsSecondPerson(str(_("内容要由另一个人审核后才能公开。请点“提交审核”。")))


class FourEyesTask(AbstractGroupApprovalTask):
    """Approval by a member of the chosen groups who neither wrote nor submitted what is to be approved."""

    def get_actions(self, obj: Page, user: AbstractBaseUser) -> list[tuple[str, str, bool]]:
        actions: list[tuple[str, str, bool]] = super().get_actions(obj, user)
        return [] if self._wrote(obj, user) else actions

    def on_action(
        self, task_state: TaskState, user: AbstractBaseUser, action_name: str, **kwargs: Any
    ) -> Any:
        if action_name == "approve" and self._wrote(task_state.workflow_state.content_object, user):
            raise NeedsSecondPerson(str(_("自己写的内容不能自己审核。")))
        return super().on_action(task_state, user, action_name, **kwargs)

    def get_task_states_user_can_moderate(self, user: AbstractBaseUser, **kwargs: Any) -> Any:
        states = super().get_task_states_user_can_moderate(user, **kwargs)
        return states.exclude(workflow_state__requested_by=user).exclude(revision__user=user)

    @classmethod
    def get_description(cls) -> str:
        return str(_("由没有参与撰写的另一个人审核"))

    def _wrote(self, page: Page, user: AbstractBaseUser) -> bool:
        latest = page.get_latest_revision()
        state = page.current_workflow_state
        asked = state is not None and state.requested_by_id == user.pk
        return asked or (latest is not None and user.pk in authors_of(latest))

    class Meta:
        verbose_name = _("双人审核")
        verbose_name_plural = _("双人审核")
