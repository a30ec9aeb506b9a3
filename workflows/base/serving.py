"""Hand something private to somebody who may have it: as a download, never as a page of this house."""

from collections.abc import Iterable
from datetime import UTC, datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header

from workflows.base import printing
from workflows.base.models import PrivateFile

_TYPES = {
    PrivateFile.Kind.JPEG: ("image/jpeg", "jpg"),
    PrivateFile.Kind.PNG: ("image/png", "png"),
    PrivateFile.Kind.PDF: ("application/pdf", "pdf"),
}


def attachment(file: PrivateFile, *, name: str) -> HttpResponse:
    """The clean bytes of a file under a name without extension; the caller has checked who asks.

    A browser neither guesses its type, nor runs anything in it, nor keeps it.
    """
    kind, ending = _TYPES[PrivateFile.Kind(file.kind)]
    return download(file.read(), name=f"{name}.{ending}", kind=kind)


def download(content: bytes, *, name: str, kind: str) -> HttpResponse:
    """Bytes under a whole name; no browser guesses their type, runs anything in them, or keeps them."""
    response = HttpResponse(content, content_type=kind)
    _guard(response, name=name)
    return response


def streamed(content: Iterable[bytes], *, name: str, kind: str) -> StreamingHttpResponse:
    """The same, bit by bit, of what is too large to be in memory at once."""
    response = StreamingHttpResponse(content, content_type=kind)
    _guard(response, name=name)
    return response


def _guard(response: HttpResponseBase, *, name: str) -> None:
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store, private"


def as_pdf(
    request: HttpRequest, document: printing.Document, *, name: str, back: HttpResponse
) -> HttpResponse:
    """A document as PDF; where this machine has no font for it, ``back`` with a sentence that says so."""
    try:
        content = printing.pdf(document, at=datetime.now(UTC))
    except printing.NoFont as error:
        messages.warning(request, str(error))
        return back
    return download(content, name=name, kind="application/pdf")
