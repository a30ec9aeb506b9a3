"""A colleague lost the phone with the codes: let them set up a new one at the next sign-in."""

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from workflows.people import access
from workflows.people.models import User


class Command(BaseCommand):
    help = "Remove the second factor of a staff sign-in; the password stays. Check in person who asks for it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument(
            "--why", required=True, help="who asked, and how it was checked; kept in the access log"
        )

    def handle(self, *args: Any, username: str, why: str, **options: Any) -> None:
        user = User.objects.filter(username=username, is_staff=True).first()
        if user is None:
            raise CommandError(f"There is no staff sign-in {username!r}.")
        with transaction.atomic():
            removed, _kinds = Authenticator.objects.filter(user=user).delete()
            access.note(user=user, what="second factor removed", ref="", why=why, at=timezone.now())
        self.stdout.write(f"Removed {removed} factors; {username} sets up a new one at the next sign-in.")
