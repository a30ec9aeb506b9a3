"""The search index of a release: every page as it was built, and every place of the directory by itself."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings

from cms.search import article, index, words
from cms.search.documents import PLACE, Document, Section
from cms.search.words import BadWords, Words
from cms.writing import directory, plain_yaml
from cms.writing.documents import Centre

log = logging.getLogger(__name__)

_FRONT_PAGE = "index.md"


def words_file() -> Path:
    """The editors' list of words that mean the same."""
    return Path(settings.ROOT) / "content" / "search-words.yml"


def write(site: Path, *, pages: Mapping[str, str], centres: Sequence[Centre]) -> None:
    """Put the index into the folder of a built site.

    :param pages: the Markdown the site was built from; a page whose front matter says ``search: {exclude: true}`` is
        not found.
    """
    found = [*_pages(site, pages), *_places(pages, centres)]
    index.write(site / index.NAME, found, _words())


def _words() -> Words:
    """The editors' list; a slip in it costs the synonyms, never the publishing."""
    try:
        return words.read(words_file().read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, BadWords) as error:
        log.error("Words for searching: %s", error)
        return Words()


def _pages(site: Path, pages: Mapping[str, str]) -> Iterator[Document]:
    for path, text in sorted(pages.items()):
        # The front page only leads to the others.
        if not path.endswith(".md") or path == _FRONT_PAGE or (matter := _matter(text)) is None:
            continue
        address = "/" + path.removesuffix(".md").removesuffix("index").rstrip("/") + "/"
        read = article.read((site / address.strip("/") / "index.html").read_text(encoding="utf-8"))
        summary = [Section(text=str(matter["summary"]))] if matter.get("summary") else []
        folder = path.split("/")[0]
        lists = path == f"{folder}/index.md" and sum(other.startswith(f"{folder}/") for other in pages) > 1
        yield Document(
            address=address,
            kind="sources" if matter.get("cited_only") else folder,
            title=read.title,
            sections=[*summary, *(() if lists else read.sections)],
            crumbs=read.crumbs,
            also=" ".join(address.strip("/").split("/")[-1].split("-")),
            lists=lists,
        )


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
