"""The file of a programme's definition, ``content/programmes/<slug>.yml``: one layout, byte for byte."""

from collections.abc import Mapping, Sequence
from typing import Any

from cms.writing import plain_yaml
from workflows.policy.programme import Programme

#: The parts in the order people read them, under their headings.
_PARTS = (
    (
        "",
        "schema code name kind season year level valid window school_year applicant intake beneficiary repeats",
    ),
    ("条件", "household_rule beneficiary_rule once"),
    ("表单", "form"),
    ("材料", "papers"),
    ("办理环节", "stages quota schedule"),
    ("金额", "calculations amount benefits fees"),
    ("资金、公示、后续", "fund_sources notice follow_up payment_batches deferral other_ways"),
    ("条款与出处", "clauses sources"),
    ("示例：应有的结论和金额", "personas"),
)
_CONDITION = (
    "id text clause severity fact type derive rows field where op value param times on reason src".split()
)
_HEAD = """\
# {name}：完整定义。
# 页面上的条件、金额、材料、步骤，网上申请的表单，审核人的清单，都从这里来。
#
# src 是每个数字的出处：R16 等见“sources”，I 是本市自定的示例数字。金额以“分”为单位：500000 就是5,000元。
# when 写明在什么情况下适用；列表表示其中之一即可，null 表示“还不知道”。

"""


def text(programme: Programme) -> str:
    """The definition as YAML that :meth:`Programme.from_json` reads back to the same programme.

    Equal programmes give the same bytes: the order of names in the JSON does not matter.
    """
    told = programme.to_json()
    for rule in ("household_rule", "beneficiary_rule"):
        if rule in told:
            told[rule]["root"] = _node(told[rule]["root"])
    if "form" in told:
        told["form"] = [_in_order(section, last="fields") for section in told["form"]]
    if "personas" in told:
        told["personas"] = [{**each, "facts": _lists_last(each["facts"])} for each in told["personas"]]
    ordered: dict[str, Any] = {}
    headings = {}
    for heading, names in _PARTS:
        here = [name for name in names.split() if name in told]
        ordered |= {name: told.pop(name) for name in here}
        if heading and here:
            headings[here[0]] = heading
    return _HEAD.format(name=programme.name) + plain_yaml.dump(ordered | told, headings=headings)


def programme(text: str) -> Programme:
    """The programme a file defines.

    :raises Contradiction: when it contradicts itself.
    """
    return Programme.from_json(plain_yaml.load(text))


def _node(node: Mapping[str, Any]) -> dict[str, Any]:
    """A rule with the keys of each condition in one order."""
    if "id" in node:
        known = {name: node[name] for name in _CONDITION if name in node}
        return known | dict(node)
    return {
        kind: [_node(each) for each in inner] if isinstance(inner, Sequence) else _node(inner)
        for kind, inner in node.items()
    }


def _in_order(part: Mapping[str, Any], *, last: str) -> dict[str, Any]:
    return {**{name: value for name, value in part.items() if name != last}, last: part[last]}


def _lists_last(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The household's circumstances, then the rows of its lists."""
    return dict(sorted(facts.items(), key=lambda fact: _is_rows(fact[1])))


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(row, Mapping) for row in value)
