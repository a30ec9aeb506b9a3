"""The file of a programme's definition, ``content/programmes/<slug>.yml``: one layout, byte for byte."""

from cms.writing import plain_yaml
from workflows.policy.programme import Programme

_ORDER = (
    "schema code name kind season year level valid window school_year applicant beneficiary household_rule"
    " beneficiary_rule form papers stages amount fund_sources notice follow_up payment_batches deferral clauses sources"
    " personas"
).split()
_HEADINGS = {
    "household_rule": "条件",
    "form": "表单",
    "papers": "材料",
    "stages": "办理环节",
    "amount": "金额",
    "fund_sources": "资金、公示、后续",
    "clauses": "条款与出处",
    "personas": "示例：应有的结论和金额",
}
_HEAD = """\
# {name}：完整定义。
# 页面上的条件、金额、材料、步骤，网上申请的表单，审核人的清单，都从这里来。
#
# src 是每个数字的出处：R16 等见“sources”，I 是本市自定的示例数字。金额以“分”为单位：500000 就是5,000元。
# when 写明在什么情况下适用；列表表示其中之一即可，null 表示“还不知道”。

"""


def text(programme: Programme) -> str:
    """The definition as YAML that :meth:`Programme.from_json` reads back to the same programme."""
    told = programme.to_json()
    told["form"] = [{**section, "fields": section.pop("fields")} for section in told["form"]]
    ordered = {name: told[name] for name in _ORDER if name in told}
    ordered |= {name: value for name, value in told.items() if name not in ordered}
    return _HEAD.format(name=programme.name) + plain_yaml.dump(ordered, headings=_HEADINGS)


def programme(text: str) -> Programme:
    """The programme a file defines.

    :raises Contradiction: when it contradicts itself.
    """
    return Programme.from_json(plain_yaml.load(text))
