"""Pictures and attachments: written anew on arrival, shown to editors alone, published under the name of their bytes."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from wagtail.documents.forms import get_document_form
from wagtail.documents.models import Document
from wagtail.images.forms import get_image_form
from wagtail.images.models import Image as Picture

from cms.models import EventPage, PolicyPage, files
from cms.publishing import pictures
from cms.writing import assets
from tests.cms.conftest import Newsroom
from tests.cms.test_editing import form_of
from tests.cms.typing_in import typed
from workflows.people.models import User


@pytest.fixture(autouse=True)
def own_media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def photo(width: int = 2400, height: int = 1200) -> bytes:
    """A photograph as a phone takes it: with its place and its maker."""
    picture = Image.new("RGB", (width, height), "red")
    exif = Image.Exif()
    exif[0x010F] = "SECRETPHONE"
    exif.get_ifd(0x8825)[1] = "N"
    out = BytesIO()
    picture.save(out, "JPEG", exif=exif, comment=b"SECRETCOMMENT")
    return out.getvalue()


def pdf(**parts: Any) -> bytes:
    made = pikepdf.new()
    made.add_blank_page()
    for name, value in parts.items():
        made.Root[f"/{name}"] = value
    out = BytesIO()
    made.save(out)
    return out.getvalue()


def take(kind: Any, form_class: Any, name: str, content: bytes, user: User | None = None) -> Any:
    upload = SimpleUploadedFile(name, content)
    return form_class(kind)({"title": "夜校", "collection": 1}, {"file": upload}, user=user)


def test_a_picture_loses_where_and_with_what_it_was_taken(newsroom: Newsroom) -> None:
    form = take(Picture, get_image_form, "IMG 0001 教室.JPG", photo(), newsroom.lin)
    assert form.is_valid(), form.errors
    kept = form.save()
    content = Path(kept.file.path).read_bytes()
    assert b"SECRET" not in content
    assert not Image.open(BytesIO(content)).getexif()
    assert (kept.width, kept.height) == (1600, 800)
    assert files.path_of(kept) == assets.path_of(content, name="夜校", kind="jpg")


def test_an_attachment_is_a_pdf_without_scripts(newsroom: Newsroom) -> None:
    script = pikepdf.Dictionary({"/S": pikepdf.Name.JavaScript, "/JS": "app.alert(1)"})
    form = take(Document, get_document_form, "表.pdf", pdf(OpenAction=script), newsroom.lin)
    assert form.is_valid(), form.errors
    content = Path(form.save().file.path).read_bytes()
    assert b"JavaScript" not in content
    assert b"app.alert" not in content


def test_an_attachment_that_cannot_be_taken_is_refused_with_a_sentence(newsroom: Newsroom) -> None:
    before = Document.objects.count()
    for name, content, says in (
        ("a.docx", b"PK\x03\x04", "pdf"),
        ("a.pdf", b"not a pdf at all", "PDF"),
        ("a.pdf", photo(64, 64), "附件只收 PDF"),
        ("a.pdf", b"", "空"),
    ):
        form = take(Document, get_document_form, name, content, newsroom.lin)
        assert not form.is_valid(), name
        assert says in str(form.errors["file"])
    assert Document.objects.count() == before


def test_a_picture_that_is_too_large_or_none_is_refused_with_a_sentence(newsroom: Newsroom) -> None:
    large = take(Picture, get_image_form, "a.jpg", photo(64, 64) + b"0" * (10 * 1024 * 1024), newsroom.lin)
    assert not large.is_valid()
    assert "10" in str(large.errors["file"])
    none = take(Picture, get_image_form, "a.jpg", pdf(), newsroom.lin)
    assert not none.is_valid()


def test_what_is_not_published_is_shown_to_editors_alone(
    newsroom: Newsroom, client: Client, desk_of: Callable[[User], Client]
) -> None:
    form = take(Picture, get_image_form, "a.jpg", photo(), newsroom.lin)
    assert form.is_valid(), form.errors
    kept = form.save()
    assert kept.file.url.startswith("/cms/media/")
    assert client.get(kept.file.url).status_code == 302
    shown = desk_of(newsroom.lin).get(kept.file.url)
    assert shown.status_code == 200
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


def test_a_release_holds_each_picture_in_its_widths_and_each_attachment(loaded: int, tmp_path: Path) -> None:
    pictures.write(assets=files.uploaded(), site=tmp_path)
    pages = [EventPage.objects.get(slug="autumn-fair"), PolicyPage.objects.get(slug="filing-2026")]
    fair = pages[0].document(links={}, union="LJ").body[0]["value"]
    content = (tmp_path / fair["file"]).read_bytes()
    assert assets.named_by(fair["file"], content)
    stem, kind = fair["file"].rsplit(".", 1)
    assert [Image.open(tmp_path / f"{stem}-{width}.{kind}").width for width in (480, 960)] == [480, 960]
    attached = pages[1].own()["attachments"][0]
    assert (tmp_path / attached.file).stat().st_size == attached.bytes


def test_a_picture_without_a_word_for_those_who_cannot_see_it_is_refused(
    loaded: int, newsroom: Newsroom
) -> None:
    fair = EventPage.objects.get(slug="autumn-fair")
    sent = typed(form_of(fair, newsroom.lin))
    assert form_of(fair, newsroom.lin, sent).is_valid()
    (alt,) = [name for name in sent if name.endswith("-alt")]
    form = form_of(fair, newsroom.lin, {**sent, alt: ""})
    assert not form.is_valid()
    assert list(form.errors) == ["body"]
