"""Which pages there are and since when they are right, for search engines; and what is not for them."""

from collections.abc import Iterator
from xml.sax.saxutils import escape

from cms.publishing.making import Making
from cms.publishing.outlets import texts

#: Rooms of the house that are no pages of the site; notices must end, and who searches is nobody's business.
NOT_FOR_ENGINES = (
    "/accounts/",
    "/apply/",
    "/cms/",
    "/demo/",
    "/desk/",
    "/language/",
    "/notices/",
    "/search/",
)


def files(making: Making) -> dict[str, str]:
    """``sitemap.xml`` and ``robots.txt``."""
    rules = "".join(f"Disallow: {address}\n" for address in NOT_FOR_ENGINES)
    return {
        "sitemap.xml": _sitemap(making),
        "robots.txt": f"User-agent: *\n{rules}\nSitemap: {making.address}/sitemap.xml\n",
    }


def _sitemap(making: Making) -> str:
    entries = "".join(_entries(making))
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{entries}</urlset>\n'


def _entries(making: Making) -> Iterator[str]:
    for path in sorted(making.pages):
        if path.endswith(".md"):
            checked = texts.matter(making.pages[path]).get("checked")
            since = f"<lastmod>{checked.isoformat()}</lastmod>" if checked else ""
            yield f"  <url><loc>{escape(making.address + texts.address_of(path))}</loc>{since}</url>\n"
