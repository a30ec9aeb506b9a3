"""Forms of the editor: a draft may be incomplete; what is submitted for review must be publishable."""

from typing import Any

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.blocks import StreamValue

from cms.models import links
from cms.writing.prose import CannotWrite


class PublicPageForm(WagtailAdminPageForm):
    """Says, before a page goes to review, what would keep it from being published."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Wagtail compares what was stored ("5200") with what was read from the form (Decimal 5200) and finds every
        # page changed; approving one would then save it as written by the approver. Read what was stored as well.
        for value in self.initial.values():
            if isinstance(value, StreamValue):
                for child in value:
                    child.value  # noqa: B018 - reading it parses it

    #: The hours stand in the form itself, not in a dialogue that only publishers see.
    show_schedule_publishing_toggle = False

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
            return
        for name, told in links.problems(self.instance).items():
            self.add_error(name if name in self.fields else None, told)
        if self.errors:
            return
        try:
            self.check_publishable()
        except CannotWrite as error:
            self.add_error(None, ValidationError(str(error)))
        except ValidationError as error:
            self.add_error(None, error)

    def check_publishable(self) -> None:
        """Raise when the page, as typed, could not be published."""
        self.instance.markdown()
