"""Every sum written out in a guide is right, so that a reader with a pencil comes to the same number."""

import re
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest

from cms import loading
from cms.writing.documents import Guide
from tests.cms import guide_prose
from tests.cms.conftest import CONTENT

_NUMBER = r"\d+(?:\.\d+)?%?"
#: 60,000－20,000＝40,000 and, behind it, ÷12÷4＝833.33: the second begins with what the first came to.
_SUM = re.compile(rf"(?<![\d.＋－×÷])(?=({_NUMBER}(?:[＋－×÷]{_NUMBER})+)＝({_NUMBER}))")
#: What stands between figures without changing them.
_UNITS = re.compile(
    r"(?<=\d)(?:元|个月|个季度|个工作日|平方米|公里|小时|课时|天|人|口|次|年|份|户|个|分)(?=[＋－×÷＝，])"
)


def sums(text: str) -> Iterator[tuple[str, str]]:
    """Each sum in a text: what is reckoned, and what it is said to come to."""
    bare = re.sub(r"(?<=\d)[,，](?=\d{3})|\s", "", text)
    bare = _UNITS.sub("", bare)
    bare = re.sub(r"，(?=[÷×＋－])", "", bare)
    yield from ((found[1], found[2]) for found in _SUM.finditer(bare))


def worth(reckoned: str) -> Fraction:
    """× and ÷ before ＋ and －, as at school."""
    total = Fraction(0)
    for sign, term in re.findall(r"(^|[＋－])([^＋－]+)", reckoned):
        product = Fraction(1)
        for operator, number in re.findall(rf"(^|[×÷])({_NUMBER})", term):
            value = _exact(number)
            product = product / value if operator == "÷" else product * value
        total += -product if sign == "－" else product
    return total


def is_right(reckoned: str, said: str) -> bool:
    """Whether a result is what comes out, rounded half up to the places it shows."""
    places = Decimal(1).scaleb(-len(said.rstrip("%").partition(".")[2]))
    exact = worth(reckoned) * (100 if said.endswith("%") else 1)
    shown = Decimal(exact.numerator) / Decimal(exact.denominator)
    return shown.quantize(places, rounding=ROUND_HALF_UP) == Decimal(said.rstrip("%"))


def _exact(number: str) -> Fraction:
    return Fraction(number.rstrip("%")) / (100 if number.endswith("%") else 1)


@pytest.fixture(scope="module")
def guides() -> list[Guide]:
    return list(loading.read(CONTENT, strict=False).guides.values())


def test_every_sum_in_the_guides_is_right(guides: list[Guide]) -> None:
    wrong = [
        f"{guide.path} · {piece.where}：{reckoned}＝{said}"
        for guide in guides
        for piece in guide_prose.pieces(guide)
        for reckoned, said in sums(piece.text)
        if not is_right(reckoned, said)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("slug", "figure"),
    [("start-money", "833.33"), ("start-money", "1200"), ("start-who", "677.78"), ("start-who", "1225")],
)
def test_the_way_of_counting_is_reckoned_before_the_readers_eyes(
    guides: list[Guide], slug: str, figure: str
) -> None:
    (guide,) = (each for each in guides if each.slug == slug)
    assert figure in [said for piece in guide_prose.pieces(guide) for _, said in sums(piece.text)]


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("40,000÷12÷4＝833.33元", [True]),
        ("36,000＋24,000＝60,000元", [True]),
        ("2,000×12－400×2＝23,200元", [True]),
        ("68,000÷120,000＝56.7%", [True]),
        ("44,040元，÷12÷3＝1,223.33元", [True]),
        ("30,000＋2,000＝32,000元，÷12÷3＝900元", [True, False]),
        ("24,400÷12÷3＝677.77元", [False]),
        ("2.5个月×930元＝2,325元", [True]),
    ],
)
def test_sums_are_found_and_reckoned_as_at_school(text: str, right: list[bool]) -> None:
    assert [is_right(reckoned, said) for reckoned, said in sums(text)] == right
