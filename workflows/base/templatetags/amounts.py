"""Money in templates: fen as people read it."""

from django import template

from workflows.policy.money import yuan as read_as_yuan

register = template.Library()


@register.filter
def yuan(fen: int) -> str:
    """500000 is "5,000"."""
    return read_as_yuan(int(fen))
