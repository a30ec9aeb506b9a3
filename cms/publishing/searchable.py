"""The search index of a release: every page as it was built, and every place of the directory by itself."""

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from cms.search import index, words
from cms.search.article import Article
from cms.search.documents import PLACE, Document, Section
from cms.search.words import BadWords, Words
from cms.writing import directory, plain_yaml
from cms.writing.documents import Centre

log = logging.getLogger(__name__)

_FRONT_PAGE = "index.md"


def words_file() -> Path:
    """The editors' list of words that mean the same."""
    return Path(settings.ROOT) / "content" / "search-words.yml"


@dataclass(frozen=True)
class Listed:
    """Something to find. ``place``: of the HTML that has the title and the text, none where the document has them."""

    document: Document
    place: str = ""


def listed(pages: Mapping[str, str], centres: Sequence[Centre]) -> list[Listed]:
    """Everything that can be found, in order.

    :param pages: the Markdown the site is built from; a page whose front matter says ``search: {exclude: true}`` is
        not found.
    """
    return [*_pages(pages), *map(Listed, _places(pages, centres))]


def write(site: Path, found: Iterable[Listed], read: Mapping[str, Article]) -> None:
    """Put the index into the folder of a built site.

    :param read: what each page says, by the place of its HTML in the site.
    """
    filled = (_filled(one.document, read[one.place]) if one.place else one.document for one in found)
    index.write(site / index.NAME, filled, _words())


def _filled(document: Document, read: Article) -> Document:
    sections = [*document.sections, *(() if document.lists else read.sections)]
    return replace(document, title=read.title, crumbs=read.crumbs, sections=sections)


def _words() -> Words:
    """The editors' list; a slip in it costs the synonyms, never the publishing."""
    try:
        return words.read(words_file().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadWords) as error:
        log.error("Words for searching: %s", error)
        return Words()


def _pages(pages: Mapping[str, str]) -> Iterator[Listed]:
    many = Counter(path.split("/")[0] for path in pages)
    for path, text in sorted(pages.items()):
        # The front page only leads to the others.
        if not path.endswith(".md") or path == _FRONT_PAGE or (matter := _matter(text)) is None:
            continue
        way = path.removesuffix(".md").removesuffix("index").strip("/")
        folder = path.split("/")[0]
        document = Document(
            address=f"/{way}/",
            kind="sources" if matter.get("cited_only") else folder,
            title="",
            sections=[Section(text=str(matter["summary"]))] if matter.get("summary") else [],
            also=" ".join(way.split("/")[-1].split("-")),
            lists=path == f"{folder}/index.md" and many[folder] > 1,
        )
        yield Listed(document, f"{way}/index.html")


def _matter(text: str) -> Mapping[str, Any] | None:
    """The front matter of a page, nothing when it is not to be found by searching."""
    matter: Mapping[str, Any] = plain_yaml.load(text.split("---\n", 2)[1]) if text.startswith("---\n") else {}
    told = matter.get("search")
    return None if isinstance(told, Mapping) and told.get("exclude") else matter


def _places(pages: Mapping[str, str], centres: Sequence[Centre]) -> Iterator[Document]:
    listed = [centre for centre in centres if f"centres/{centre.area}.md" in pages]
    for centre in listed:
        area = str((_matter(pages[f"centres/{centre.area}.md"]) or {}).get("title", ""))
        told = [
            centre.address,
            centre.landmark,
            centre.phone,
            "、".join(directory.SERVICES[name] for name in directory.services(centre)),
            centre.transport,
        ]
        yield Document(
            address=f"/centres/{centre.area}/#c{centre.code}",
            kind=PLACE,
            title=centre.name,
            sections=[Section(text="，".join(filter(None, told)))],
            crumbs=["首页", "服务网点", area],
            also=f"{area} 地址 电话",
        )
