"""Take uploads in without dropping the line: what is too much is read to its end and forgotten.

A server that stops reading in the middle shows the worker a broken connection instead of a sentence. Nothing is written
to a disk: evidence lies there only sealed.
"""

from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from workflows.base.files import MOST_BYTES

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
