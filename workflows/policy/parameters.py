"""The one catalogue of parameters: what each is called, what it means, and what kind of value it holds.

Values change by day and area and lie in the database; what may be a value at all is said here. A rule, a programme or
a page names a parameter by its key. Sources of the first values stand in `content/parameters.yml`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from workflows.policy.household.measures import MeasuresByCause
from workflows.policy.kinds import BadValue, Compare, Kind, Money, OneOf, Ratio, Some, Whole, Wholes, YesNo

_WORKDAYS: Final = "个工作日"
_DIBAO: Final = "低保标准"


class UnknownParameter(LookupError):
    """The catalogue has no parameter of this key."""


class Group(StrEnum):
    """Where a parameter stands in lists."""

    LINES = "LINES"
    SUMS = "SUMS"
    AID = "AID"
    DAYS = "DAYS"
    FILES = "FILES"
    ONLINE = "ONLINE"

    @property
    def label(self) -> str:
        return _GROUPS[self]


_GROUPS: Final = {
    Group.LINES: "标准线",
    Group.SUMS: "收入和支出怎么算",
    Group.AID: "帮扶之间的关系和上限",
    Group.DAYS: "办理期限",
    Group.FILES: "档案的动态管理",
    Group.ONLINE: "网上办理",
}


@dataclass(frozen=True)
class Definition:
    """One parameter: its key, its name, what it means in one sentence, and the kind of its values."""

    key: str
    group: Group
    name: str
    meaning: str
    kind: Kind

    def words(self, value: Any) -> str:
        """A stored value as people read it; one from before the catalogue knew its kind as it lies there."""
        try:
            self.kind.check(value)
        except BadValue:
            return str(value)
        return self.kind.words(value)


_DEFINITIONS: Final = (
    Definition(
        "city_line",
        Group.LINES,
        "城市低保标准",
        "城市居民最低生活保障标准，按月计；困难类别和助学金额的上限都按它算。",
        Money(least=10_000, most=1_000_000, unit="元/月"),
    ),
    Definition(
        "minimum_wage_month",
        Group.LINES,
        "月最低工资标准",
        "本地最低工资，按月计；有劳动能力而未就业的家人，没有别的证明时按它计收入。",
        Money(least=50_000, most=2_000_000, unit="元/月"),
    ),
    Definition(
        "deep_compare",
        Group.LINES,
        "深度困难的界线",
        "家庭月人均（收入减去刚性支出）怎样与低保标准比较，才算深度困难。",
        Compare(_DIBAO),
    ),
    Definition(
        "relative_compare",
        Group.LINES,
        "相对困难的界线",
        "家庭月人均（收入减去刚性支出）怎样与低保标准比较，才算相对困难。",
        Compare(_DIBAO),
    ),
    Definition(
        "accident_ratio_percent",
        Group.LINES,
        "意外致困的支出比例",
        "意外或大病的费用，扣除各种赔偿和报销以后，超过家庭年收入的百分之几，才算意外致困。",
        Whole("%", least=1, most=100),
    ),
    Definition(
        "lookback_months",
        Group.SUMS,
        "收入和支出往前看几个月",
        "算家庭收入和刚性支出时，从申请那天往前数几个月。",
        Whole("个月", least=1, most=36),
    ),
    Definition(
        "line_date_rule",
        Group.SUMS,
        "用哪一天的标准",
        "标准在办理中间调整时，按哪一天有效的标准算。",
        OneOf((("submission_date", "提交申请那一天"),)),
    ),
    Definition(
        "imputed_wage_for_able_unemployed",
        Group.SUMS,
        "有劳动能力而未就业的，按什么计收入",
        "在劳动年龄、能工作、没有上学也没有就业的家人，没有别的证明时按什么计收入。",
        OneOf((("minimum_wage_month", "按月最低工资标准"),)),
    ),
    Definition(
        "working_age_from",
        Group.SUMS,
        "劳动年龄从几岁起",
        "满了这个年龄、能劳动而没有工作的家人，没有别的证明时按最低工资计收入。",
        Whole("岁", least=14, most=20),
    ),
    Definition(
        "working_age_men",
        Group.SUMS,
        "男职工劳动年龄到几岁",
        "男性满了这个年龄，就不再推定他有工资。",
        Whole("岁", least=50, most=70),
    ),
    Definition(
        "working_age_women",
        Group.SUMS,
        "女职工劳动年龄到几岁",
        "女性满了这个年龄，就不再推定她有工资。",
        Whole("岁", least=45, most=70),
    ),
    Definition(
        "near_line_percent",
        Group.LINES,
        "离界线多近要先补证明",
        "家庭月人均离界线在百分之几以内的，先把没有证明的收入和支出补上证明，再定困难类别。",
        Whole("%", least=0, most=20),
    ),
    Definition(
        "floor_area_per_head",
        Group.LINES,
        "当地人均住房面积",
        "有两套以上住房的，人均面积不超过这个数，不算不予建档的情形。",
        Whole("平方米", least=5, most=200),
    ),
    Definition(
        "grounds_bind",
        Group.FILES,
        "不予建档的情形管哪几类",
        "有房产、车辆、经商等情形的，不能认定为哪几类困难职工。",
        Some(tuple((name, name) for name in ("深度困难", "相对困难", "意外致困"))),
    ),
    Definition(
        "count_union_aid_as_income",
        Group.SUMS,
        "工会的生活、助学、医疗救助计入收入",
        "已经领到的工会生活、助学、医疗救助，算不算家庭收入。",
        YesNo(),
    ),
    Definition(
        "count_holiday_money_as_income",
        Group.SUMS,
        "节日慰问金计入收入",
        "节日的小额慰问金，算不算家庭收入。",
        YesNo(),
    ),
    Definition(
        "schooling_deduction_excludes",
        Group.SUMS,
        "哪些学段的费用不扣除",
        "这些学段属于义务教育，上学的费用不从收入里扣除。",
        Some((("小学", "小学"), ("初中", "初中"))),
    ),
    Definition(
        "schooling_cost_due_next_year_counts",
        Group.SUMS,
        "即将缴纳的学费可以扣除",
        "录取通知书上写明、即将缴纳的学费，能不能提前从收入里扣除。",
        YesNo(),
    ),
    Definition(
        "work_income_observation_months",
        Group.SUMS,
        "新的工资收入观察几个月",
        "家里有人刚就业，新的工资稳定几个月以后，才据此改变困难类别。",
        Whole("个月", least=0, most=24),
    ),
    Definition(
        "migrant_labour_relation_months",
        Group.SUMS,
        "外来务工人员的劳动关系要满几个月",
        "外来务工的职工，在本地的劳动关系满几个月，才能按困难农民工建档。",
        Whole("个月", least=0, most=60),
    ),
    Definition(
        "means_data_months",
        Group.SUMS,
        "家庭经济状况核对的有效期",
        "上次核对以后超过几个月，要重新签授权书核对。",
        Whole("个月", least=1, most=36),
    ),
    Definition(
        "relative_single_item_per_year",
        Group.AID,
        "相对困难家庭一年只享一项",
        "相对困难家庭在一个自然年里，是不是只能享受一项帮扶。",
        YesNo(),
    ),
    Definition(
        "deep_recalculate_living",
        Group.AID,
        "领过其他帮扶后，生活救助要重新测算",
        "深度困难家庭今年领过帮扶的，申请生活救助时，是不是把已领的计入收入重新测算。",
        YesNo(as_number=True),
    ),
    Definition(
        "deep_recalculate_medical",
        Group.AID,
        "领过其他帮扶后，医疗救助要重新测算",
        "深度困难家庭今年领过帮扶的，申请医疗救助时，是不是把已领的计入收入重新测算。",
        YesNo(as_number=True),
    ),
    Definition(
        "deep_recalculate_schooling",
        Group.AID,
        "领过其他帮扶后，子女助学要重新测算",
        "深度困难家庭今年领过帮扶的，申请子女助学时，是不是把已领的计入收入重新测算。",
        YesNo(as_number=True),
    ),
    Definition(
        "temporary_aid_max_year",
        Group.AID,
        "临时救助一年的上限",
        "一个人一年里领到的临时救助，加起来不超过这个数。",
        Money(least=10_000, most=10_000_000, unit="元/年"),
    ),
    Definition(
        "public_notice_workdays",
        Group.DAYS,
        "公示期",
        "公示至少几个工作日；张贴当天不计。",
        Whole(_WORKDAYS, least=1, most=30),
    ),
    Definition(
        "visit_workdays",
        Group.DAYS,
        "单位工会入户了解的期限",
        "收到建档申请后，单位工会在几个工作日里上门了解情况。",
        Whole(_WORKDAYS, least=1, most=60),
    ),
    Definition(
        "file_sync_workdays",
        Group.DAYS,
        "纸质和电子档案一致的期限",
        "纸质档案和电子档案有一份变了，另一份在几个工作日里跟上。",
        Whole(_WORKDAYS, least=1, most=90),
    ),
    Definition(
        "response_limits_workdays",
        Group.DAYS,
        "各步的答复期限",
        "每一步最多用几个工作日；项目自己写了期限的，按项目的。",
        Wholes(
            (
                ("acceptance", "受理"),
                ("station", "单位工会审核"),
                ("county", "县级审核"),
                ("means_check", "经济状况核对"),
                ("city", "市级审批"),
                ("payment", "发放"),
                ("correction", "职工补正"),
                ("objection", "答复异议"),
            ),
            Whole(_WORKDAYS, least=1, most=60),
        ),
    ),
    Definition(
        "file_workdays",
        Group.DAYS,
        "建档和复核各步的期限",
        "档案停在每一步最多几个工作日；入户调查从受理那天算起。",
        Wholes(
            (
                ("SUBMITTED", "受理"),
                ("RETURNED", "家庭补正"),
                ("ACCEPTED", "入户调查"),
                ("CHECKING", "经济状况核对"),
                ("COUNTY_REVIEW", "县级审核"),
                ("CITY_RECORD", "市级复核备案"),
                ("RECHECK", "复核"),
                ("SUSPENDED", "暂停"),
                ("TRANSFER", "转出"),
            ),
            Whole(_WORKDAYS, least=1, most=60),
        ),
    ),
    Definition(
        "callback_workdays",
        Group.DAYS,
        "回电的期限",
        "职工请求回电以后，工作人员在几个工作日里打过去。",
        Whole(_WORKDAYS, least=1, most=10),
    ),
    Definition(
        "file_order",
        Group.FILES,
        "先公示还是先核对",
        "建档时，是单位先公示再核对经济状况，还是先核对、县级审核后再公示。",
        OneOf((("notice_first", "先公示，后核对"), ("check_first", "先核对，后公示"))),
    ),
    Definition(
        "recheck_months",
        Group.FILES,
        "几个月复核一次",
        "在档家庭上次复核以后，最多几个月要再复核。",
        Whole("个月", least=1, most=24),
    ),
    Definition(
        "watch_months",
        Group.FILES,
        "撤档后关注几个月",
        "撤档以后，几个月里关注这家会不会再陷入困难；期满归档。",
        Whole("个月", least=1, most=60),
    ),
    Definition(
        "yearly_clean_up",
        Group.FILES,
        "每年集中清理几次",
        "在档家庭每年至少集中核实清理几次。",
        Whole("次", least=1, most=12),
    ),
    Definition(
        "spot_check_ratio",
        Group.FILES,
        "抽查比例",
        "复核时抽查的档案，不少于在档家庭的多少。",
        Ratio((1, 100), (1, 1), percent=True),
    ),
    Definition(
        "sweep_months",
        Group.FILES,
        "集中排查的月份",
        "每年在哪几个月集中排查新出现的困难家庭。",
        Some(tuple((month, f"{month}月") for month in range(1, 13)), least=1),
    ),
    Definition(
        "retention_years_after_close",
        Group.FILES,
        "撤档后的保存年限",
        "档案撤销以后，原始材料再保存几年。",
        Whole("年", least=1, most=100),
    ),
    Definition(
        "exit_above_line_months",
        Group.FILES,
        "连续超过界线几个月可以脱困",
        "家庭月人均连续几个月超过脱困的界线，就可以按脱困撤档。",
        Whole("个月", least=1, most=24),
    ),
    Definition(
        "exit_threshold_multiple",
        Group.FILES,
        "脱困的界线",
        "家庭月人均超过低保标准的几倍，算越过了脱困的界线。",
        Ratio((1, 2), (5, 1)),
    ),
    Definition(
        "tapering_quarters",
        Group.FILES,
        "渐退期",
        "脱困以后，生活补贴再发几个季度。",
        Whole("个季度", least=0, most=8),
    ),
    Definition(
        "tapering_share",
        Group.FILES,
        "渐退期的发放比例",
        "渐退期里，按原来标准的百分之几发放。",
        Ratio((0, 1), (1, 1), percent=True),
    ),
    Definition(
        "measures_by_cause",
        Group.FILES,
        "什么原因用什么措施",
        "订帮扶计划时，按这家的致困原因提示哪些措施；订计划的人可以照着写，也可以自己写。",
        MeasuresByCause(),
    ),
    Definition(
        "most_files_per_paper",
        Group.ONLINE,
        "一项材料最多几个文件",
        "网上申请时，可以传好几张的材料（例如户口簿），最多传几个文件。",
        Whole("个", least=1, most=40),
    ),
)

CATALOGUE: Final[Mapping[str, Definition]] = MappingProxyType({each.key: each for each in _DEFINITIONS})


def definition(key: str) -> Definition:
    """:raises UnknownParameter: the catalogue has none of this key."""
    try:
        return CATALOGUE[key]
    except KeyError:
        raise UnknownParameter(key) from None


def check(key: str, value: object) -> None:
    """Refuse a value that the parameter cannot have.

    :raises UnknownParameter: the catalogue has none of this key.
    :raises kinds.BadValue: the value is of another kind or out of bounds.
    """
    definition(key).kind.check(value)
