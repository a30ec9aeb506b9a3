"""What a clerk types into: fields that take anything in a draft, and say what is wrong with it before the review."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from cms.blocks import words
from cms.blocks.asked import Asked
from cms.blocks.definition import Own
from workflows.policy.facts import FACTS, About
from workflows.policy.parameters import CATALOGUE

KEY = r"^[a-z][a-z0-9_]{0,39}$"
SOURCE_HELP = _("R 加号码是出处表里的文件，I 是本市自定，G 是常识。几个出处用顿号隔开，例如 R16、I。")


def fact_choices() -> list[tuple[Any, Any]]:
    """The catalogue of facts, by whom they are about."""
    heads = ((About.HOUSEHOLD, _("家庭的情况")), (About.BENEFICIARY, _("受益人的情况")))
    return [
        (
            head,
            [(fact.key, f"{fact.question}（{fact.key}）") for fact in FACTS.values() if fact.about is about],
        )
        for about, head in heads
    ]


def param_choices() -> list[tuple[Any, Any]]:
    """The catalogue of parameters, by group."""
    groups = dict.fromkeys(each.group for each in CATALOGUE.values())
    return [
        (group.label, [(each.key, each.name) for each in CATALOGUE.values() if each.group is group])
        for group in groups
    ]


def choices_of(kind: Iterable[Any]) -> list[tuple[str, Any]]:
    return [(member.value, getattr(member, "label", member.value)) for member in kind]


# --- plain fields --------------------------------------------------------------------------------------------------
class Draftable(blocks.FieldBlock):
    """Whatever can be stored is stored in a draft; lengths, limits and spellings count from the review on."""

    def clean(self, value: Any) -> Any:
        if self.is_deferred_validation:
            return self.value_from_form(self.field.to_python(self.value_for_form(value)))
        return super().clean(value)


class Line(Draftable, blocks.CharBlock):
    """A line of text."""


class Lines(Draftable, blocks.TextBlock):
    """Text."""


class Whole(Draftable, blocks.IntegerBlock):
    """A whole number."""


class Pick(Draftable, blocks.ChoiceBlock):
    """One of several. What need not be chosen is told as nothing, so that a block's name does not speak of it."""

    def _get_callable_choices(self, choices: Any, blank_choice: bool = True) -> Any:
        given = super()._get_callable_choices(choices, blank_choice=False)
        blank = ("", _("请选择") if self._required else "")

        def with_blank() -> list[Any]:
            found = list(given())
            return found if any(code == "" for code, _label in found) else [blank, *found]

        return with_blank


class Key(Draftable, blocks.RegexBlock):
    """A name for machines."""


def short_name(label: Any = _("标识"), **options: Any) -> Key:
    options.setdefault(
        "help_text", _("给电脑用的短名，用小写字母、数字和下划线，例如 trouble_kind。定了就不要改。")
    )
    return Key(
        regex=KEY,
        label=label,
        error_messages={"invalid": _("只能用小写字母、数字和下划线，以字母开头。")},
        **options,
    )


def source(label: Any = _("出处"), **options: Any) -> Line:
    return Line(label=label, max_length=30, help_text=SOURCE_HELP, **options)


# --- numbers -------------------------------------------------------------------------------------------------------
class YuanBlock(Own, Draftable, blocks.CharBlock):
    """Typed and stored in yuan; whole fen in the definition."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        fen = words.fen_of(text) if text else None
        if text and fen is None and not self.is_deferred_validation:
            raise ValidationError(_("请写以元为单位的数字，例如 5000 或 833.33。"))
        return text if fen is None else words.yuan_text(fen)

    def json(self, value: Any, asked: Asked) -> Any:
        fen = words.fen_of(str(value)) if value not in ("", None) else None
        return (value or None) if fen is None else fen

    def raw(self, data: Any, asked: Asked) -> Any:
        return "" if data is None else words.yuan_text(data)


class FractionBlock(Own, Draftable, blocks.CharBlock):
    """A share, a multiple or a number of months: 80%, 3/4, 1.5 or 2."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if text and words.fraction_of(text) is None and not self.is_deferred_validation:
            raise ValidationError(_("请写 80%、3/4、1.5 或 2 这样的数。"))
        return text

    def json(self, value: Any, asked: Asked) -> Any:
        return (words.fraction_of(value) or value) if value else None

    def raw(self, data: Any, asked: Asked) -> Any:
        return words.fraction_text(data) if data else ""


# --- lists in lines ------------------------------------------------------------------------------------------------
class ChoicesBlock(Own, Draftable, blocks.TextBlock):
    """The answers to choose from, one a line: the words, or ``code|words`` when they differ."""

    def json(self, value: Any, asked: Asked) -> list[Any]:
        return [_choice(line.strip()) for line in (value or "").splitlines() if line.strip()]

    def raw(self, data: Any, asked: Asked) -> str:
        return "\n".join(
            each if isinstance(each, str) else f"{each['code']}|{each['label']}" for each in data or []
        )


def _choice(line: str) -> Any:
    code, mark, label = line.partition("|")
    return {"code": code.strip(), "label": label.strip()} if mark else line


class CaseBlock(Own, Draftable, blocks.TextBlock):
    """The circumstances of an example case, one a line: ``stage：本科``."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not self.is_deferred_validation:
            lines = words.lines_of(text)
            for key, said in lines:
                if said is None:
                    raise ValidationError(_("“%s”里没有冒号。请一行写一项，例如 filed：是。") % key)
            _refuse_twice([key for key, _said in lines])
        return text

    def json(self, value: Any, asked: Asked) -> dict[str, Any]:
        case = {}
        for word, said in words.lines_of(value or ""):
            key = asked.key(word)
            case[key] = None if said is None else words.meant(said, asked.kind(key))
        return case

    def raw(self, data: Any, asked: Asked) -> str:
        return "\n".join(words.line(key, words.spoken(value, asked.kind(key))) for key, value in data.items())


# --- circumstances -------------------------------------------------------------------------------------------------
class ConditionBlock(blocks.StructBlock):
    """One circumstance that narrows a part: which fact, and which of its values."""

    fact = Pick(choices=fact_choices, label=_("看哪一项"), required=False)
    field = Line(
        label=_("或者表单里的哪个字段"),
        required=False,
        max_length=60,
        help_text=_("上面没有的，写字段的标识或者问题，例如 new_account。"),
    )
    values = Line(
        label=_("是什么"),
        max_length=500,
        help_text=_("几个值用顿号隔开，有一个对上就算；是非题写“是”或“否”，还不清楚写“不知道”。"),
    )

    class Meta:
        icon = "help"
        label = _("情况")
        label_format = "{fact}{field}：{values}"


class WhenBlock(Own, blocks.ListBlock):
    """Only in these circumstances; all of them must hold."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("只在什么情况下"))
        options.setdefault("help_text", _("不加就是任何情况。加了几项，几项都要对上。"))
        super().__init__(ConditionBlock(), default=[], collapsed=True, **options)

    def clean(self, value: Any) -> Any:
        if not self.is_deferred_validation:
            _refuse_twice([named(item) for item in value])
        return super().clean(value)

    def json(self, value: Any, asked: Asked) -> dict[str, Any]:
        when = {}
        for item in value:
            key, text = asked.key(named(item)), item["values"] or ""
            parts = words.separated(text)
            kind = asked.kind(key)
            if len(parts) > 1:
                when[key] = [words.meant(part, words.each_of(kind)) for part in parts]
            else:
                when[key] = words.meant(text, words.each_of(kind))
        return when

    def raw(self, data: Any, asked: Asked) -> list[dict[str, Any]]:
        found = []
        for key, value in (data or {}).items():
            kind = words.each_of(asked.kind(key))
            text = words.spoken(value, kind)
            if isinstance(value, list) and len(value) > 1:
                text = text.removeprefix("[").removesuffix("]")
            place = {"fact": key, "field": ""} if key in FACTS else {"fact": "", "field": key}
            found.append(place | {"values": text})
        return found


def named(item: Any) -> str:
    """What a circumstance asks, by its key or the words of its question."""
    return str(item["field"] or item["fact"] or "").strip()


def _refuse_twice(keys: list[str]) -> None:
    for key, times in Counter(keys).items():
        if times > 1:
            raise ValidationError(_("“%s”写了两次，只留一处。") % key)
