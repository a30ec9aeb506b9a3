"""Pictures and attachments on arrival: what is kept is decoded and written anew, and holds nothing hidden."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.http import FileResponse, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.static import serve
from wagtail.admin.auth import require_admin_access
from wagtail.documents.forms import BaseDocumentForm
from wagtail.images.forms import BaseImageForm

from cms.writing import assets
from workflows.base import files

#: A picture on a page is never wider; what a camera takes is made smaller.
WIDEST = 1600
MOST_BYTES = 10 * 1024 * 1024


class Taken(ContentFile[bytes]):
    """A picture as it is kept, with what Wagtail's own field leaves on an upload for those who read its size."""

    image: Any
    content_type: str


class PictureForm(BaseImageForm):
    """Takes a picture in: decoded and encoded anew, upright, without the place and time of the camera."""

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return given
        kind, data = _cleaned(given, wanted=("jpg", "png"))
        made = Taken(data, name=f"{assets.plain_name(Path(given.name).stem)}.{kind}")
        made.image = files.opened(data)
        made.content_type = f"image/{'jpeg' if kind == 'jpg' else 'png'}"
        return made


class AttachmentForm(BaseDocumentForm):
    """Takes an attachment in: a PDF, its pages copied into a new one without scripts and hidden files."""

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if "file" not in self.changed_data:
            return given
        _kind, data = _cleaned(given, wanted=("pdf",))
        return ContentFile(data, name=f"{assets.plain_name(Path(given.name).stem)}.pdf")


def _cleaned(given: Any, *, wanted: tuple[str, ...]) -> tuple[str, bytes]:
    if given.size > MOST_BYTES:
        raise ValidationError(_("文件超过 10 MB，请压缩后再上传。"))
    given.seek(0)
    try:
        kind, data = files.rebuilt(given.read(), name=given.name, widest=WIDEST)
    except files.Refused as refusal:
        raise ValidationError(str(refusal)) from refusal
    if kind not in wanted:
        raise ValidationError(
            _("附件只收 PDF。照片请放进“图片”。")
            if wanted == ("pdf",)
            else _("这里只收照片（JPG、PNG、HEIC）。")
        )
    return kind, data


@require_safe
@require_admin_access
def shown(request: HttpRequest, path: str) -> HttpResponseBase:
    """An uploaded file, for editors alone: in lists to choose from and in previews."""
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    if isinstance(response, FileResponse):
        response.headers["X-Content-Type-Options"] = "nosniff"
    return response
