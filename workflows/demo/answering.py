"""How an invented family fills the form of a programme: what it knows, and something plausible for the rest."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from workflows.demo.families import Child, Family
from workflows.demo.invented import MAN
from workflows.policy.parts import Field, FieldType
from workflows.policy.programme import Programme

PAPERS = Path(__file__).parent / "papers"
#: Which of the sample papers stands for which kind of paper; everything else gets the plain proof.
SAMPLES = {
    "admission_notice": "admission.jpg",
    "school_record": "school-record.jpg",
    "student_id_card": "id-card.jpg",
    "household_register": "register.jpg",
    "fee_standard": "fees.pdf",
    "bank_card_photo": "card.png",
}
PLAIN = "proof.jpg"

SCHOOLS = {
    "本科": ("澜江大学", "澜江理工学院", "澜江师范学院", "滨江财经大学"),
    "高职(专科)": ("澜江职业技术学院", "青坪卫生职业学院", "柳溪工贸职业学院"),
    "普通高中": ("澜江市第一中学", "河湾区第二中学", "青坪县高级中学"),
    "中等职业": ("澜江市技工学校", "东岭区职业中专"),
}
MAJORS = ("机械工程", "护理", "计算机应用", "会计学", "土木工程", "食品科学", "电子信息", "学前教育")


@dataclass(frozen=True)
class Situation:
    """What is special about one application, beyond the family itself."""

    account: str
    migrant: bool = False
    place_kept: bool = False
    with_web_notice: bool = True


def sample_of(paper_key: str) -> Path:
    return PAPERS / SAMPLES.get(paper_key, PLAIN)


def answers_of(
    programme: Programme,
    family: Family,
    students: Sequence[Child],
    situation: Situation,
    *,
    on: date,
    pick: Callable[[Sequence[str]], str],
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Answers asked once, and one row for each student.

    :param pick: chooses one of several texts.
    """
    once = {
        "applicant_name": family.main.name,
        "applicant_id_no": family.main.id_no,
        "mobile": family.phone,
        "employer": family.union.name.removesuffix("工会"),
        "union": family.union.code,
        "new_form_worker": family.union.kind == "joint",
        "hukou_type": "农业" if situation.migrant else "居民户口",
        "migrant": situation.migrant,
        "address": family.address,
        "temporary_trouble": True if family.file is None else None,
        "trouble_kind": "上学费用负担重" if family.file is None else None,
        "payee": "applicant",
        "payee_name": family.main.name,
        "payee_id_no": family.main.id_no,
        "bank": "澜江农商银行",
        "branch": f"{family.union.address[:3]}支行",
        "account": situation.account,
        "new_account": True,
        "notice_consent": "agree" if situation.with_web_notice else "refuse",
    }
    rows = [
        {**_school(child, on=on, pick=pick), "place_kept": situation.place_kept, "other_aid": ["没有"]}
        for child in students
    ]
    wanted = programme.beneficiary.rows if programme.beneficiary else None
    return (
        _complete(programme.fields(None), once),
        [_complete(programme.fields(wanted), row) for row in rows] if wanted else [],
    )


def _school(child: Child, *, on: date, pick: Callable[[Sequence[str]], str]) -> dict[str, Any]:
    age = child.age(date(on.year, 9, 1))
    new = age in (15, 18)
    if age >= 18:
        stage, way, years = ("本科", "本科批", 4) if child.born.day % 3 else ("高职(专科)", "专科批", 3)
    else:
        stage, way, years = ("普通高中" if child.born.day % 4 else "中等职业", "中考录取", 3)
    return {
        "student_name": child.person.name,
        "student_id_no": child.person.id_no,
        "relation": "儿子" if child.sex == MAN else "女儿",
        "stage": stage,
        "enrolment": "new" if new else "enrolled",
        "school": pick(SCHOOLS[stage]),
        "major": pick(MAJORS) if age >= 18 else None,
        "entry_way": way,
        "length_years": years,
        "entry_year": on.year if new else on.year - 1,
        "tuition": 520_000 if age >= 18 else 120_000,
        "boarding": 100_000,
        "campus": "公办",
        "high_fee_private": False,
        "training": "普通",
        "abroad": False,
    }


def _complete(fields: Sequence[Field], known: Mapping[str, Any]) -> dict[str, Any]:
    """The known answers of these fields; questions that editors added since get a harmless one."""
    answers = {}
    for field in fields:
        if field.from_file:
            continue
        if known.get(field.key) is not None:
            answers[field.key] = known[field.key]
        elif field.must_agree:
            answers[field.key] = True
        elif field.required and field.show_if is None:
            answers[field.key] = _harmless(field, known)
    return answers


def _harmless(field: Field, known: Mapping[str, Any]) -> Any:
    match field.type:
        case FieldType.BOOL:
            return False
        case FieldType.CHOICE:
            return field.choices[0].code
        case FieldType.CHOICES:
            return [field.choices[0].code]
        case FieldType.MONEY | FieldType.INT:
            return 1
        case FieldType.YEAR:
            return 2026
        case FieldType.ID_NUMBER:
            return known.get("applicant_id_no") or known.get("student_id_no")
        case FieldType.MOBILE:
            return known.get("mobile")
        case FieldType.BANK_CARD:
            return known.get("account")
        case FieldType.UNION:
            return known.get("union")
        case FieldType.TEXT | FieldType.ADDRESS:
            return "见材料"
