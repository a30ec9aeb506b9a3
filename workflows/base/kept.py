"""What somebody had typed when the sign-in ran out: kept in the session, which is sealed, until they are back.

Files and passwords are never kept, and nobody but the same person gets it back.
"""

from django.contrib import messages
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

KEPT = "kept"
MOST_KEPT = 20_000
#: Bytes; a film with a form is not read for the sake of its words.
MOST_SENT = 40 * 1024 * 1024
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_NEVER = ("csrfmiddlewaretoken", "password")


def keep(request: HttpRequest, *, whose: str = "") -> bool:
    """Keep what was typed for the page of this address; returns whether there was anything to keep.

    :param whose: key of the user whose sign-in ran out, where it is still known.
    """
    if request.method != "POST" or request.content_type not in FORMS:
        return False
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_SENT:
        return False
    typed = {name: texts for name, texts in request.POST.lists() if not any(word in name for word in _NEVER)}
    if not typed or sum(len(text) for texts in typed.values() for text in texts) > MOST_KEPT:
        return False
    request.session[KEPT] = {
        "path": request.path,
        "typed": typed,
        "whose": whose,
        "files": bool(request.FILES),
    }
    return True


def typed_before(request: HttpRequest) -> QueryDict | None:
    """What was typed on this page before the sign-in ran out, once."""
    kept = request.session.get(KEPT)
    if request.method != "GET" or not isinstance(kept, dict) or kept.get("path") != request.path:
        return None
    del request.session[KEPT]
    if kept["whose"] not in ("", str(request.user.pk)):
        return None
    typed = QueryDict(mutable=True)
    for name, texts in kept["typed"].items():
        typed.setlist(name, texts)
    if kept.get("files"):
        messages.info(request, _("照片和文件没有留下，请重新选。"))
    return typed


def initial_before(request: HttpRequest, *, prefix: str = "") -> dict[str, str]:
    """The same as the first values of a form, with a sentence that says so; empty when nothing was kept."""
    typed = typed_before(request)
    if typed is None:
        return {}
    messages.info(request, _("刚才填的内容还在，还没有提交。请看一遍，没问题再提交。"))
    return {name.removeprefix(f"{prefix}-"): text for name, text in typed.items() if isinstance(text, str)}
