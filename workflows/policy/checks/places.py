"""What can be wrong with places and with once-only."""

from collections.abc import Iterator, Sequence

from workflows.policy.checks.shared import asked_when, fields_of, unique
from workflows.policy.parts import Beneficiary, FieldType, Once, OncePer, Quota, Section, Stage
from workflows.policy.shape import Problem


def quota(given: Quota | None, sections: Sequence[Section], steps: Sequence[Stage]) -> Iterator[Problem]:
    if given is None:
        return
    if (given.places is None) == (not given.by):
        yield "quota.places", "名额要写总数，或者写按哪个字段分，只写一种"
    if given.places is not None and given.places < 1:
        yield "quota.places", "名额至少是1"
    if given.by:
        field = fields_of(sections, rows=False).get(given.by)
        if field is None or field.type is not FieldType.CHOICE:
            yield "quota.by", f"按“{given.by}”分名额，但表单里没有这道单选题"
        else:
            codes = [choice.code for choice in field.choices]
            told = [each.code for each in given.each]
            yield from unique("quota.each", "名额", told)
            for code in codes:
                if code not in told:
                    yield "quota.each", f"“{field.label}”的选项“{code}”没有写名额"
            for index, each in enumerate(given.each):
                if each.code not in codes:
                    yield f"quota.each[{index}].code", f"“{each.code}”不是“{field.label}”的选项"
                if each.places < 1:
                    yield f"quota.each[{index}].places", f"“{each.code}”的名额至少是1"
    elif given.each:
        yield "quota.each", "写了各项名额，就要写按哪个字段分"
    for index, group in enumerate(given.priority):
        yield from asked_when(
            f"quota.priority[{index}].when",
            f"优先对象“{group.label}”",
            group.when,
            fields_of(sections, rows=False),
        )


def once(
    given: Once | None, beneficiary: Beneficiary | None, sections: Sequence[Section]
) -> Iterator[Problem]:
    if given is None:
        return
    if given.per is OncePer.LISTED:
        yield from _listed(given, sections)
        return
    if given.by:
        yield "once.by", "只有按名单里的一项算，才写是哪一项"
    if given.per is not OncePer.BENEFICIARY:
        return
    rows = beneficiary.rows if beneficiary else None
    numbers = [
        field
        for section in sections
        if rows is not None and section.repeat == rows
        for field in section.fields
        if field.type is FieldType.ID_NUMBER
    ]
    if not numbers:
        yield "once.per", "每名受益人只领一次，表单里就要问受益人的身份证号"


def _listed(given: Once, sections: Sequence[Section]) -> Iterator[Problem]:
    rows, _dot, key = given.by.partition(".")
    field = next(
        (
            each
            for section in sections
            if section.repeat == rows
            for each in section.fields
            if each.key == key
        ),
        None,
    )
    if field is None or field.type is not FieldType.TEXT:
        yield (
            "once.by",
            f"名单里的每一项只算一次，要写按哪道文字题认（例如 bills.number），现在是“{given.by}”",
        )
    elif not field.required or field.show_if is not None:
        yield "once.by", f"“{field.label}”用来认出同一项，应是每行都要填的必填题"
