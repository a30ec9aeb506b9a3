"""Judge and twin over thousands of rules nobody wrote: many right, some wrong in every way that JSON can be."""

import os
import random
from collections import Counter
from itertools import count
from typing import Any

from tests.policy.test_criteria import outcome_of
from tests.policy.test_twin import node as node
from tests.policy.test_twin import spelt, twin_of
from workflows.policy.typed import MOST

SEED = int(os.environ.get("TWIN_SEED", "20260803"))
RULES, HOUSEHOLDS = 800, 3

ORDER = ("lt", "le", "gt", "ge", "eq", "ne", "known")
OPERATORS = {
    "money": ORDER,
    "int": ORDER,
    "bool": ("is", "known"),
    "date": (*ORDER, "age_le", "age_ge"),
    "choice": ("is", "in", "not_in", "known"),
    "choices": ("any_of", "none_of", "known"),
}
NUMBERS = (-1, 0, 1, 2, 3, 5.0, 18, 92_999, 93_000, 139_500, MOST, -MOST, MOST - 1)
DAYS = (
    "2008-02-29",
    "2008-02-28",
    "2008-03-01",
    "2010-08-03",
    "2026-03-01",
    "2026-08-03",
    "2026-08-04",
    "0001-01-01",
)
CODES = ("甲", "乙", " 甲", "乙\u3000", "\ufeff丙", "é", "e\u0301", "", "\u180e甲")
WRONG: tuple[Any, ...] = (
    "1", 1.5, True, False, 0, -0.0, [], {}, [1], ["甲", None], {"a": 1}, "2008-9-1", "2026-02-30", "0000-01-01",
    MOST + 1, 1e300, "constructor", "__proto__", {"length": 1}, {"toString": 1},
)  # fmt: skip
SPOILT = (
    ("times", [0, 1]), ("times", [1]), ("times", [1, 2, 3]), ("times", [1.5, 1]), ("times", [2, -1]), ("times", [3, 2]),
    ("where", {"in": ["甲"]}), ("where", {"field": "", "in": []}), ("where", {"field": "able", "in": [1]}), ("where", 5),
    ("derive", "mean"), ("derive", None), ("field", ""), ("rows", ""), ("fact", ""), ("severity", "maybe"),
    ("on", "2026-9-1"), ("on", "2026-09-01"), ("param", ""), ("param", "int_line"), ("value", None), ("text", None),
    ("severity", "advise"), ("op", "sum"),
)  # fmt: skip
AREAS = (None, None, "369902", "369900", "360000", "369000", "369902", "000012", "000000")
FACTS = {
    "income": "money", "__proto__": "int", "1": "int", "filed": "bool", "birth": "date", "toString": "date",
    "category": "choice", "constructor": "choice", "aid": "choices",
}  # fmt: skip


class Wild:
    """Draws rules, facts and parameters that fit one another, except when they do not."""

    def __init__(self, seed: int) -> None:
        self.rnd = random.Random(seed)

    def chance(self, percent: float) -> bool:
        return self.rnd.random() * 100 < percent

    def value(self, kind: str, *, wrong: float = 3, unknown: float = 0) -> Any:
        if self.chance(unknown):
            return None
        if self.chance(wrong):
            return self.rnd.choice(WRONG)
        match kind:
            case "bool":
                return self.chance(50)
            case "date":
                return self.rnd.choice(DAYS)
            case "choice":
                return self.rnd.choice(CODES)
            case "choices":
                return self.rnd.choices(CODES, k=self.rnd.randrange(4))
        return self.rnd.choice(NUMBERS)

    def rule(self) -> Any:
        ids = (f"c{number}" for number in count())
        root = self.node(ids, depth=self.rnd.randrange(4))
        return {
            "schema": self.rnd.choice((1, 1.0)) if not self.chance(1) else self.rnd.choice((2, "1", True)),
            "root": root,
        }

    def node(self, ids: Any, *, depth: int, in_all: bool = False) -> Any:
        if self.chance(0.5):
            return self.rnd.choice(WRONG)
        if not depth:
            return self.leaf(ids, in_all=in_all)
        kind = self.rnd.choice(("all", "all", "any", "not"))
        if kind == "not":
            made = {"not": self.node(ids, depth=depth - 1)}
        else:
            some = self.rnd.randrange(1, 4) if not self.chance(1) else 0
            made = {kind: [self.node(ids, depth=depth - 1, in_all=kind == "all") for _ in range(some)]}
        return made | {"any": []} if self.chance(1) else made

    def leaf(self, ids: Any, *, in_all: bool) -> Any:
        leaf: dict[str, Any] = {"id": "c0" if self.chance(0.5) else next(ids), "text": "t", "clause": "c"}
        if self.chance(70):
            fact, kind = self.rnd.choice(list(FACTS.items()))
            leaf |= {"fact": fact, "type": kind}
        else:
            kind = "int"
            leaf |= {
                "derive": self.rnd.choice(("count", "sum", "per_head")),
                "rows": "members",
                "field": "net",
            }
            if self.chance(50):
                leaf["where"] = {"field": "able", "in": self.value("choices", wrong=1)}
        op = self.rnd.choice(
            OPERATORS[kind] if not self.chance(1) else ("is", "lt", "any_of", "valueOf", 5, None)
        )
        right = "int" if op in ("age_le", "age_ge") else "choices" if op in ("in", "not_in") else kind
        leaf["op"] = op
        if self.chance(35):
            leaf["param"] = f"{right}_line"
        elif op != "known" or self.chance(20):
            leaf["value"] = self.value(right, wrong=1)
        if kind in ("money", "int") and self.chance(25):
            leaf["times"] = [self.rnd.choice((1, 2, 3, 12, MOST)), self.rnd.choice((1, 2, 7, MOST))]
        if self.chance(15):
            leaf["on"] = self.rnd.choice(DAYS[1:])
        if in_all and self.chance(10):
            leaf["severity"] = "advise"
        if self.chance(2):
            leaf[self.rnd.choice(list(leaf))] = self.rnd.choice((*WRONG, None))
        if self.chance(1):
            leaf.pop(self.rnd.choice(list(leaf)))
        if self.chance(4):
            key, spoilt = self.rnd.choice(
                (*SPOILT, *((key, wrong) for key in ("derive", "fact", "value") for wrong in WRONG))
            )
            leaf[key] = spoilt
        return leaf

    def facts(self) -> Any:
        if self.chance(0.5):
            return self.rnd.choice(WRONG)
        facts = {
            fact: self.value(kind, wrong=1, unknown=8) for fact, kind in FACTS.items() if not self.chance(8)
        }
        if not self.chance(8):
            facts["members"] = self.members()
        return facts

    def members(self) -> Any:
        if self.chance(3):
            return self.rnd.choice((*WRONG, None))
        rows: list[Any] = []
        for _ in range(self.rnd.randrange(5)):
            row = {
                "net": self.value("int", wrong=0.5, unknown=3),
                "able": self.value("choice", wrong=0.5, unknown=3),
            }
            if self.chance(3):
                row.pop(self.rnd.choice(list(row)))
            rows.append(row if not self.chance(0.5) else self.rnd.choice(WRONG))
        return rows

    def params(self) -> Any:
        if self.chance(0.5):
            return self.rnd.choice((*WRONG, None))
        rows: list[Any] = [
            {"key": f"{kind}_line", "from": "2020-01-01", "to": None, "value": self.value(kind, wrong=1)}
            for kind in OPERATORS
        ]
        for _ in range(self.rnd.randrange(12)):
            kind = self.rnd.choice(list(OPERATORS))
            row: dict[str, Any] = {"key": f"{kind}_line", "value": self.value(kind, wrong=1)}
            row["from"] = self.rnd.choice(
                ("2019-01-01", "2020-01-01", "2026-03-01", "2026-08-03", "2026-08-04")
            )
            if self.chance(40):
                row["to"] = self.rnd.choice((None, "2026-02-28", "2026-08-03"))
            if self.chance(70):
                row["area"] = self.rnd.choice(AREAS)
            if self.chance(0.5):
                row[self.rnd.choice(list(row))] = self.rnd.choice(WRONG)
            rows.append(row if not self.chance(0.2) else self.rnd.choice(WRONG))
        self.rnd.shuffle(rows)
        return rows

    def asked(self) -> list[list[Any]]:
        rule, params = self.rule(), self.params()
        on = (
            self.rnd.choice(("2026-02-28", "2026-03-01", "2026-08-03"))
            if not self.chance(0.5)
            else self.rnd.choice(WRONG)
        )
        area = self.rnd.choice(AREAS) if not self.chance(1) else self.rnd.choice(("3699", "36990２", *WRONG))
        return [[rule, self.facts(), params, on, area] for _ in range(HOUSEHOLDS)]


def test_judge_and_twin_agree_on_everything(node: str) -> None:
    wild = Wild(SEED)
    cases = [asked for _ in range(RULES) for asked in wild.asked()]
    answers = twin_of(node, cases)
    met: Counter[str] = Counter()
    for (rule, facts, params, on, area), answer in zip(cases, answers, strict=True):
        outcome = outcome_of(rule, facts, params, on, area)
        assert answer == spelt(outcome), f"seed {SEED}: {spelt([rule, facts, params, on, area])}"
        met[outcome.get("result") or outcome["code"]] += 1
    # Were the draws to go stale, the agreement would prove little.
    assert (
        min(met[kind] for kind in ("met", "not_met", "unknown", "type", "param", "rule")) > len(cases) // 40
    ), met
