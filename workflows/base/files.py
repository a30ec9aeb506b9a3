"""Take evidence in: look at what it really is, rebuild it clean, seal it, store it under a random name.

The name a file comes with and the type a browser claims count for nothing. Pictures are decoded and encoded anew, PDF
pages are copied into a new document: what is not picture or page (place of the photo, scripts, attachments, a second
file hidden behind the first) does not come along.
"""

import hashlib
import secrets
import uuid
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePath

import filetype
import pikepdf
import pillow_heif
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from workflows.base import sealing
from workflows.base.models import DataKey, PrivateFile

__all__ = ["MOST_BYTES", "PrivateFile", "Refused", "opened", "rebuilt", "store"]

MOST_BYTES = 10 * 1024 * 1024
MOST_PIXELS = 52_000_000
MOST_SIDE = 4000
MOST_PAGES = 60
# Everything of a page that shows, and nothing that acts.
PAGE_PARTS = ("/Resources", "/MediaBox", "/CropBox", "/Rotate", "/UserUnit")
ACTIVE_PARTS = (
    *(
        "/AA",
        "/OpenAction",
        "/JS",
        "/JavaScript",
        "/Annots",
        "/AcroForm",
        "/RichMedia",
        "/EmbeddedFiles",
        "/Names",
    ),
    *("/EF", "/AF", "/Metadata", "/PieceInfo", "/LastModified", "/StructParents", "/StructParent"),
)
RESOURCES = (
    "/ExtGState",
    "/ColorSpace",
    "/Pattern",
    "/Shading",
    "/XObject",
    "/Font",
    "/ProcSet",
    "/Properties",
)

pillow_heif.register_heif_opener(thumbnails=False)


class Refused(Exception):
    """The upload cannot be taken. The message is a plain sentence in Chinese that says what to do."""


@dataclass(frozen=True)
class _Clean:
    kind: PrivateFile.Kind
    data: bytes
    pages: int


def store(upload: bytes, *, sealed_by: DataKey, name: str = "") -> PrivateFile:
    """The upload as a clean, sealed, stored file.

    :param name: the name it came with; read only for a better sentence when it is refused, never kept.
    :raises Refused: with the sentence to show beside the upload.
    """
    clean = _rebuild(upload, name=name)
    file = PrivateFile(
        id=uuid.uuid4(),
        sealed_by=sealed_by,
        kind=clean.kind,
        size=len(clean.data),
        sha256=hashlib.sha256(clean.data).hexdigest(),
        pages=clean.pages,
    )
    file.path.parent.mkdir(parents=True, exist_ok=True)
    # The bytes first, the row after: a crash between the two leaves bytes nobody can open, never a row without a file.
    beside = file.path.with_suffix(f".{secrets.token_hex(4)}")
    beside.touch(mode=0o600)
    beside.write_bytes(sealing.seal_bytes(clean.data, sealed_by, aad=file.place))
    beside.replace(file.path)
    file.save(force_insert=True)
    return file


def rebuilt(upload: bytes, *, name: str, widest: int) -> tuple[str, bytes]:
    """What becomes of an upload that will be public: its kind (jpg, png, pdf) and its clean bytes.

    :param widest: pixels; a wider picture is made smaller.
    :raises Refused: with the sentence to show beside the upload.
    """
    clean = _rebuild(upload, name=name)
    if clean.kind is PrivateFile.Kind.PDF:
        return "pdf", clean.data
    kind = "png" if clean.kind is PrivateFile.Kind.PNG else "jpg"
    picture = opened(clean.data)
    if picture.width <= widest:
        return kind, clean.data
    picture.thumbnail((widest, MOST_SIDE))
    out = BytesIO()
    picture.save(out, "PNG" if kind == "png" else "JPEG", **({} if kind == "png" else {"quality": 88}))
    return kind, out.getvalue()


def opened(content: bytes) -> Image.Image:
    """A picture that went through :func:`rebuilt`, loaded."""
    picture = Image.open(BytesIO(content), formats=["JPEG", "PNG"])
    picture.load()
    return picture


def _rebuild(upload: bytes, *, name: str) -> _Clean:
    if not upload:
        raise Refused(_("这个文件是空的，请重新选择后再上传。"))
    if len(upload) > MOST_BYTES:
        raise Refused(_("文件超过 10 MB。请拍照上传，或把 PDF 分成几份后再上传。"))
    match filetype.guess_mime(upload):
        case "image/jpeg":
            return _picture(upload, opens_as="JPEG")
        case "image/png":
            return _picture(upload, opens_as="PNG")
        case "image/heic" | "image/heif":
            return _picture(upload, opens_as="HEIF")
        case "application/pdf":
            return _document(upload)
    raise Refused(_unknown(name))


def _unknown(name: str) -> str:
    match PurePath(name).suffix.lower():
        case ".doc" | ".docx" | ".wps" | ".xls" | ".xlsx" | ".ofd":
            return _("这是办公文档，系统打不开。请另存为 PDF，或打印后拍照上传。")
        case ".zip" | ".rar" | ".7z":
            return _("压缩包不能上传。请解开后，把里面的照片或 PDF 一份一份上传。")
        case _:
            return _("只能上传照片（JPG、PNG、HEIC）或 PDF。请拍照后再上传。")


# --- pictures ---------------------------------------------------------------------------------------------------------


def _picture(upload: bytes, *, opens_as: str) -> _Clean:
    broken = _("这张照片没有传完整或已损坏。请重新拍一张，或重新选择后再上传。")
    try:
        picture = Image.open(BytesIO(upload), formats=[opens_as])
        width, height = picture.size
        if width * height > MOST_PIXELS:
            raise Refused(_("照片的像素太多。请用手机的普通画质重新拍一张再上传。"))
        if width < 16 or height < 16:
            raise Refused(_("照片太小，看不清内容。请重新拍一张再上传。"))
        picture.draft("RGB", (MOST_SIDE, MOST_SIDE))
        picture.load()
        upright = ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise Refused(_("照片的像素太多。请用手机的普通画质重新拍一张再上传。")) from error
    except (OSError, ValueError, SyntaxError, EOFError, RuntimeError, MemoryError) as error:
        raise Refused(broken) from error
    plain = _on_white(upright)
    plain.thumbnail((MOST_SIDE, MOST_SIDE))
    # An image that inherits nothing: colour profiles and comments travel in `info`.
    plain.info = {}
    out = BytesIO()
    if opens_as == "PNG":
        plain.save(out, "PNG")
        return _Clean(PrivateFile.Kind.PNG, out.getvalue(), 1)
    plain.save(out, "JPEG", quality=88)
    return _Clean(PrivateFile.Kind.JPEG, out.getvalue(), 1)


def _on_white(picture: Image.Image) -> Image.Image:
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        shown = picture.convert("RGBA")
        white = Image.new("RGBA", shown.size, "white")
        return Image.alpha_composite(white, shown).convert("RGB")
    return picture.convert("RGB")


# --- documents --------------------------------------------------------------------------------------------------------


def _document(upload: bytes) -> _Clean:
    broken = _("这个 PDF 打不开。请重新导出一份，或打印后拍照上传。")
    try:
        with pikepdf.open(BytesIO(upload)) as source:
            if source.is_encrypted:
                raise Refused(_("这个 PDF 加了密码。请去掉密码后再上传，或打印后拍照上传。"))
            return _copy_of(source)
    except pikepdf.PasswordError as error:
        raise Refused(_("这个 PDF 加了密码。请去掉密码后再上传，或打印后拍照上传。")) from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, AttributeError, RuntimeError) as error:
        raise Refused(broken) from error


def _copy_of(source: pikepdf.Pdf) -> _Clean:
    pages = len(source.pages)
    if pages == 0:
        raise Refused(_("这个 PDF 里没有内容。请重新导出一份，或拍照上传。"))
    if pages > MOST_PAGES:
        raise Refused(_("这个 PDF 超过 60 页。请只上传需要的那几页。"))
    clean = pikepdf.new()
    for page in source.pages:
        parts = {part: value for part in PAGE_PARTS if (value := _inherited(page.obj, part)) is not None}
        bare = source.make_indirect(pikepdf.Dictionary({"/Type": pikepdf.Name.Page, **parts}))
        if "/Resources" in bare:
            bare["/Resources"] = pikepdf.Dictionary(
                {part: bare["/Resources"][part] for part in RESOURCES if part in bare["/Resources"]}
            )
        if "/Contents" in page.obj:
            bare["/Contents"] = page.obj["/Contents"]
        clean.pages.append(pikepdf.Page(bare))
    for thing in clean.objects:
        _disarm(thing)
    out = BytesIO()
    clean.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return _Clean(PrivateFile.Kind.PDF, out.getvalue(), pages)


def _inherited(page: pikepdf.Object, part: str) -> pikepdf.Object | None:
    node, seen = page, 0
    while part not in node and "/Parent" in node and seen < 50:
        node, seen = node["/Parent"], seen + 1
    return node.get(part)


def _disarm(thing: pikepdf.Object) -> None:
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return
    for part in ACTIVE_PARTS:
        if part in thing:
            del thing[part]
