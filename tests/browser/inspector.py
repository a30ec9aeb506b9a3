"""Looks at an open page as axe and a narrow screen do, in every width and light."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

#: What axe looks for, by tags.
WCAG = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
BEST = {**WCAG, "values": [*WCAG["values"], "best-practice"]}
COLOURS = {"type": "rule", "values": ["color-contrast"]}
#: Width, light, and whether colours alone: they depend on the light, everything else does not.
VIEWS = ((1280, "light", False), (1280, "dark", True), (360, "dark", False), (360, "light", True))
FIND = """only => axe.run(document, {runOnly: only, resultTypes: ["violations"]}).then(found =>
    found.violations.flatMap(rule => rule.nodes.map(node => rule.id + ": " + node.html.slice(0, 140))))"""
HEIGHT = "Math.max(800, document.documentElement.scrollHeight)"
NARROWEST = 320
TOO_WIDE = """width => [...document.querySelectorAll("main *")]
    .filter(one => one.getBoundingClientRect().right > width + 0.5).map(one => one.outerHTML.slice(0, 90))"""


@dataclass
class Inspector:
    """Looks at the page that is open, in every width and light, and notes what is wrong with it."""

    page: Page
    rules: Mapping[str, object] = field(default_factory=lambda: WCAG)
    found: dict[str, list[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)

    def look(self, name: str = "") -> None:
        page = self.page
        name = f"{name or page.url.split('/', 3)[-1]} ({page.title()})"
        self.seen.append(name)
        wrong: list[str] = []
        page.evaluate(Axe().axe_script)
        for width, light, colours in VIEWS:
            page.set_viewport_size({"width": width, "height": 800})
            # As long as the page: what a bar at the bottom of a phone covers until one scrolls is no finding.
            page.set_viewport_size({"width": width, "height": page.evaluate(HEIGHT)})
            page.emulate_media(color_scheme="dark" if light == "dark" else "light", reduced_motion="reduce")
            only = COLOURS if colours else self.rules
            wrong += [f"{width} {light} {each}" for each in page.evaluate(FIND, only)]
        page.set_viewport_size({"width": NARROWEST, "height": 700})
        if (needed := page.evaluate("document.documentElement.scrollWidth")) > NARROWEST:
            wrong.append(f"{NARROWEST} px wide it needs {needed}: {page.evaluate(TOO_WIDE, NARROWEST)}")
        if wrong:
            self.found[name] = wrong

    def open(self, *paths: str) -> None:
        for path in paths:
            answer = self.page.goto(path)
            assert answer, path
            assert answer.status < 500, path
            self.look()

    def press(self, button: str, name: str) -> None:
        self.page.set_viewport_size({"width": 1280, "height": 800})
        self.page.locator("main").locator(button).first.click()
        self.page.wait_for_load_state()
        self.look(name)
