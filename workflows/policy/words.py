"""What a judgement says to the family, in plain Chinese: yes and how much, no and why, or what is still open."""

from collections.abc import Sequence

from workflows.policy.assessment import Assessment, Reason, reasons
from workflows.policy.money import yuan
from workflows.policy.parts import Verdict
from workflows.policy.programme import Programme
from workflows.policy.states import RejectReason


def outcome(programme: Programme, assessment: Assessment) -> str:
    """The judgement of a whole application as its family reads it."""
    decided = reasons(programme, assessment)
    match assessment.verdict:
        case Verdict.MET:
            return _met(programme, assessment, decided)
        case Verdict.NOT_MET:
            return _not_met(programme, decided)
    return f"现在还不能确定，还要知道：{_listed(decided) or '金额要用到的情况'}。"


def _met(programme: Programme, assessment: Assessment, decided: Sequence[Reason]) -> str:
    told = "按现在的情况符合条件"
    if programme.amount is not None:
        told += f"，预计可以得到{yuan(assessment.total_fen)}元"
    left_out = sorted({reason.row for reason in decided if reason.row is not None})
    if not left_out or programme.beneficiary is None:
        return f"{told}。"
    who = "、".join(f"第{row + 1}个" for row in left_out)
    return f"{told}。其中{who}{programme.beneficiary.noun}不在内：{_listed(decided)}。"


def _not_met(programme: Programme, decided: Sequence[Reason]) -> str:
    told = f"按公布的条件，这次不能通过。没有符合的是：{_listed(decided)}。"
    ways = (programme.other_way(RejectReason(each.reject_reason)) for each in decided if each.reject_reason)
    return told + "".join(dict.fromkeys(way for way in ways if way))


def _listed(decided: Sequence[Reason]) -> str:
    """Each criterion once, with the clause it rests on."""
    return "；".join(dict.fromkeys(f"{each.text.rstrip('。')}（{each.clause}）" for each in decided))
