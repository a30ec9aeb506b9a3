"""Take a table of staff in whole, in memory: it names people, so no disk holds it open."""

from collections.abc import Callable
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, ParamSpec

from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt, csrf_protect

from workflows.base import spreadsheets
from workflows.base.uploads import Upload

P = ParamSpec("P")


def takes_a_table(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page that takes a table in, in memory and whole; the outermost of its decorators.

    The body must not be read before its handler is in place, and the CSRF check would read it: it comes after.
    """
    protected = csrf_protect(view)

    @csrf_exempt
    @wraps(view)
    def taking(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        request.upload_handlers = [Whole(request)]
        return protected(request, *args, **kwargs)

    return taking


class Whole(FileUploadHandler):
    """Keeps one byte more than a table may have, so that reading it says that it is too big."""

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.held = BytesIO()

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.held = BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        self.held.write(raw_data[: max(0, spreadsheets.MOST_BYTES + 1 - self.held.tell())])
        return None

    def file_complete(self, file_size: int) -> Upload:
        self.held.seek(0)
        return Upload(
            file=self.held,
            field_name=self.field_name,
            name=self.file_name or "upload",
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
