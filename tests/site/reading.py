"""Read a built page for what a visitor gets of it, so that two makers of it can be compared."""

from html.parser import HTMLParser
from urllib.parse import urljoin


class Main(HTMLParser):
    """What stands in <main> and in the head, as a list of tags and words; links as the address they lead to."""

    def __init__(self, text: str, *, address: str) -> None:
        super().__init__()
        self.address = address
        self.told: list[str] = []
        self.article = 0
        self._inside = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        for name in {"href", "src"} & set(given):
            given[name] = urljoin(f"https://here/{self.address}", given[name])
        if tag == "main":
            self._inside += 1
        if self._inside or tag in ("meta", "title"):
            self.told.append(f"<{tag} {sorted(given.items())}>")
        self.article += tag == "article"

    def handle_endtag(self, tag: str) -> None:
        if self._inside:
            self.told.append(f"</{tag}>")
        if tag == "main":
            self._inside -= 1

    def handle_data(self, data: str) -> None:
        if words := " ".join(data.split()):
            self.told.append(words)
