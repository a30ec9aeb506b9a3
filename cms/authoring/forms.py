"""What an editor fills in to begin a programme."""

from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from cms.authoring import drafts
from cms.authoring.importing import LARGEST

_CODE = RegexValidator(r"^[A-Za-z0-9][A-Za-z0-9-]*$", _("只能用字母、数字和短横线，例如 P-GA-2027。"))


class _Begin(forms.Form):
    """A code and an address nobody uses."""

    code = forms.CharField(
        label=_("项目代码"), max_length=40, validators=[_CODE], help_text=_("例如 P-GA-2027，定了就不要改。")
    )
    slug = forms.SlugField(
        label=_("网址"), max_length=80, help_text=_("用小写英文字母、数字和短横线，例如 golden-autumn-2027。")
    )

    def refuse(self, taken: drafts.Taken) -> None:
        """Show at its field what is in use."""
        self.add_error(taken.field if taken.field in self.fields else None, str(taken))


class StartForm(_Begin):
    """A new programme from a skeleton."""

    title = forms.CharField(label=_("项目名称"), max_length=120)
    year = forms.IntegerField(label=_("年度"), min_value=2000, max_value=2100)
    field_order = ("title", "year", "code", "slug")


class NewEditionForm(StartForm):
    """The edition of another year."""

    field_order = ("year", "title", "code", "slug")

    def __init__(self, *args: Any, old_year: int, **options: Any) -> None:
        super().__init__(*args, **options)
        self.old_year = old_year

    def clean_year(self) -> int:
        year: int = self.cleaned_data["year"]
        if year == self.old_year:
            raise forms.ValidationError(_("新的年度要和原来的不同。"))
        return year


class ImportForm(forms.Form):
    """A file; when its code is in use, the same text again with another code."""

    file = forms.FileField(
        label=_("YAML 文件"), required=False, widget=forms.ClearableFileInput(attrs={"accept": ".yml,.yaml"})
    )
    text = forms.CharField(required=False, max_length=LARGEST, strip=False, widget=forms.HiddenInput)
    code = forms.CharField(
        label=_("换一个项目代码"),
        required=False,
        max_length=40,
        validators=[_CODE],
        help_text=_("可以不填，用文件里的代码；文件里的代码已经有了，就在这里另填一个。"),
    )

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not cleaned.get("file") and not cleaned.get("text") and not self.errors:
            self.add_error("file", _("请选择一个文件。"))
        return cleaned

    def sent(self) -> bytes:
        """The bytes to read: no more than one above the limit, which the reader then refuses."""
        if file := self.cleaned_data["file"]:
            return bytes(file.read(LARGEST + 1))
        return str(self.cleaned_data["text"]).encode()


class DayForm(forms.Form):
    """A day to look back to."""

    day = forms.DateField(
        label=_("哪一天"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
