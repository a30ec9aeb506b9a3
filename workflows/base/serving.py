"""Hand a private file to somebody who may have it: as a download, never as a page of this house."""

from django.http import HttpResponse
from django.utils.http import content_disposition_header

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
    response = HttpResponse(file.read(), content_type=kind)
    response.headers["Content-Disposition"] = content_disposition_header(True, f"{name}.{ending}")
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["Cache-Control"] = "no-store, private"
    return response
