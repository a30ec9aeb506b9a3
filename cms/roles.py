"""Who may write, who may approve: groups for the whole site and for the section of each union, and their workflows."""

from collections.abc import Sequence

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from cms.models import FourEyesTask, SectionPage
from cms.models.approval import EDITORS, PUBLISHERS, SENDERS, WORKFLOW

_MAY = {
    EDITORS: ("add_page", "change_page"),
    PUBLISHERS: ("change_page", "publish_page", "lock_page", "unlock_page"),
    # Stations send in what they have: they add pages and change their own, nobody else's.
    SENDERS: ("add_page",),
}


def ensure(*, below: Page) -> None:
    """Make groups, permissions and workflow what they should be for the tree below a page; twice changes nothing."""
    for name in (EDITORS, PUBLISHERS):
        _permit(name, _MAY[name], below=below)
    _workflow(WORKFLOW, approved_by=[PUBLISHERS], below=below)


def ensure_section(section: SectionPage) -> None:
    """The same for the section of one union: its own editors, senders and approvers, who may do nothing elsewhere.

    Those who approve for the whole site may also approve here: a county with one person is not stuck.
    """
    for name, verbs in _MAY.items():
        _permit(of_section(name, section), verbs, below=section)
    own = of_section(WORKFLOW, section)
    _workflow(own, approved_by=[of_section(PUBLISHERS, section), PUBLISHERS], below=section)


def of_section(name: str, section: SectionPage) -> str:
    """What a group or workflow is called in the section of a union."""
    return f"{name}·{section.title}"


def _permit(name: str, verbs: Sequence[str], *, below: Page) -> None:
    group, _ = Group.objects.get_or_create(name=name)
    group.permissions.add(
        *Permission.objects.filter(
            Q(content_type__app_label="wagtailadmin", codename="access_admin")
            | Q(content_type__app_label="wagtailimages", codename__in=("add_image", "choose_image"))
            | Q(content_type__app_label="wagtaildocs", codename__in=("add_document", "choose_document"))
        )
    )
    root = Collection.get_first_root_node()
    for label, words in (
        ("wagtailimages", ("add_image", "choose_image")),
        ("wagtaildocs", ("add_document", "choose_document")),
    ):
        for permission in Permission.objects.filter(content_type__app_label=label, codename__in=words):
            GroupCollectionPermission.objects.get_or_create(
                group=group, collection=root, permission=permission
            )
    for permission in Permission.objects.filter(content_type__app_label="wagtailcore", codename__in=verbs):
        GroupPagePermission.objects.get_or_create(group=group, page=below, permission=permission)


def _workflow(name: str, *, approved_by: Sequence[str], below: Page) -> None:
    workflow, _ = Workflow.objects.get_or_create(name=name, defaults={"active": True})
    task = FourEyesTask.objects.filter(name=name).first() or FourEyesTask.objects.create(
        name=name, active=True
    )
    task.groups.set(Group.objects.filter(name__in=approved_by))
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=below, defaults={"workflow": workflow})
