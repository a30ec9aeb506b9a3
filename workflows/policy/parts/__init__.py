"""The parts a programme definition is made of. Their JSON has the same names (see `shape`).

`src` marks where a number comes from: a source of the programme's list (R16), several joined by 、, I when it is
this city's own example, G when it is general knowledge. `when` narrows a part to some cases: every key must have
the given value, or one of the listed ones; null in a list means that it is not known.
"""

from workflows.policy.parts.cases import When, fits
from workflows.policy.parts.form import (
    Beneficiary,
    Choice,
    Field,
    FieldType,
    Intake,
    Paper,
    Per,
    Pii,
    Repeat,
    Section,
)
from workflows.policy.parts.handling import (
    Deferral,
    FollowUp,
    NoticeItem,
    NoticeRule,
    OtherWay,
    SheetItem,
    Stage,
    StageActor,
    Step,
)
from workflows.policy.parts.money import (
    AmountRow,
    AmountRule,
    BatchEvery,
    Benefit,
    BenefitPer,
    Calculation,
    Ceiling,
    CeilingPer,
    PaymentBatches,
    Rounding,
    Term,
)
from workflows.policy.parts.places import Once, OncePer, Places, Priority, Quota
from workflows.policy.parts.reasons import Clause, Persona, Source, Verdict
from workflows.policy.parts.times import Period, Schedule, ScheduleEvery, Window

__all__ = [
    "AmountRow",
    "AmountRule",
    "BatchEvery",
    "Beneficiary",
    "Benefit",
    "BenefitPer",
    "Calculation",
    "Ceiling",
    "CeilingPer",
    "Choice",
    "Clause",
    "Deferral",
    "Field",
    "FieldType",
    "FollowUp",
    "Intake",
    "NoticeItem",
    "NoticeRule",
    "Once",
    "OncePer",
    "OtherWay",
    "Paper",
    "PaymentBatches",
    "Per",
    "Period",
    "Persona",
    "Pii",
    "Places",
    "Priority",
    "Quota",
    "Repeat",
    "Rounding",
    "Schedule",
    "ScheduleEvery",
    "Section",
    "SheetItem",
    "Source",
    "Stage",
    "StageActor",
    "Step",
    "Term",
    "Verdict",
    "When",
    "Window",
    "fits",
]
