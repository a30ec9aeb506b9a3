"""What a browser would send for a page opened in the editor and saved as it is."""

from datetime import date
from typing import Any

from wagtail import blocks
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from cms.writing.prose import FEATURES


def typed(form: Any) -> dict[str, Any]:
    """Every field of an unbound form of the editor, as its widgets would send it."""
    sent: dict[str, Any] = {"next": "", "comments-TOTAL_FORMS": "0", "comments-INITIAL_FORMS": "0"}
    for name, field in form.fields.items():
        value = form.initial.get(name, field.initial)
        if hasattr(field, "block"):
            sent |= _stream(name, getattr(form.instance, name))
        elif isinstance(value, bool):
            sent |= {name: "on"} if value else {}
        elif value is not None:
            sent[name] = value.isoformat() if isinstance(value, date) else str(value)
    return sent


def _stream(prefix: str, stream: Any) -> dict[str, Any]:
    sent = {f"{prefix}-count": str(len(stream))}
    for number, child in enumerate(stream):
        at = f"{prefix}-{number}"
        sent |= {
            f"{at}-deleted": "",
            f"{at}-order": str(number),
            f"{at}-type": child.block_type,
            f"{at}-id": child.id or "",
        }
        sent |= _block(f"{at}-value", child.block, child.value)
    return sent


def _block(prefix: str, block: Any, value: Any) -> dict[str, Any]:
    match block:
        case blocks.StreamBlock():
            return _stream(prefix, value)
        case blocks.ListBlock():
            sent: dict[str, Any] = {f"{prefix}-count": str(len(value))}
            for number, item in enumerate(value):
                at = f"{prefix}-{number}"
                sent |= {f"{at}-deleted": "", f"{at}-order": str(number), f"{at}-id": f"{number}"}
                sent |= _block(f"{at}-value", block.child_block, item)
            return sent
        case blocks.StructBlock():
            sent = {}
            for name, child in block.child_blocks.items():
                sent |= _block(f"{prefix}-{name}", child, value[name])
            return sent
        case blocks.BooleanBlock():
            return {prefix: "on"} if value else {}
        case blocks.MultipleChoiceBlock():
            return {prefix: list(value)}
        case blocks.RichTextBlock():
            return {prefix: ContentstateConverter(features=FEATURES).from_database_format(value.source)}
        case blocks.ChooserBlock():
            return {prefix: "" if value is None else str(value.pk)}
        case _:
            return {prefix: "" if value is None else str(value)}
