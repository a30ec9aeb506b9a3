"""What can be found: a page or a place, with its parts; and how much each kind counts."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kind:
    """``shown`` beside a result; ``weight`` lifts what helps at once above what reports."""

    shown: str
    weight: float


#: By the folder a page stands in.
KINDS = {
    "programmes": Kind("帮扶项目", 1.35),
    "guides": Kind("指南", 1.25),
    "help": Kind("自查", 1.2),
    "questions": Kind("问答", 1.15),
    "courses": Kind("培训", 1.0),
    "training": Kind("培训", 1.0),
    "fairs": Kind("招聘会", 1.0),
    "calendar": Kind("日历", 0.95),
    "centres": Kind("服务网点", 1.1),
    "policies": Kind("政策", 0.6),
    "sources": Kind("出处", 0.2),
    "events": Kind("活动", 0.9),
    "unions": Kind("工会", 0.8),
    "cases": Kind("案例", 0.55),
    "news": Kind("新闻", 0.5),
}
OTHER = Kind("", 0.8)
PLACE = "place"


def kind_of(name: str) -> Kind:
    """The kind of a folder; a place of the directory is a kind of its own."""
    return Kind("网点", 1.0) if name == PLACE else KINDS.get(name, OTHER)


@dataclass(frozen=True)
class Section:
    """A part of a page under its heading; what stands before the first heading has neither."""

    text: str
    heading: str = ""
    anchor: str = ""


@dataclass(frozen=True)
class Document:
    """One thing to find. ``address`` may end in an anchor; ``also``: words it is found by that nobody reads there."""

    address: str
    kind: str
    title: str
    sections: Sequence[Section] = ()
    crumbs: Sequence[str] = ()
    also: str = ""
    #: A page that only lists others counts less than what it lists.
    lists: bool = False
