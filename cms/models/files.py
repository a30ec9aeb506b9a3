"""Pictures and attachments that editors have uploaded: where they stand under content/, and back."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from cms.writing import assets
from cms.writing.prose import CannotWrite
from workflows.base import files


def uploaded() -> dict[str, Path]:
    """Every picture and attachment by its path under content/; those of the last publishing where one was deleted."""
    kept = Path(settings.DATA_DIR) / "content" / "assets"
    found = {f"assets/{path.name}": path for path in sorted(kept.glob("*"))} if kept.is_dir() else {}
    for each in (*get_image_model()._default_manager.all(), *get_document_model()._default_manager.all()):
        place = Path(each.file.path)
        if place.is_file() and place.suffix.lstrip(".") in ("jpg", "png", "pdf"):
            found[path_of(each)] = place
    return found


def path_of(stored: Any) -> str:
    """Where a picture or attachment stands under content/.

    :raises CannotWrite: when its file is gone.
    """
    place = Path(stored.file.path)
    try:
        stat = place.stat()
    except OSError as error:
        raise CannotWrite(f"图片或附件“{stored.title}”的文件不在了，请重新上传。") from error
    return _path(str(place), stored.title, stat.st_mtime_ns, stat.st_size)


@lru_cache(maxsize=4096)
def _path(place: str, title: str, modified: int, size: int) -> str:
    """The time and size make a changed file another entry."""
    return assets.path_of(Path(place).read_bytes(), name=title, kind=Path(place).suffix.lstrip("."))


def picture(value: Mapping[str, Any]) -> dict[str, Any]:
    """What a picture block holds, as plain values.

    :raises CannotWrite: when the picture was deleted.
    """
    found = get_image_model()._default_manager.filter(pk=value["image"]).first() if value["image"] else None
    if found is None:
        raise CannotWrite("有一张图片已经删除，请重新选择。")
    told = {"file": path_of(found), "width": found.width, "height": found.height}
    return {**told, "alt": value["alt"] or "", "caption": value["caption"] or ""}


def addresses(values: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """Where the editor's browser finds pictures: addresses by path under content/."""
    chosen = [value["image"] for value in values]
    return {path_of(each): each.file.url for each in get_image_model()._default_manager.filter(pk__in=chosen)}


def take_picture(path: str, content: bytes) -> Any:
    """A picture of content/ as the editor's."""
    made = get_image_model()(title=_name(path))
    made.file.save(Path(path).name, ContentFile(content), save=False)
    made._set_image_file_metadata()
    # Reading the size, the field would close the file it has just written and find none.
    shown = files.opened(content)
    made.width, made.height = shown.width, shown.height
    made.save()
    return made


def take_attachment(path: str, content: bytes) -> Any:
    """An attachment of content/ as the editor's."""
    made = get_document_model()(title=_name(path))
    made.file.save(Path(path).name, ContentFile(content), save=False)
    made._set_document_file_metadata()
    made.save()
    return made


def _name(path: str) -> str:
    return Path(path).stem.partition("-")[2]


def narrower(content: bytes, *, kind: str, width: int) -> bytes:
    """The same picture in another width."""
    shown = files.opened(content)
    height = max(1, round(shown.height * width / shown.width))
    out = BytesIO()
    smaller = shown.resize((width, height))
    if kind == "png":
        smaller.save(out, "PNG", optimize=True)
    else:
        smaller.save(out, "JPEG", quality=82)
    return out.getvalue()
