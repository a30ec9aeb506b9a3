"""The programmes that have a public page: each with its page, its address and its definition, as published."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from cms.publishing import guard
from cms.publishing.making import Making
from cms.publishing.outlets import texts
from cms.writing import programme_file
from workflows.policy.programme import Programme

FOLDER = "programmes/"


@dataclass(frozen=True)
class Listed:
    """One programme and its page. ``path``: the page's path under content/; ``checked``: when it was last checked."""

    programme: Programme
    path: str
    title: str
    checked: date

    @property
    def address(self) -> str:
        return texts.address_of(self.path)


def listed(making: Making) -> Iterator[Listed]:
    """Every programme as its page shows it now, in the order of their paths.

    One whose definition is held back stands as it was published last, like its page.
    """
    for path, definition in making.content.files.items():
        page = path.removesuffix(".yml") + ".md"
        if path.startswith(FOLDER) and path.endswith(".yml") and page in making.content.files:
            matter = texts.matter(making.content.files[page])
            programme = making.state.programmes.get(matter["programme"])
            if programme is None or {path, page} & set(making.content.held):
                programme = _read(definition)
            if guard.is_clean(definition):
                yield Listed(programme, page, matter["title"], matter["checked"])


@lru_cache(maxsize=64)
def _read(definition: str) -> Programme:
    return programme_file.programme(definition)
