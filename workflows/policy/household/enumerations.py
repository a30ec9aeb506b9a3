"""The enumerations of the national file form (R46a to R46e). A value that is no longer used is kept for old files.

``code`` is what is stored and exchanged: the official name where the form gives no number.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final

from workflows.policy.household.kinds import Category, Income, Spending, Work


@dataclass(frozen=True)
class Value:
    """One value. ``until``: the last day on which it could be chosen anew; ``now``: the code that took its place."""

    code: str
    name: str
    since: date | None = None
    until: date | None = None
    now: str = ""

    def in_force(self, on: date) -> bool:
        return (self.since is None or self.since <= on) and (self.until is None or on <= self.until)


@dataclass(frozen=True)
class Enumeration:
    """The values of one field, in the order of the form."""

    name: str
    values: tuple[Value, ...]

    def choices(self, on: date) -> Iterator[tuple[str, str]]:
        """(code, name) of what may be chosen on a day."""
        return ((value.code, value.name) for value in self.values if value.in_force(on))

    def choices_now(self) -> list[tuple[str, str]]:
        """(code, name) of the values that have no end."""
        return [(value.code, value.name) for value in self.values if value.until is None]

    def find(self, told: str) -> Value | None:
        """A value by its code or its official name, also one that is no longer in force."""
        return next((value for value in self.values if told in (value.code, value.name)), None)

    def name_of(self, code: str) -> str:
        """The official name; the code itself when nobody knows it."""
        return next((value.name for value in self.values if value.code == code), code)


def _named(name: str, *names: str) -> Enumeration:
    return Enumeration(name, tuple(Value(each, each) for each in names))


def _coded(name: str, **names: str) -> Enumeration:
    return Enumeration(name, tuple(Value(code.lstrip("c"), each) for code, each in names.items()))


#: The categories of 2016 to 2020 ended when the present ones began (R5); the day is our own reading of it (I).
_OLD_CATEGORIES_ENDED: Final = date(2020, 12, 31)
#: 免费师范生 became 公费师范生 (R16).
_FREE_TEACHERS_ENDED: Final = date(2018, 7, 31)
#: Non-farming and farming households are one since 2014; the form still carries the old words for import.
_ONE_HOUSEHOLD_REGISTER: Final = date(2014, 7, 30)

CATEGORY: Final = Enumeration(
    "困难类别",
    (
        *(Value(each.value, each.value) for each in Category),
        Value("DIBAOHU", "低保户", until=_OLD_CATEGORIES_ENDED, now=Category.DEEP),
        Value("BIANYUAN", "低保边缘户", until=_OLD_CATEGORIES_ENDED, now=Category.RELATIVE),
        Value("YIWAI_OLD", "意外致困户", until=_OLD_CATEGORIES_ENDED, now=Category.ACCIDENT),
    ),
)
CAUSE: Final = _named(
    "致困原因",
    "无劳动能力",
    "有劳动能力而未就业",
    "下岗失业",
    "未参加社会保险",
    "社会保险待遇落实不到位",
    "患重特大疾病",
    "遭受自然灾害",
    "遭受意外事故",
    "子女上学",
    "其他",
)
FOCUS_GROUP: Final = _named(
    "五类重点群体",
    "低保范围内有劳动能力而未充分就业",
    "收入或生活水平低于低保线而未纳入低保",
    "支出性生活困难",
    "城市困难农民工",
    "供给侧结构性改革中的困难职工",
    "其他",
)
BATCH: Final = _named("四个一批", "就业创业", "纳入社保制度覆盖", "大病医疗保险", "社会救助兜底")
ETHNIC: Final = _named(
    "民族",
    *"汉族 蒙古族 回族 藏族 维吾尔族 苗族 彝族 壮族 布依族 朝鲜族 满族 侗族 瑶族 白族 土家族 哈尼族 哈萨克族 傣族".split(),
    *"黎族 傈僳族 佤族 畲族 高山族 拉祜族 水族 东乡族 纳西族 景颇族 柯尔克孜族 土族 达斡尔族 仫佬族 羌族 布朗族".split(),
    *"撒拉族 毛南族 仡佬族 锡伯族 阿昌族 普米族 塔吉克族 怒族 乌孜别克族 俄罗斯族 鄂温克族 德昂族 保安族 裕固族".split(),
    *"京族 塔塔尔族 独龙族 鄂伦春族 赫哲族 门巴族 珞巴族 基诺族".split(),
)
POLITICAL: Final = _named("政治面貌", "中共党员", "共青团员", "民主党派", "群众", "其他")
HEALTH: Final = _named(
    "健康状况",
    *"良好 残疾 恶性肿瘤 心血管病 脑血管病 终末期肾病 精神病 肝病 血液病 糖尿病 肿瘤病 腰颈椎病 高血压病 肺病".split(),
    *"一般疾病 深度昏迷 永久瘫痪 严重阿尔茨海默病 严重帕金森病 严重运动神经元病".split(),
)
DISABILITY: Final = _named("残疾类别", "视力", "听力", "言语", "智力", "肢体", "精神", "多重")
DISABILITY_GRADE: Final = _named("残疾等级", "一级", "二级", "三级", "四级")
WORK: Final = _named("工作状态", *(each.value for each in Work))
MODEL_WORKER: Final = _named("劳模类型", "非劳模", "全国劳模", "省部级劳模", "地市级劳模", "其他")
HOUSING: Final = _named(
    "住房类型",
    *"自建房 商品房 经济适用房 两限房 承租单位公房 政府廉租房/公租房 租房 无房 其他".split(),
)
MARITAL: Final = _named("婚姻状况", "未婚", "已婚", "离异", "丧偶")
REGISTER: Final = Enumeration(
    "户口类型",
    (
        Value("居民户口", "居民户口", since=_ONE_HOUSEHOLD_REGISTER),
        Value("非农业", "非农业", until=_ONE_HOUSEHOLD_REGISTER, now="居民户口"),
        Value("农业", "农业", until=_ONE_HOUSEHOLD_REGISTER, now="居民户口"),
        Value("农转居", "农转居", until=_ONE_HOUSEHOLD_REGISTER, now="居民户口"),
    ),
)
UNIT_KIND: Final = _named(
    "单位性质",
    *"国有机关/事业单位 国有企业 集体企业 民营/私营/个体企业 外资/合资 社会组织 其他".split(),
)
UNIT_CONDITION: Final = _named("企业状况", *"正常 困难 停产 半停产 关停并转 破产 去产能 僵尸企业".split())
CONTRACT: Final = _named("合同期限", "半年内", "半年至一年", "两年", "三年", "四年", "五年以上", "无固定期限")
MEDICAL_COVER: Final = _named("医保状况", "城镇职工", "城乡居民", "未参保", "其他")
#: GB/T 4761, as far as the form asks.
RELATION: Final = _coded(
    "与户主关系",
    c01="本人",
    c02="户主",
    c10="配偶",
    c20="子",
    c30="女",
    c40="孙辈",
    c50="父母",
    c60="祖父母",
    c70="兄弟姐妹",
    c97="其他亲属",
    c99="非亲属",
)
IDENTITY: Final = _named("人员身份", *"在岗 下(待)岗 失(无)业 退休 病休 内退 农民工 学生 学龄前 其他".split())
STAGE: Final = _named(
    "学段", "学前", "小学", "初中", "普通高中", "中等职业", "高职（专科）", "本科", "硕士", "博士"
)
CAMPUS: Final = _named("办学性质", "公办", "民办", "中外合作")
TRAINING: Final = Enumeration(
    "培养类型",
    (
        Value("普通", "普通"),
        Value("定向", "定向"),
        Value("公费师范", "公费师范"),
        Value("免费师范", "免费师范", until=_FREE_TEACHERS_ENDED, now="公费师范"),
        Value("军校", "军校"),
    ),
)
INCOME: Final = Enumeration("收入项目", tuple(Value(each.value, each.label) for each in Income))
SPENDING: Final = Enumeration("刚性支出", tuple(Value(each.value, each.label) for each in Spending))
#: Of somebody without an identity card (domain 3.6: by kind of document, not by the rule of the number).
DOCUMENT: Final = _named(
    "证件类型",
    "户口簿",
    "出生医学证明",
    "港澳居民居住证",
    "台湾居民居住证",
    "外国人永久居留身份证",
    "护照",
    "其他证件",
)
ASSET: Final = _named("财产", "房产", "车辆", "经营", "存款", "有价证券")
ACCOUNT: Final = _named("账户类型", "借记卡", "存折", "社保卡", "职工卡")
CLOSE_REASON: Final = _named(
    "撤档原因",
    *"脱困 解困转兜底 退休离岗 调出转出 死亡 精准识别不符 弄虚作假 家庭申请 其他".split(),
)
#: How somebody comes to live in a household, and how they leave it.
JOIN_REASON: Final = _named("添人口的原因", *"出生 结婚 收养 搬来同住 其他".split())
LEAVE_REASON: Final = _named("离开的原因", *"去世 离婚 结婚分户 搬走 其他".split())
#: Why no file is opened. 不在受理范围 alone is for the station to say; the others are for the county (domain 3.3).
REJECT_REASON: Final = _named(
    "不予建档理由",
    "不在受理范围",
    "收入超标",
    "财产超限",
    "材料不全逾期",
    "不配合核对",
    "弄虚作假",
    "公示异议成立",
    "其他",
)

ALL: Final[Mapping[str, Enumeration]] = MappingProxyType(
    {
        each.name: each
        for each in (
            CATEGORY,
            CAUSE,
            FOCUS_GROUP,
            BATCH,
            ETHNIC,
            POLITICAL,
            HEALTH,
            DISABILITY,
            DISABILITY_GRADE,
            WORK,
            MODEL_WORKER,
            HOUSING,
            MARITAL,
            REGISTER,
            UNIT_KIND,
            UNIT_CONDITION,
            CONTRACT,
            MEDICAL_COVER,
            RELATION,
            IDENTITY,
            STAGE,
            CAMPUS,
            TRAINING,
            INCOME,
            SPENDING,
            ASSET,
            ACCOUNT,
            CLOSE_REASON,
            JOIN_REASON,
            LEAVE_REASON,
            REJECT_REASON,
        )
    }
)
