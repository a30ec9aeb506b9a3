"""Take uploads in without dropping the line: what is too much is read to its end and forgotten.

A server that stops reading in the middle shows the worker a broken connection instead of a sentence. Nothing is written
to a disk: evidence lies there only sealed.
"""

from dataclasses import dataclass
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest
from django.utils.translation import gettext as _

from workflows.base.files import MOST_BYTES, Refused

#: What one request may bring in all its files together.
MOST_TOGETHER = 8 * MOST_BYTES


class Upload(InMemoryUploadedFile):
    """An upload in memory. ``dropped``: one request brought too much, so nothing of this file was kept."""

    dropped = False


class Capped(FileUploadHandler):
    """Keeps one byte more than a file may have, so that `files.store` sees that it is too big, and says so."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.together = 0

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.held, self.dropped = BytesIO(), False

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        kept = raw_data[: max(0, MOST_BYTES + 1 - self.held.tell())]
        self.together += len(kept)
        if self.together > MOST_TOGETHER:
            self.held, self.dropped = BytesIO(), True
        if not self.dropped:
            self.held.write(kept)
        return None

    def file_complete(self, file_size: int) -> Upload:
        self.held.seek(0)
        upload = Upload(
            file=self.held,
            field_name=self.field_name,
            name=self.file_name or "upload",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        upload.dropped = self.dropped
        return upload


@dataclass(frozen=True)
class Offered:
    """A file somebody uploads, and for what. ``too_much``: a request brought more than fits."""

    key: str
    name: str
    content: bytes
    too_much: bool = False

    def taken(self) -> bytes:
        """What was uploaded.

        :raises Refused: when one request brought too much.
        """
        if self.too_much:
            raise Refused(_("一次传得太多了，这个文件没有收到。请分几次上传，每次传几张。"))
        return self.content


@dataclass(frozen=True)
class Refusal:
    """A file that was not taken, and the sentence for who sent it."""

    key: str
    name: str
    sentence: str

    @property
    def anchor(self) -> str:
        """Where on the page of papers it is said."""
        return self.key.replace(":", "-")


def offered(request: HttpRequest, *, prefix: str = "paper:") -> list[Offered]:
    """Every file of a request; the field says for what each is."""
    return [
        Offered(
            key=field.removeprefix(prefix),
            name=(upload.name or "")[-120:],
            content=upload.read(),
            too_much=isinstance(upload, Upload) and upload.dropped,
        )
        for field, uploads in request.FILES.lists()
        for upload in uploads
    ]
