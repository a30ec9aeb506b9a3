"""Line 41: evidence is what its bytes say, and comes out rebuilt: no place, no script, no stowaway."""

import io
import struct
import time
import zlib
from pathlib import Path
from typing import Any

import pikepdf
import pillow_heif
import pytest
from django.conf import settings
from django.utils import timezone
from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from workflows.base import files, sealing
from workflows.base.files import Refused, store
from workflows.base.models import DataKey, PrivateFile

pytestmark = pytest.mark.django_db
SECRET = b"<script>alert(1)</script>"


@pytest.fixture
def key() -> DataKey:
    return DataKey.new()


def drawn(size: tuple[int, int] = (400, 300)) -> Image.Image:
    """A picture whose upper left corner is red, so that one sees how it lies."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 3, size[1] // 3), fill="red")
    return picture


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def photo_with_gps(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    exif[Base.Make] = "某手机"
    exif[Base.DateTime] = "2026:08:03 09:00:00"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (28.0, 30.0, 1.0)
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    return saved(
        drawn(), "JPEG", exif=exif, comment=b"SECRET-COMMENT", icc_profile=b"\0" * 128 + b"SECRET-ICC"
    )


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size, with almost no data."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    lines = zlib.compress(b"\0" * 100_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", lines) + chunk(b"IEND", b"")


def pdf(pages: int = 1) -> pikepdf.Pdf:
    document = pikepdf.new()
    for _page in range(pages):
        page = document.add_blank_page(page_size=(200, 200))
        page.Contents = document.make_stream(b"0 0 1 rg 20 20 100 100 re f")
    return document


def written(document: pikepdf.Pdf, **options: Any) -> bytes:
    out = io.BytesIO()
    document.save(out, **options)
    return out.getvalue()


def armed_pdf() -> bytes:
    """Everything a PDF can bring along that is no page."""
    document = pdf()
    script = pikepdf.Dictionary(S=pikepdf.Name.JavaScript, JS="app.alert('SECRET-JS')")
    document.Root.OpenAction = document.make_indirect(script)
    document.Root.AA = pikepdf.Dictionary(WC=script)
    document.Root.Names = pikepdf.Dictionary(
        JavaScript=pikepdf.Dictionary(Names=pikepdf.Array(["a", document.make_indirect(script)]))
    )
    document.attachments["SECRET.exe"] = b"MZ SECRET-ATTACHMENT"
    page = document.pages[0]
    page.AA = pikepdf.Dictionary(O=script)
    link = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot,
        Subtype=pikepdf.Name.Link,
        Rect=[0, 0, 200, 200],
        A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI="https://secret.example/"),
    )
    page.Annots = pikepdf.Array([document.make_indirect(link)])
    image = document.make_stream(b"\xff\0\0", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Image)
    image.Width, image.Height, image.BitsPerComponent = 1, 1, 8
    image.ColorSpace = pikepdf.Name.DeviceRGB
    image.Metadata = document.make_stream(b"<x>SECRET-XMP-OF-IMAGE</x>")
    page.Resources = pikepdf.Dictionary(
        XObject=pikepdf.Dictionary(Im0=image), Hidden=document.make_stream(b"SECRET-STOWAWAY")
    )
    with document.open_metadata() as metadata:
        metadata["dc:creator"] = ["SECRET-AUTHOR"]
    document.docinfo["/Author"] = "SECRET-AUTHOR"
    return written(document, compress_streams=False)


def test_line_41_the_place_of_a_photo_is_gone(key):
    upload = photo_with_gps()
    assert b"SECRET-COMMENT" in upload
    clean = store(upload, sealed_by=key).read()
    picture = Image.open(io.BytesIO(clean))
    assert (picture.format, dict(picture.getexif())) == ("JPEG", {})
    for trace in (b"Exif", b"SECRET-COMMENT", b"SECRET-ICC", "某手机".encode()):
        assert trace not in clean


def test_line_41_a_photo_taken_sideways_stands_upright(key):
    clean = store(photo_with_gps(orientation=6), sealed_by=key).read()
    picture = Image.open(io.BytesIO(clean))
    assert picture.size == (300, 400)
    assert picture.convert("RGB").crop((270, 10, 290, 30)).getextrema() == ((254, 254), (0, 0), (0, 0))


@pytest.mark.parametrize(
    ("upload", "kind"),
    [(saved(drawn(), "JPEG") + SECRET, "jpeg"), (saved(drawn(), "PNG") + SECRET, "png")],
    ids=["jpeg", "png"],
)
def test_line_41_a_second_file_behind_the_picture_is_gone(key, upload, kind):
    file = store(upload, sealed_by=key, name="照片.jpg")
    assert file.kind == kind
    assert SECRET not in file.read()
    assert file.size == len(file.read())


def test_line_41_the_name_and_the_claimed_type_count_for_nothing(key):
    assert store(saved(drawn(), "PNG"), sealed_by=key, name="通知书.pdf").kind == "png"
    for upload in (
        b"<html>" + SECRET,
        b"MZ\x90\0",
        b"GIF89a" + b"\0" * 100,
        b"\0" * 50,
        saved(drawn(), "BMP"),
    ):
        with pytest.raises(Refused, match="只能上传照片"):
            store(upload, sealed_by=key, name="照片.jpg")


def test_line_41_heic_becomes_jpeg(key):
    heif = pillow_heif.from_pillow(drawn())
    out = io.BytesIO()
    heif.save(out)
    file = store(out.getvalue(), sealed_by=key)
    assert (file.kind, Image.open(io.BytesIO(file.read())).format) == ("jpeg", "JPEG")


def test_line_41_a_transparent_picture_lies_on_white(key):
    clear = Image.new("RGBA", (50, 50), (0, 0, 0, 0))
    clean = Image.open(io.BytesIO(store(saved(clear, "PNG"), sealed_by=key).read()))
    assert clean.convert("RGB").getpixel((10, 10)) == (255, 255, 255)


def test_line_41_a_pdf_is_rebuilt_without_anything_that_acts(key):
    upload = armed_pdf()
    assert upload.count(b"SECRET") > 5
    file = store(upload, sealed_by=key)
    clean = file.read()
    assert (file.kind, file.pages) == ("pdf", 1)
    with pikepdf.open(io.BytesIO(clean)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages"}
        assert "/Info" not in document.trailer
        assert not document.attachments
        page = document.pages[0]
        assert set(page.obj.keys()) <= {"/Type", "/Parent", "/Contents", *files.PAGE_PARTS}
        assert page.Contents.read_bytes() == b"0 0 1 rg 20 20 100 100 re f"
        assert page.Resources.XObject.Im0.read_bytes() == b"\xff\0\0"
        unpacked = written(
            document, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all
        )
    for trace in (
        b"SECRET",
        b"secret.example",
        b"JavaScript",
        b"/AA",
        b"/OpenAction",
        b"/Annots",
        b"/Metadata",
    ):
        assert trace not in unpacked


def test_line_41_a_page_keeps_what_it_inherits(key):
    document = pdf()
    pages = document.Root.Pages
    pages.MediaBox = document.pages[0].MediaBox
    del document.pages[0].MediaBox
    with pikepdf.open(io.BytesIO(store(written(document), sealed_by=key).read())) as clean:
        assert [float(n) for n in clean.pages[0].mediabox] == [0, 0, 200, 200]


def test_line_41_a_pdf_tail_is_gone(key):
    assert SECRET not in store(written(pdf()) + b"\n" + SECRET, sealed_by=key).read()


@pytest.mark.parametrize(
    ("upload", "sentence"),
    [
        (b"", "是空的"),
        (b"\xff\xd8\xff" + b"\0" * files.MOST_BYTES, "超过 10 MB"),
        (saved(drawn((2000, 1500)), "JPEG")[:9000], "没有传完整"),
        (saved(drawn(), "PNG")[:600], "没有传完整"),
        (png_header(30_000, 30_000), "像素太多"),
        (png_header(8_000, 8_000), "像素太多"),
        (saved(drawn((8, 8)), "PNG"), "照片太小"),
        (b"%PDF-1.7\nnothing more", "打不开"),
        (written(pdf(61)), "超过 60 页"),
        (written(pikepdf.new()), "没有内容"),
        (written(pdf(), encryption=pikepdf.Encryption(user="a", owner="b")), "加了密码"),
        (written(pdf(), encryption=pikepdf.Encryption(user="", owner="b")), "加了密码"),
    ],
    ids=[
        *(
            "empty",
            "11 MB",
            "half a JPEG",
            "half a PNG",
            "900 MP",
            "64 MP",
            "8x8",
            "broken PDF",
            "61 pages",
            "0 pages",
        ),
        *("password", "owner's password"),
    ],
)
def test_line_41_what_cannot_be_taken_is_refused_at_once_with_what_to_do(key, upload, sentence):
    start = time.monotonic()
    with pytest.raises(Refused, match=sentence) as refusal:
        store(upload, sealed_by=key)
    assert time.monotonic() - start < 1
    assert str(refusal.value).endswith("。")
    assert not PrivateFile.objects.exists()


@pytest.mark.parametrize(
    ("name", "upload", "sentence"),
    [("证明.docx", b"PK\3\4" + b"\0" * 60, "另存为 PDF"), ("材料.zip", b"PK\3\4" + b"\0" * 60, "解开")],
)
def test_a_worker_who_takes_the_wrong_file_is_told_the_way_out(key, name, upload, sentence):
    with pytest.raises(Refused, match=sentence):
        store(upload, sealed_by=key, name=name)


def test_line_43_files_lie_sealed_under_random_names_in_a_private_folder(key):
    upload = saved(drawn(), "PNG")
    file = store(upload, sealed_by=key, name="林晓的身份证.png")
    lying = [path for path in Path(settings.DATA_DIR, "private").rglob("*") if path.is_file()]
    assert file.path in lying
    assert oct(file.path.stat().st_mode & 0o777) == "0o600"
    assert not any("林晓" in str(path) for path in lying)
    assert b"PNG" not in file.path.read_bytes()
    assert len(file.sha256) == 64


def test_line_24_a_file_opens_only_in_its_own_place(key):
    one, two = (store(saved(drawn((n, n)), "PNG"), sealed_by=key) for n in (40, 50))
    one.path.write_bytes(two.path.read_bytes())
    with pytest.raises(sealing.Unsealable):
        one.read()


def test_an_erased_owner_takes_the_files_along(key):
    file = store(saved(drawn(), "PNG"), sealed_by=key)
    key.destroy(at=timezone.now())
    with pytest.raises(sealing.Erased):
        PrivateFile.objects.get(pk=file.pk).read()
