"""An aid programme: what a clerk types here is the guide, the form, the rule, the stages and the amounts at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.blocks import ChoiceBlock
from wagtail.fields import StreamField

from cms.blocks import programme as parts
from cms.blocks.contradictions import at_fields
from cms.models.article import Article
from cms.models.base import PublicPage
from cms.models.forms import PublicPageForm
from cms.writing.markdown import ProgrammeText
from cms.writing.programme_text import Text
from cms.writing.prose import CannotWrite
from workflows.policy.programme import SCHEMA, Contradiction, Programme
from workflows.policy.roles import Level

#: Where the parts of the definition are typed: key of the definition → field of the page.
LISTS = {
    "form": "sections",
    "papers": "papers",
    "stages": "stages",
    "fund_sources": "funds",
    "clauses": "clauses",
    "sources": "definition_sources",
    "follow_up": "follow_up",
    "personas": "personas",
}
ONE = {
    "beneficiary": "beneficiary",
    "notice": "notice",
    "payment_batches": "batches",
    "deferral": "deferral",
}
RULES = {"household_rule": "household_rule", "beneficiary_rule": "beneficiary_rule"}
FIELDS = {
    "code": "code",
    "name": "title",
    "kind": "kind",
    "season": "season",
    "year": "year",
    "level": "level",
    "school_year": "school_year",
    "applicant": "applicant",
    "valid.start": "valid_from",
    "valid.end": "valid_to",
    "valid.src": "valid_src",
    "window.opens": "opens",
    "window.opens_src": "opens_src",
    "window.closes": "closes",
    "window.closes_src": "closes_src",
    "window.late_closes": "late_closes",
    "window.late_reason": "late_reason",
    "window.late_src": "late_src",
    "amount.rounding": "rounding",
}
NESTED = {"amount.table": "amount_table", "amount.ceilings": "ceilings"}
PLACES = {
    **FIELDS,
    **NESTED,
    **LISTS,
    **ONE,
    **RULES,
    "valid": "valid_to",
    "window": "closes",
    "amount": "amount_table",
}


def _many(name: str, block: Any, label: Any, **options: Any) -> StreamField:
    return StreamField([(name, block)], verbose_name=label, blank=True, **options)


def _source(label: Any) -> Any:
    return models.CharField(label, max_length=30, blank=True, help_text=parts.SOURCE_HELP)


class ProgrammeForm(PublicPageForm):
    """Shows what a definition contradicts itself in, at the very field; a draft may still be incomplete."""

    def check_publishable(self) -> None:
        try:
            self.instance.definition()
        except Contradiction as error:
            raise ValidationError(at_fields(self.instance, error.problems, places=PLACES)) from error
        super().check_publishable()


class ProgrammeIndexPage(PublicPage):
    """The list of programmes."""

    summary = models.CharField(_("一句话说明"), max_length=160, blank=True)

    base_form_class = PublicPageForm
    parent_page_types: ClassVar[list[str]] = ["cms.HomePage"]
    subpage_types: ClassVar[list[str]] = ["cms.ProgrammePage"]
    max_count = 1
    content_panels: ClassVar = [*PublicPage.content_panels, "summary"]
    promote_panels: ClassVar = [FieldPanel("slug")]

    class Meta:
        verbose_name = _("帮扶项目目录")
        verbose_name_plural = _("帮扶项目目录")

    @property
    def content_path(self) -> str:
        return "programmes/index.md"

    def markdown(self) -> str:
        return f"---\ntitle: {self.title}\n---\n\n{self.summary}\n"


class ProgrammePage(Article):
    """One edition of a programme; numbers are typed in yuan."""

    code = models.CharField(
        _("项目代码"), max_length=40, unique=True, help_text=_("例如 P-GA-2026，定了就不要改。")
    )
    kind = models.CharField(_("帮扶项目类型"), max_length=20, choices=parts.KINDS, default="子女助学")
    year = models.PositiveSmallIntegerField(_("年度"), null=True)
    level = models.CharField(
        _("级别"),
        max_length=10,
        choices=[(level.value, level.label) for level in Level],
        default=Level.CITY.value,
    )
    school_year = models.CharField(_("学年"), max_length=9, blank=True, help_text=_("例如 2026-2027"))
    applicant = models.CharField(_("谁来申请"), max_length=120, blank=True)
    valid_from = models.DateField(_("有效期开始"), null=True)
    valid_to = models.DateField(_("有效期结束"), null=True)
    valid_src = _source(_("有效期出处"))
    opens = models.DateField(_("开始受理"), null=True)
    opens_src = _source(_("开始日期出处"))
    closes = models.DateField(_("截止受理"), null=True)
    closes_src = _source(_("截止日期出处"))
    late_closes = models.DateField(_("补报截止"), null=True, blank=True)
    late_reason = models.CharField(_("什么情况可以补报"), max_length=60, blank=True)
    late_src = _source(_("补报日期出处"))
    beneficiary = _many("beneficiary", parts.BeneficiaryBlock(), _("受益人"), max_num=1)
    household_rule = StreamField(
        parts.CriteriaBlock(), verbose_name=_("家庭条件（各条都要符合）"), blank=True
    )
    beneficiary_rule = StreamField(
        parts.CriteriaBlock(), verbose_name=_("受益人条件（各条都要符合）"), blank=True
    )
    sections = _many("section", parts.SectionBlock(), _("申请表"))
    papers = _many("paper", parts.PaperBlock(), _("材料"))
    stages = _many("stage", parts.StageBlock(), _("办理环节"))
    amount_table = _many("row", parts.AmountRowBlock(), _("金额表"))
    ceilings = _many("ceiling", parts.CeilingBlock(), _("上限"))
    rounding = models.CharField(_("取整"), max_length=10, choices=[("yuan", _("取整到元"))], default="yuan")
    funds = _many("fund", ChoiceBlock(choices=parts.FUNDS, label=_("资金来源")), _("资金来源"))
    notice = _many("notice", parts.NoticeBlock(), _("公示"), max_num=1)
    follow_up = _many("duty", parts.FollowUpBlock(), _("后续帮扶"))
    batches = _many("batches", parts.BatchesBlock(), _("发放批次"), max_num=1)
    deferral = _many("deferral", parts.DeferralBlock(), _("缓发"), max_num=1)
    clauses = _many("clause", parts.ClauseBlock(), _("政策条款"))
    definition_sources = _many("source", parts.SourceBlock(), _("出处表"))
    personas = _many("persona", parts.PersonaBlock(), _("示例家庭"))

    folder = "programmes"
    base_form_class = ProgrammeForm
    parent_page_types: ClassVar[list[str]] = ["cms.ProgrammeIndexPage"]

    basics: ClassVar = [
        *PublicPage.content_panels,
        FieldPanel("summary", required_on_save=False),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("code"), FieldPanel("kind", required_on_save=False)]),
                FieldRowPanel(
                    [FieldPanel("season"), FieldPanel("year", required_on_save=False), FieldPanel("level")]
                ),
                FieldRowPanel([FieldPanel("school_year"), FieldPanel("audience")]),
                FieldPanel("applicant"),
            ],
            heading=_("归类"),
        ),
        MultiFieldPanel(
            [
                FieldRowPanel([FieldPanel("opens", required_on_save=False), FieldPanel("opens_src")]),
                FieldRowPanel([FieldPanel("closes", required_on_save=False), FieldPanel("closes_src")]),
                FieldRowPanel([FieldPanel("late_closes"), FieldPanel("late_src")]),
                FieldPanel("late_reason"),
                FieldRowPanel(
                    [
                        FieldPanel("valid_from", required_on_save=False),
                        FieldPanel("valid_to", required_on_save=False),
                    ]
                ),
                FieldPanel("valid_src"),
            ],
            heading=_("受理时间和有效期"),
        ),
        "beneficiary",
    ]
    rules_panels: ClassVar = [
        HelpPanel(
            content=_(
                "每一条写一句群众看得懂的话，再选它看哪一项、怎么比。指南、自查、表单和审核清单都用这一份。"
            )
        ),
        "household_rule",
        "beneficiary_rule",
        "clauses",
    ]
    form_panels: ClassVar = ["sections", "papers"]
    money_panels: ClassVar = [
        HelpPanel(
            content=_("金额按元填写。改了金额，送审通过后成为新的一版；已经提交的申请仍按原来那一版。")
        ),
        "amount_table",
        "ceilings",
        "rounding",
        "funds",
        "batches",
    ]
    handling_panels: ClassVar = ["stages", "notice", "deferral", "follow_up", "personas"]
    page_panels: ClassVar = [Article.glance_panel, "body", Article.check_panel, "definition_sources"]
    edit_handler = TabbedInterface(
        [
            ObjectList(basics, heading=_("基本情况")),
            ObjectList(rules_panels, heading=_("条件")),
            ObjectList(form_panels, heading=_("表单和材料")),
            ObjectList(money_panels, heading=_("金额")),
            ObjectList(handling_panels, heading=_("办理")),
            ObjectList(page_panels, heading=_("公开页面")),
            ObjectList([FieldPanel("slug")], heading=_("网址")),
        ]
    )

    class Meta:
        verbose_name = _("帮扶项目")
        verbose_name_plural = _("帮扶项目")

    def definition(self) -> Programme:
        """The programme these blocks define.

        :raises Contradiction: with every mistake, as (where, Chinese message).
        """
        data: dict[str, Any] = {"schema": SCHEMA}
        for where, field in FIELDS.items():
            _put(data, where, _plain(getattr(self, field)))
        for where, field in (NESTED | LISTS).items():
            stream = getattr(self, field)
            _put(data, where, parts.json_of(stream.stream_block, stream), keep=True)
        for where, field in ONE.items():
            stream = getattr(self, field)
            if told := parts.json_of(stream.stream_block, stream):
                data[where] = told[0]
        for where, field in RULES.items():
            if rule := parts.rule_of(getattr(self, field)):
                data[where] = rule
        return Programme.from_json(data)

    def take(self, programme: Programme) -> None:
        """Fill the blocks from a definition; :meth:`definition` gives the same back.

        :raises CannotEdit: when it holds something the blocks have no field for.
        """
        data = programme.to_json()
        for where, field in FIELDS.items():
            setattr(self, field, _typed(self, field, _get(data, where)))
        for where, field in (NESTED | LISTS).items():
            self._fill(field, _get(data, where) or [])
        for where, field in ONE.items():
            self._fill(field, [data[where]] if where in data else [])
        for where, field in RULES.items():
            setattr(self, field, _stream(self, field, parts.rule_raw(data.get(where))))

    def text(self) -> Text:
        """The programme in the words of its guides.

        :raises CannotWrite: when it contradicts itself.
        """
        try:
            return Text(self.definition())
        except Contradiction as error:
            raise CannotWrite(str(error)) from error

    def programme_text(self) -> tuple[str, ProgrammeText | None]:
        return self.code, self.text()

    def _fill(self, field: str, items: list[Any]) -> None:
        stream_block = getattr(self, field).stream_block
        ((name, block),) = stream_block.child_blocks.items()
        raw = [{"type": name, "value": parts.raw_of(block, item)} for item in items]
        setattr(self, field, _stream(self, field, raw))


def _stream(page: ProgrammePage, field: str, raw: list[Any]) -> Any:
    return getattr(page, field).stream_block.to_python(raw)


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(page: ProgrammePage, field: str, value: Any) -> Any:
    if value is None:
        return None if page._meta.get_field(field).null else ""
    return page._meta.get_field(field).to_python(value)


def _put(data: dict[str, Any], where: str, value: Any, *, keep: bool = False) -> None:
    """Set a dotted key; what says nothing is left out."""
    if not keep and value in ("", None):
        return
    *above, last = where.split(".")
    for key in above:
        data = data.setdefault(key, {})
    data[last] = value


def _get(data: Mapping[str, Any], where: str) -> Any:
    value: Any = data
    for key in where.split("."):
        value = value.get(key) if isinstance(value, Mapping) else None
    return value
