"""Forms of the editor: a draft may be incomplete; what is submitted for review must be publishable."""

from django.core.exceptions import ValidationError
from wagtail.admin.forms import WagtailAdminPageForm

from cms.writing.prose import CannotWrite


class PublicPageForm(WagtailAdminPageForm):
    """Says, before a page goes to review, what would keep it from being published."""

    def _post_clean(self) -> None:
        super()._post_clean()
        if self.is_deferred_validation or self.errors:
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
