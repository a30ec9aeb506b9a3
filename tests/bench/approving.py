"""In a process beside a running installation: approve changes to a page one after another, and read until they are there.

Prints the seconds of each, from the moment the second person's approval is committed to the first reader who has it.
"""

import sys
import time
from urllib.request import urlopen

from django.contrib.auth import get_user_model
from wagtail.models import Workflow

from cms.models import GuidePage
from cms.models.approval import WORKFLOW

PATIENCE = 60
EVERY = 0.05


def read_until(address: str, words: str) -> None:
    """Read a page again and again until it says so."""
    until = time.monotonic() + PATIENCE
    while words not in urlopen(address).read().decode():  # noqa: S310  the test names the address
        if time.monotonic() > until:
            sys.exit(f"{words} did not come to {address}")
        time.sleep(EVERY)


def main(address: str, times: int) -> None:
    users = get_user_model().objects
    writer, approver = users.get(username="xuwen"), users.get(username="xielan")
    for time_ in range(times):
        page = GuidePage.objects.get(slug="ga-amount")
        page.summary = f"金额表、上限怎么算、到账时间，第{time_}次改。"
        page.save_revision(user=writer)
        task = Workflow.objects.get(name=WORKFLOW).start(page, writer).current_task_state
        task.approve(user=approver)
        began = time.monotonic()
        read_until(f"{address}/guides/ga-amount/", f"第{time_}次改。")
        print(f"{time.monotonic() - began:.2f}", flush=True)
