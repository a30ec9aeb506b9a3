"""Which papers would help a household file, read off what is said in it (domain 3.1, 申请材料类型).

None of them holds a file up: what nobody has can be seen at the visit. What a station asks for by name comes on top.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from workflows.policy.household import enumerations as enums
from workflows.policy.household.entries import Row

Rows = Mapping[str, Sequence[Row]]


@dataclass(frozen=True)
class Proof:
    """A paper that would help: its kind, and why it is good to have, as the family reads it."""

    kind: str
    why: str = ""

    @property
    def name(self) -> str:
        return name_of(self.kind)


OTHER: Final = "other"
#: The paper on which somebody who cannot use a phone agrees to what a station has filled in.
AUTHORITY: Final = "authority"
#: A line of the list with which a file was sent back: ASKED, a dash and its number from 1.
ASKED: Final = "asked"
KINDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        AUTHORITY: "本人签字的委托和确认",
        ASKED: "退回时要补的",
        "register": "户口簿（每一页），没有本地户口的交居住证或社区证明",
        "dibao": "低保证",
        "homes": "房子的证明",
        "vehicle": "机动车行驶证",
        "accident": "意外或者受灾的证明",
        "asset": "财产的证明",
        "identity": "身份证件，正反两面",
        "contract": "劳动合同或单位证明",
        "unable": "不能劳动的诊断书或鉴定",
        "illness": "诊断书",
        "disability": "残疾证",
        "education": "录取通知书或学籍证明、学费收据",
        "income": "收入的证明",
        "spending": "花费的票据、结算单",
        OTHER: "其他材料",
    }
)


def name_of(kind: str) -> str:
    """What a kind of paper is called."""
    return KINDS[kind.partition("-")[0]]


def of_household(rows: Rows) -> Iterator[Proof]:
    """What would help about the household as a whole.

    :param rows: those that count, by part.
    """
    yield Proof("register", "看家里有谁一起生活。")
    home = next(iter(rows.get("home", ())), {})
    if home.get("on_dibao"):
        yield Proof("dibao", "您写了享受低保。")
    if (home.get("homes") or 0) > 0:
        yield Proof("homes", "房产证、购房合同或者租房合同，有哪样交哪样。")
    if home.get("vehicle"):
        yield Proof("vehicle", "您写了有机动车。")
    if rows.get("accident"):
        yield Proof("accident", "事故认定书、火灾或受灾证明、赔偿的单据。")
    if rows.get("asset"):
        yield Proof("asset", _named(rows["asset"]))


def of_member(rows: Rows) -> Iterator[Proof]:
    """What would help about one member."""
    yield Proof("identity", "核对姓名和号码。")
    person = next(iter(rows.get("person", ())), {})
    if person.get("work") == "在岗":
        yield Proof("contract", "您写了在岗。")
    if person.get("able") is False:
        yield Proof("unable", said(person.get("unable_evidence")) or "写明不能劳动的，按实际收入算。")
    health = person.get("health")
    if health == "残疾":
        yield Proof("disability", "您写了有残疾。")
    elif health not in (None, "", "良好"):
        yield Proof("illness", f"您写了“{health}”。")
    if rows.get("education"):
        yield Proof("education", "看学段、学校和一年要交多少。")
    if rows.get("income"):
        yield Proof("income", _listed(rows["income"], enums.INCOME))
    if rows.get("spending"):
        yield Proof("spending", _listed(rows["spending"], enums.SPENDING))


def said(evidence: object) -> str:
    """What the family says it can show."""
    return f"您写的是“{evidence}”。" if isinstance(evidence, str) and evidence else ""


def _listed(rows: Sequence[Row], values: enums.Enumeration) -> str:
    told = [
        values.name_of(str(row.get("kind", ""))) + (f"：{row['evidence']}" if row.get("evidence") else "")
        for row in rows
    ]
    return "；".join(told) + "。"


def _named(rows: Sequence[Row]) -> str:
    return "；".join(str(row.get("evidence") or row.get("what") or row.get("kind")) for row in rows) + "。"
