"""Addresses that were public once: where their pages stand now. A page is known by its key, wherever it moves."""

from collections.abc import Mapping, Sequence
from datetime import date

from cms.models import PublicAddress
from cms.publishing.outlets import texts
from cms.publishing.wanted import Content

#: Nothing stands there any more, and nothing took its place.
GONE = ""


def note(content: Content, *, on: date) -> dict[str, str]:
    """Remember where each page stands from a business day on, and say where those that stood elsewhere went."""
    standing = _standing(content)
    known = list(PublicAddress.objects.values_list("key", "address"))
    last = dict(known)
    fresh = [(key, address) for key, address in standing.items() if last.get(key) != address]
    PublicAddress.objects.bulk_create(
        PublicAddress(key=key, address=address, since=on) for key, address in fresh
    )
    taken = {texts.address_of(path) for path in content.files if path.endswith(".md")}
    return moved([*known, *fresh], standing, taken=taken)


def moved(
    known: Sequence[tuple[str, str]], standing: Mapping[str, str], *, taken: set[str]
) -> dict[str, str]:
    """Every address that was left, with where its page stands now: one step, however often it moved.

    :param known: key and address, the oldest first; the page that stood there last counts.
    :param taken: addresses at which a page stands now; they lead nowhere else.
    """
    holders = {address: key for key, address in known}
    return {
        address: standing.get(key, GONE) for address, key in sorted(holders.items()) if address not in taken
    }


def _standing(content: Content) -> dict[str, str]:
    """The pages with a key, and where they stand."""
    found = {}
    for path, text in content.files.items():
        if path.endswith(".md") and (key := texts.matter(text).get("id")):
            found[str(key)] = texts.address_of(path)
    return found
