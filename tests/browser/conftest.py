"""The browsers of tests/plugins/chromium.py; in a conftest they take precedence over Playwright's own."""

from tests.plugins.chromium import context, desk, home, new_context, phone, phone_without_javascript, watch

__all__ = ["context", "desk", "home", "new_context", "phone", "phone_without_javascript", "watch"]
