"""Line 12: a real installation has no default secrets and nobody from the demonstration."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, MiddlewareNotUsed
from django.test import override_settings

from workflows.people import checks
from workflows.people.models import User

GOOD = "4b1f" + "kQ7zT9mW2xV5bN8cR1dF6gH3jK0lP" * 2


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Load the settings of a production installation in a process of their own."""
    given = {
        "BANGFU_MODE": "production",
        "BANGFU_DATA": str(tmp_path),
        "SECRET_KEY": GOOD,
        "ALLOWED_HOSTS": "bangfu.example",
        "DJANGO_SETTINGS_MODULE": "cms.settings",
        "PATH": os.environ["PATH"],
    }
    script = (
        "from django.conf import settings; print(settings.SECRET_KEY[:4], settings.SESSION_COOKIE_SECURE)"
    )
    return subprocess.run(
        [sys.executable, "-c", script],
        env={name: value for name, value in {**given, **environment}.items() if value},
        cwd=Path(settings.ROOT),
        capture_output=True,
        text=True,
        check=False,
    )


def test_line_12_a_good_production_starts_with_secure_cookies(tmp_path):
    done = start(tmp_path)
    assert done.stdout.strip() == "4b1f True", done.stderr


@pytest.mark.parametrize("weak", ["", "secret", "a" * 60, "django-insecure-" + GOOD])
def test_line_12_a_missing_or_weak_secret_key_stops_it_by_name(tmp_path, weak):
    done = start(tmp_path, SECRET_KEY=weak)
    assert done.returncode != 0
    assert "SECRET_KEY" in done.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.django_db
def test_line_12_a_demo_account_stops_production_and_only_production():
    with override_settings(BANGFU_MODE="production"):
        checks.refuse_demo_accounts()
        assert checks.no_demo_accounts(databases=["default"]) == []
    User.objects.create_staff("demo-mei", password="long enough 1", display_name="梅姐", is_demo=True)
    checks.refuse_demo_accounts()
    with override_settings(BANGFU_MODE="production"):
        with pytest.raises(ImproperlyConfigured, match="demo accounts"):
            checks.StartUp(lambda request: pytest.fail("it must not serve"))
        assert [error.id for error in checks.no_demo_accounts(databases=["default"])] == ["people.E001"]


@pytest.mark.django_db
def test_line_27_the_server_looks_once_and_steps_aside(tmp_path):
    with pytest.raises(MiddlewareNotUsed):
        checks.StartUp(lambda request: pytest.fail("it must not serve"))
    with (
        override_settings(KEY_FILE=tmp_path / "none.json"),
        pytest.raises(ImproperlyConfigured, match="KEY_FILE"),
    ):
        checks.StartUp(lambda request: pytest.fail("it must not serve"))
    assert settings.MIDDLEWARE[0] == "workflows.people.checks.StartUp"
