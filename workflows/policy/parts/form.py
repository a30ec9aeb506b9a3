"""What is asked: questions, lists, papers, and of whom."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Self

from workflows.policy.parts.cases import When


class FieldType(StrEnum):
    """How a field of the form is asked. `union` is picked from the network of unions."""

    TEXT = "text"
    ID_NUMBER = "id_number"
    MOBILE = "mobile"
    CHOICE = "choice"
    CHOICES = "choices"
    BOOL = "bool"
    MONEY = "money"
    INT = "int"
    YEAR = "year"
    DATE = "date"
    BANK_CARD = "bank_card"
    ADDRESS = "address"
    UNION = "union"


class Pii(StrEnum):
    """Privacy class (domain 3.0): public, internal, personal, sensitive."""

    P0 = "P0"
    P1 = "P1"
    P2 = "P2"
    P3 = "P3"


class Intake(StrEnum):
    """Whether families apply, or are put on a list without applying (免申即享)."""

    APPLY = "apply"
    LIST = "list"


class Per(StrEnum):
    """Whether something is asked once, or once for each beneficiary."""

    APPLICATION = "application"
    BENEFICIARY = "beneficiary"


@dataclass(frozen=True)
class Beneficiary:
    """For whom the aid is, when it is counted by heads: each has a row in the form."""

    noun: Annotated[str, "受益人的称呼"]
    rows: Annotated[str, "受益人的标识"]
    most: Annotated[int, "最多人数"]


@dataclass(frozen=True)
class Repeat:
    """Rows of the form besides the beneficiaries', such as bills or household members."""

    rows: Annotated[str, "名单的标识"]
    noun: Annotated[str, "名单里一行的称呼"]
    most: Annotated[int, "最多几行"]
    least: Annotated[int, "最少几行"] = 0


@dataclass(frozen=True)
class Choice:
    """One answer to choose. In JSON a plain text when code and label are the same."""

    code: Annotated[str, "选项代码"]
    label: Annotated[str, "选项文字"]

    @classmethod
    def from_text(cls, text: str) -> Self:
        return cls(code=text, label=text)

    def to_text(self) -> str | None:
        return self.code if self.code == self.label else None


@dataclass(frozen=True)
class Field:
    """One question of the form. Its key is also the key of the fact it answers, where there is one."""

    key: Annotated[str, "字段标识"]
    label: Annotated[str, "字段名称"]
    type: Annotated[FieldType, "字段类型"]
    pii: Annotated[Pii, "隐私级别"]
    required: Annotated[bool, "必填"] = False
    choices: Annotated[tuple[Choice, ...], "选项"] = ()
    help: Annotated[str, "填写提示"] = ""
    show_if: Annotated[When | None, "显示条件"] = None
    # Taken from the household file and only shown; never typed.
    from_file: Annotated[bool, "取自档案"] = False
    # A declaration: a box that must be ticked, not only answered.
    must_agree: Annotated[bool, "必须同意"] = False


@dataclass(frozen=True)
class Section:
    """A part of the form. With `repeat` it is answered once for each row of that name.

    Several sections may repeat over the same rows; together they make one row.
    """

    key: Annotated[str, "部分标识"]
    title: Annotated[str, "部分名称"]
    fields: Annotated[tuple[Field, ...], "字段"]
    help: Annotated[str, "说明"] = ""
    repeat: Annotated[str | None, "重复"] = None


@dataclass(frozen=True)
class Paper:
    """A document that is asked for, and why."""

    key: Annotated[str, "材料标识"]
    name: Annotated[str, "材料名称"]
    why: Annotated[str, "为什么要"]
    per: Annotated[Per, "按件还是按人"]
    src: Annotated[str, "出处"]
    when: Annotated[When | None, "在什么情况下要"] = None
    several: Annotated[bool, "可传多份"] = False
    life_months: Annotated[int | None, "有效月数"] = None
