"""The catalogue of facts."""

from workflows.policy.facts import FACTS, About, FactType, Origin

FIXED = {
    "union_member", "filed", "category", "temporary_trouble", "other_item_this_year",
    "stage", "enrolment", "campus", "training", "high_fee_private", "abroad", "other_aid", "already_awarded",
}  # fmt: skip


def test_every_fact_is_a_question_with_choices_where_one_chooses() -> None:
    for key, fact in FACTS.items():
        assert key == fact.key
        assert fact.question[-1] in "？。"
        assert bool(fact.choices) == (fact.type in (FactType.CHOICE, FactType.CHOICES))
        assert len(fact.codes) == len(fact.choices)


def test_the_facts_other_rooms_supply_keep_their_names() -> None:
    assert FACTS.keys() >= FIXED
    assert FACTS["category"].codes == {"深度困难", "相对困难", "意外致困", "非建档"}
    assert FACTS["stage"].about is About.BENEFICIARY
    assert FACTS["already_awarded"].source is Origin.REGISTER
