"""The look: nothing inline, no other host, light enough for a cheap phone, readable by day and by night."""

import base64
import hashlib
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from cms.publishing import light

ROOT = Path(__file__).resolve().parents[2]
STYLES = ROOT / "site" / "assets" / "bangfu.css"
FIRST_LOAD_BYTES = 20_000  # the page with its styles and the script, as sent compressed


class Page(HTMLParser):
    """What a strict content security policy and a screen reader would ask of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.addresses: list[str] = []
        self.loaded: list[str] = []
        self.headings: list[str] = []
        self.ids: list[str] = []
        self.lang = self.policy = ""
        self._code = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = values.get("lang", "")
        if tag == "script" and "src" not in values:
            self.inline.append(tag)
        self.inline += [f"{tag} {name}" for name in values if name == "style" or name.startswith("on")]
        self.addresses += [values[name] for name in ("href", "src", "action") if name in values]
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]
        if tag == "script" or (tag == "link" and values.get("rel") == "stylesheet"):
            self.loaded.append(values.get("src") or values.get("href", ""))
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(tag)
        if "id" in values:
            self.ids.append(values["id"])


def pages_of(site: Path) -> list[Path]:
    return sorted(site.rglob("*.html"))


@pytest.fixture(params=["plain", "demo"])
def site(request: pytest.FixtureRequest, built_site: Path, built_demo_site: Path) -> Path:
    return built_site if request.param == "plain" else built_demo_site


def test_no_built_page_holds_an_inline_script_or_a_style_attribute(site: Path) -> None:
    found = {str(path.relative_to(site)): Page(path.read_text("utf-8")).inline for path in pages_of(site)}
    assert {name: inline for name, inline in found.items() if inline} == {}


def test_each_built_page_states_the_hash_of_its_one_style(site: Path) -> None:
    for path in pages_of(site):
        text = path.read_text("utf-8")
        if light.FILLED_LATER in text or path.parent.name in ("poster", "sheet"):
            assert "<style" not in text, "its sheets are linked"
            continue
        (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        assert f"style-src 'self' 'sha256-{digest}';" in Page(text).policy
        assert "unsafe" not in Page(text).policy
        assert text.index("http-equiv") < text.index("<style>"), "stated before it is needed"


def test_no_built_page_names_another_host(site: Path) -> None:
    for path in pages_of(site):
        away = [a for a in Page(path.read_text("utf-8")).addresses if re.match(r"(https?:)?//", a)]
        assert away == [], path.name


def test_every_built_page_is_chinese_and_can_be_skipped_into(site: Path) -> None:
    for path in pages_of(site):
        text = path.read_text("utf-8")
        page = Page(text)
        assert page.lang == "zh-CN"
        assert 'class="skip" href="#main"' in text
        assert "main" in page.ids
        assert len(page.ids) == len(set(page.ids)), path
        assert page.headings.count("h1") == 1, path


def test_the_first_visit_of_a_guide_stays_light(built_demo_site: Path) -> None:
    path = built_demo_site / "guides" / "golden-autumn" / "index.html"
    parts = [
        path,
        *(built_demo_site / address.strip("/") for address in Page(path.read_text("utf-8")).loaded),
    ]
    assert [part.name for part in parts] == ["index.html", "site.js"]
    assert sum(part.with_name(f"{part.name}.gz").stat().st_size for part in parts) <= FIRST_LOAD_BYTES


def test_only_the_demonstration_says_that_everything_is_invented(
    built_site: Path, built_demo_site: Path
) -> None:
    assert "均为虚构" not in (built_site / "index.html").read_text("utf-8")
    assert "演示数据，均为虚构" in (built_demo_site / "index.html").read_text("utf-8")


def test_a_guide_closes_with_its_last_check_office_and_rule(built_site: Path) -> None:
    text = (built_site / "guides" / "golden-autumn" / "index.html").read_text("utf-8")
    for words in ("最近核对", "2026-07-01", "澜江市总工会权益保障部", "澜工发〔2026〕12号"):
        assert words in text


def test_captions_and_footnotes_speak_no_english(built_site: Path) -> None:
    text = (built_site / "guides" / "golden-autumn" / "index.html").read_text("utf-8")
    assert "Table 1" not in text
    assert "Jump back" not in text
    assert 'align="right"' in text


def test_site_and_portal_share_header_and_footer_words(built_site: Path, components: str) -> None:
    public = (built_site / "index.html").read_text("utf-8")
    for words in (
        "帮扶",
        "澜江市总工会",
        "帮扶指南",
        "我要申请",
        "公示",
        "服务网点",
        "工会热线 12351",
        "工作人员入口",
    ):
        assert words in public
        assert words in components
    for text in (public, components):
        places = [text.index(f'<li><a href="{link}"') for link in ("/apply/", "/notices/", "/centres/")]
        assert places == sorted(places)


def test_component_and_sheet_pages_hold_nothing_inline(components: str, sheets: str) -> None:
    for text in (components, sheets):
        page = Page(text)
        assert page.inline == []
        assert page.lang == "zh-CN"
        assert len(page.ids) == len(set(page.ids))


def test_each_error_of_a_form_is_told_beside_its_field_and_in_the_summary(components: str) -> None:
    assert 'href="#id_stage"' in components
    assert 'id="id_stage_error"' in components
    assert re.search(r'<select name="stage"[^>]*aria-describedby="id_stage_error"', components)
    assert 'href="#id_enrolled_0"' in components
    ids = set(Page(components).ids)
    for described in re.findall(r'aria-describedby="([^"]+)"', components):
        assert set(described.split()) <= ids


# --- contrast, counted from the tokens ---------------------------------------------------------------------------
def tokens(*, dark: bool) -> dict[str, str]:
    css = STYLES.read_text("utf-8")
    roots = re.findall(r":root \{(.*?)\}", css, re.DOTALL)
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", roots[0]))
    if dark:
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", roots[1]))
    return found


def luminance(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.04045 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dim = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dim + 0.05)


TEXT_ON = [
    (
        "ink",
        ["ground", "surface", "sunken", "info-soft", "ok-soft", "warn-soft", "error-soft", "accent-soft"],
    ),
    ("ink", ["gold-soft"]),
    ("muted", ["ground", "surface", "sunken", "gold-soft", "accent-soft", "error-soft"]),
    ("accent", ["ground", "surface", "sunken", "accent-soft", "gold-soft", "info-soft", "warn-soft"]),
    ("accent-strong", ["surface", "sunken", "accent-soft"]),
    ("on-fill", ["fill", "fill-strong"]),
    ("on-band", ["band"]),
    ("gold-ink", ["gold-soft"]),
    ("ok", ["ok-soft", "ground"]),
    ("info", ["info-soft"]),
    ("warn", ["warn-soft", "ground"]),
    ("error", ["error-soft", "ground", "surface"]),
    ("surface", ["error", "ok"]),
]
EDGES_ON = [
    ("line-strong", ["ground", "surface"]),
    ("focus", ["ground", "surface", "sunken"]),
    ("fill", ["ground"]),
]


@pytest.mark.parametrize("dark", [False, True], ids=["day", "night"])
def test_text_and_edges_have_enough_contrast(dark: bool) -> None:
    colours = tokens(dark=dark)
    low = [
        (front, back, round(contrast(colours[front], colours[back]), 2))
        for pairs, least in ((TEXT_ON, 4.5), (EDGES_ON, 3.0))
        for front, backs in pairs
        for back in backs
        if contrast(colours[front], colours[back]) < least
    ]
    assert low == []


def test_the_styles_call_no_other_file() -> None:
    for path in STYLES.parent.glob("*.css"):
        text = path.read_text("utf-8")
        assert "url(" not in text
        assert "@import" not in text
        assert "http" not in text.replace('[href^="http"]', "")
