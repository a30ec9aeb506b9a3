"""An aid programme: what a clerk types here is the guide, the form, the rule, the stages and the amounts at once."""

from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.fields import StreamField
from wagtail.models import Revision

from cms.blocks import programme as parts
from cms.blocks.contradictions import at_fields
from cms.models import definition, examples, previews
from cms.models.approval import refuse_own
from cms.models.article import Article
from cms.models.base import PublicPage, beside_the_editor
from cms.models.forms import PublicPageForm
from cms.models.panels import ExamplesPanel
from cms.writing.markdown import ProgrammeText
from cms.writing.programme_text import Text
from cms.writing.prose import CannotWrite
from workflows.policy.programme import Contradiction, Programme
from workflows.policy.roles import Level


def _many(name: str, block: Any, label: Any) -> StreamField:
    """As many as are needed; each shows its name until it is opened."""
    return StreamField([(name, block)], verbose_name=label, blank=True, collapsed=True)


def _one(name: str, block: Any, label: Any) -> StreamField:
    """One, or none."""
    return StreamField([(name, block)], verbose_name=label, blank=True, max_num=1)


def _source(label: Any) -> Any:
    return models.CharField(label, max_length=30, blank=True, help_text=parts.SOURCE_HELP)


class ProgrammeForm(PublicPageForm):
    """Shows what a definition contradicts itself in, at the very field; a draft may still be incomplete."""

    def check_publishable(self) -> None:
        try:
            programme = self.instance.definition()
        except Contradiction as error:
            raise self._at_fields(error.problems) from error
        if problems := list(examples.problems_of(programme, rows=examples.parameters())):
            raise self._at_fields(problems)
        super().check_publishable()

    def _at_fields(self, problems: Sequence[tuple[str, str]]) -> ValidationError:
        page = self.instance
        typed = definition.typed(page)
        return ValidationError(at_fields(page, problems, places=definition.PLACES, typed=typed))


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
    intake = models.CharField(
        _("怎么开始"),
        max_length=10,
        choices=[("apply", _("职工申请")), ("list", _("系统按条件列名单，免申即享"))],
        default="apply",
    )
    beneficiary = _one("beneficiary", parts.BeneficiaryBlock(), _("受益人"))
    repeats = _many("repeat", parts.RepeatBlock(), _("其他名单"))
    calculations = _many("calculation", parts.CalculationBlock(), _("计算项"))
    household_rule = StreamField(
        parts.CriteriaBlock(), verbose_name=_("家庭条件（各条都要符合）"), blank=True, collapsed=True
    )
    beneficiary_rule = StreamField(
        parts.CriteriaBlock(), verbose_name=_("受益人条件（各条都要符合）"), blank=True, collapsed=True
    )
    once = _one("once", parts.OnceBlock(), _("只领一次"))
    sections = _many("section", parts.SectionBlock(), _("申请表"))
    papers = _many("paper", parts.PaperBlock(), _("材料"))
    stages = _many("stage", parts.StageBlock(), _("办理环节"))
    amount_table = _many("row", parts.AmountRowBlock(), _("金额表"))
    ceilings = _many("ceiling", parts.CeilingBlock(), _("上限"))
    rounding = models.CharField(
        _("取整"), max_length=10, choices=[("yuan", _("取整到元")), ("fen", _("算到分"))], default="yuan"
    )
    line_on = models.CharField(
        _("按哪一天的低保标准"),
        max_length=12,
        choices=[("submission", _("提交申请（生成名单）那天")), ("period", _("这一期的第一天"))],
        default="submission",
        help_text=_("金额按低保标准算时用；只有系统列名单的项目才能选“这一期的第一天”。"),
    )
    benefits = _many("benefit", parts.BenefitBlock(), _("其他待遇"))
    fees = _many("fee", parts.FeeBlock(), _("付给服务机构的费用"))
    quota = _one("quota", parts.QuotaBlock(), _("名额"))
    schedule = _one("schedule", parts.ScheduleBlock(), _("名单日程"))
    other_ways = _many("way", parts.OtherWayBlock(), _("不予批准时，还有别的路"))
    funds = _many("fund", parts.Pick(choices=parts.FUNDS, label=_("资金来源")), _("资金来源"))
    notice = _one("notice", parts.NoticeBlock(), _("公示"))
    follow_up = _many("duty", parts.FollowUpBlock(), _("后续帮扶"))
    batches = _one("batches", parts.BatchesBlock(), _("发放批次"))
    deferral = _one("deferral", parts.DeferralBlock(), _("缓发"))
    clauses = _many("clause", parts.ClauseBlock(), _("政策条款"))
    definition_sources = _many("source", parts.SourceBlock(), _("出处表"))
    personas = _many("persona", parts.PersonaBlock(), _("示例家庭"))

    folder = "programmes"
    preview_modes: ClassVar[list[tuple[str, Any]]] = [("", _("指南")), *previews.MODES]
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
        FieldPanel("intake"),
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
        "once",
        "clauses",
    ]
    form_panels: ClassVar = ["sections", "repeats", "papers"]
    money_panels: ClassVar = [
        HelpPanel(
            content=_(
                "金额按元填写。改了金额，送审通过后成为新的一版；已经提交的申请仍按原来那一版。"
                "不发钱的项目，金额表和上限留空。"
            )
        ),
        "calculations",
        "amount_table",
        "ceilings",
        "rounding",
        "line_on",
        "benefits",
        "fees",
        "funds",
        "batches",
    ]
    handling_panels: ClassVar = [
        "stages",
        "quota",
        "schedule",
        "notice",
        "deferral",
        "follow_up",
        "other_ways",
    ]
    examples_panels: ClassVar = [
        HelpPanel(
            content=_(
                "写几个群众看得懂的例子：家里什么情况，应该得到什么结论、多少钱。"
                "有一个例子算出来不一样，这个项目就不能公开。"
            )
        ),
        ExamplesPanel(),
        "personas",
    ]
    page_panels: ClassVar = [Article.glance_panel, "body", Article.check_panel, "definition_sources"]
    edit_handler = TabbedInterface(
        [
            ObjectList(basics, heading=_("基本情况")),
            ObjectList(rules_panels, heading=_("条件")),
            ObjectList(form_panels, heading=_("表单和材料")),
            ObjectList(money_panels, heading=_("金额")),
            ObjectList(handling_panels, heading=_("办理")),
            ObjectList(examples_panels, heading=_("示例")),
            ObjectList(page_panels, heading=_("公开页面")),
            ObjectList([FieldPanel("slug"), PublicPage.hours_panel], heading=_("网址和时间")),
        ]
    )

    class Meta:
        verbose_name = _("帮扶项目")
        verbose_name_plural = _("帮扶项目")

    def definition(self) -> Programme:
        """The programme these blocks define.

        :raises Contradiction: with every mistake, as (where, Chinese message).
        """
        return definition.of(self)

    def take(self, programme: Programme) -> None:
        """Fill the blocks from a definition; :meth:`definition` gives the same back.

        :raises CannotEdit: when it holds something the blocks have no field for, naming the place.
        """
        definition.fill(self, programme)

    def publish(self, revision: Revision, user: Any = None, **options: Any) -> Any:
        """Make a revision public.

        :raises NeedsSecondPerson: when ``user`` wrote it.
        :raises NotReady: when it contradicts itself, or an example family comes out otherwise than written.
        """
        refuse_own(revision, user=user)
        examples.ready(revision.as_object().definition, rows=examples.parameters())
        return super().publish(revision, user=user, **options)

    @method_decorator(beside_the_editor)
    def serve_preview(self, request: HttpRequest, mode_name: str) -> HttpResponse:
        """The page, or another side of the programme."""
        if mode_name:
            return previews.shown(request, self, mode_name)
        return super().serve_preview(request, mode_name)

    def as_today(self, text: str, *, on: date) -> str:
        return previews.with_place(super().as_today(text, on=on), code=self.code)

    def with_data(self, shown: str) -> str:
        return previews.with_check(shown, self)

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
