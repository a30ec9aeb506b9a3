"""All blocks of a programme in one place: a clerk's form for each part of the definition."""

from django.utils.translation import gettext_lazy as _

from cms.blocks.asked import Asked
from cms.blocks.criteria import CriteriaBlock
from cms.blocks.definition import Part, json_of, raw_each
from cms.blocks.examples import PersonaBlock
from cms.blocks.form import BeneficiaryBlock, FieldBlock, PaperBlock, RepeatBlock, SectionBlock
from cms.blocks.handling import (
    BatchesBlock,
    DeferralBlock,
    FollowUpBlock,
    NoticeBlock,
    OnceBlock,
    OtherWayBlock,
    QuotaBlock,
    ScheduleBlock,
    StageBlock,
)
from cms.blocks.inputs import SOURCE_HELP, CaseBlock, ChoicesBlock, Line, Lines, Pick, WhenBlock, YuanBlock
from cms.blocks.money import AmountRowBlock, BenefitBlock, CalculationBlock, CeilingBlock, FeeBlock
from cms.blocks.rules import rule_of, rule_raw
from cms.blocks.words import CannotEdit
from workflows.policy import checks, parts

KINDS = [(kind, kind) for kind in checks.KINDS]
FUNDS = [(fund, fund) for fund in checks.FUND_SOURCES]


class ClauseBlock(Part):
    stands_for = parts.Clause
    ref = Line(
        label=_("条款"), max_length=80, help_text=_("例如：澜江市金秋助学实施办法（2026）第三条（一）")
    )
    text = Lines(label=_("条文"), rows=2)

    class Meta:
        icon = "openquote"
        label = _("条款")
        label_format = "{ref}"


class SourceBlock(Part):
    stands_for = parts.Source
    mark = Line(label=_("代号"), max_length=10, help_text=_("例如 R16、I、G"))
    title = Line(label=_("出处"), max_length=200)

    class Meta:
        icon = "doc-full"
        label = _("出处")
        label_format = "{mark} {title}"


__all__ = [
    "FUNDS",
    "KINDS",
    "SOURCE_HELP",
    "AmountRowBlock",
    "Asked",
    "BatchesBlock",
    "BeneficiaryBlock",
    "BenefitBlock",
    "CalculationBlock",
    "CannotEdit",
    "CaseBlock",
    "CeilingBlock",
    "ChoicesBlock",
    "ClauseBlock",
    "CriteriaBlock",
    "DeferralBlock",
    "FeeBlock",
    "FieldBlock",
    "FollowUpBlock",
    "NoticeBlock",
    "OnceBlock",
    "OtherWayBlock",
    "PaperBlock",
    "PersonaBlock",
    "Pick",
    "QuotaBlock",
    "RepeatBlock",
    "ScheduleBlock",
    "SectionBlock",
    "SourceBlock",
    "StageBlock",
    "WhenBlock",
    "YuanBlock",
    "json_of",
    "raw_each",
    "rule_of",
    "rule_raw",
]
