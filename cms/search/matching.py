"""Which pages have what was asked for, and how well: unbroken, or its characters beside their neighbours."""

from collections.abc import Sequence

from cms.search.opening import Index
from cms.search.question import Part, terms

_TEXT, _HEADING, _TITLE = 1.0, 1.0, 2.0  # a heading or a title adds to the text
_ONLY_ALIKE = 0.15  # what is lost by saying it in another word
_WHOLE_TITLE = 3.0
_CLOSENESS = 0.6
_TOO_MANY = 500


def with_phrases(parts: Sequence[Part], index: Index) -> dict[int, float]:
    """Pages that have each piece unbroken, title above heading above text."""
    everywhere = [matching(part.expression, index) for part in parts]
    pages = set.intersection(*everywhere)
    if not pages:
        return {}
    share = 1 / len(parts)
    scores = dict.fromkeys(pages, _TEXT)
    as_typed = [matching(part.as_typed, index) for part in parts]
    for part, typed in zip(parts, as_typed, strict=True):
        title = matching(f"title : ({part.expression})", index) & pages
        heading = (matching(f"headings : ({part.expression})", index) & pages) - title
        for page in title:
            # A title that says little else is nearer.
            scores[page] += share * (_TITLE + min(1.0, len(part.text) / index.sizes[page]))
        for page in heading:
            scores[page] += share * _HEADING
        for page in pages - typed:
            scores[page] *= 1 - share * _ONLY_ALIKE
    if len(pages) <= _TOO_MANY:
        closest = _closeness([part.expression for part in parts], index)
        if any(as_typed) and any(len(part.variants) > 1 for part in parts):
            said = [
                part.as_typed if typed else part.expression
                for part, typed in zip(parts, as_typed, strict=True)
            ]
            closest |= _closeness(said, index)
        for page in closest.keys() & pages:
            scores[page] += _CLOSENESS * closest[page]
    for page in _called(parts[0], index) if len(parts) == 1 else ():
        if page in scores:
            scores[page] *= _WHOLE_TITLE
    return scores


def matching(expression: str, index: Index, *, limit: int = -1) -> set[int]:
    """The numbers of the pages that match."""
    asked = "SELECT rowid FROM said WHERE said MATCH ? LIMIT ?"
    return {row[0] for row in index.connection.execute(asked, [expression, limit])}


def _called(part: Part, index: Index) -> list[int]:
    """Pages of which the whole title was asked for."""
    asked = f"SELECT id FROM page WHERE name IN ({', '.join('?' * len(part.variants))})"  # noqa: S608 - question marks
    return [row[0] for row in index.connection.execute(asked, part.variants)]


def _closeness(expressions: Sequence[str], index: Index) -> dict[int, float]:
    """How often, for its length, a page says what is asked; 1 for the one that says it most.

    What very many pages say tells none of them apart, and reckoning it takes long: nobody asks then.
    """
    expression = " OR ".join(f"({each})" for each in expressions)
    asked = "SELECT rowid, bm25(said, 4, 2, 1) FROM said WHERE said MATCH ?"
    ranks: dict[int, float] = dict(index.connection.execute(asked, [expression]))
    most = min(ranks.values(), default=0.0)
    return {page: rank / most for page, rank in ranks.items()} if most < 0 else {}


def with_words(parts: Sequence[Part], index: Index, *, least: float) -> dict[int, float]:
    """Pages that have at least a share of the characters asked for, each beside a neighbour it has in the question.

    There are no spaces between Chinese words. A page that has 金秋, 助学, 申请 and 条件 somewhere has every character of
    医疗救助申请条件, and needs no dictionary to be found.
    """
    looked_for, size = terms(parts, index.words)
    if not looked_for:
        return {}
    covers = [term.covers for term in looked_for]
    anywhere, headings, titles = (
        _masks([f"{column}({term.expression})" for term in looked_for], index)
        for column in ("", "headings : ", "title : ")
    )
    known: dict[int, float] = {0: 0.0}

    def share(mask: int) -> float:
        if mask not in known:
            letters = 0
            for bit, covered in enumerate(covers):
                if mask >> bit & 1:
                    letters |= covered
            known[mask] = letters.bit_count() / size
        return known[mask]

    return {
        page: share(mask) + 1.5 * share(titles.get(page, 0)) + 0.75 * share(headings.get(page, 0))
        for page, mask in anywhere.items()
        if share(mask) >= least
    }


def _masks(expressions: Sequence[str], index: Index) -> dict[int, int]:
    """Of each page which of some expressions it matches, as bits."""
    each = " UNION ALL ".join(
        f"SELECT rowid, {1 << bit} AS bit FROM said WHERE said MATCH ?"  # noqa: S608 - a number of our own
        for bit in range(len(expressions))
    )
    asked = f"SELECT rowid, sum(bit) FROM ({each}) GROUP BY rowid"  # noqa: S608 - the same
    return dict(index.connection.execute(asked, list(expressions)))
