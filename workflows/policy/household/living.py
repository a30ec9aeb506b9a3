"""两不愁三保障: what two visitors look for in a home (domain 1: 55; the wording of each line is ours, I)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

CHECKLIST: Final[Mapping[str, str]] = MappingProxyType(
    {
        "food": "吃得饱、吃得上营养",
        "clothes": "四季有衣穿",
        "schooling": "该上学的孩子都在上学",
        "medical": "看得起病，有医保",
        "housing": "住房安全",
        "water": "有安全的水用",
    }
)
