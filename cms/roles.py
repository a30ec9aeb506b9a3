"""Who may write, who may approve: two groups and the one workflow all pages go through."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from wagtail.models import GroupPagePermission, Page, Workflow, WorkflowPage, WorkflowTask

from cms.models import FourEyesTask
from cms.models.approval import EDITORS, PUBLISHERS, WORKFLOW

_MAY = {
    EDITORS: ("add_page", "change_page"),
    PUBLISHERS: ("change_page", "publish_page", "lock_page", "unlock_page"),
}


def ensure(*, below: Page) -> None:
    """Make groups, permissions and workflow what they should be for the tree below a page; twice changes nothing."""
    for name, verbs in _MAY.items():
        group, _ = Group.objects.get_or_create(name=name)
        group.permissions.add(
            *Permission.objects.filter(
                Q(content_type__app_label="wagtailadmin", codename="access_admin")
                | Q(content_type__app_label="wagtailimages", codename__in=("add_image", "choose_image"))
            )
        )
        for permission in Permission.objects.filter(
            content_type__app_label="wagtailcore", codename__in=verbs
        ):
            GroupPagePermission.objects.get_or_create(group=group, page=below, permission=permission)
    workflow, _ = Workflow.objects.get_or_create(name=WORKFLOW, defaults={"active": True})
    task = FourEyesTask.objects.filter(name=WORKFLOW).first() or FourEyesTask.objects.create(
        name=WORKFLOW, active=True
    )
    task.groups.set(Group.objects.filter(name=PUBLISHERS))
    WorkflowTask.objects.get_or_create(workflow=workflow, task=task.task_ptr, defaults={"sort_order": 0})
    WorkflowPage.objects.update_or_create(page=below, defaults={"workflow": workflow})
