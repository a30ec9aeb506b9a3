"""What narrows a part to some cases."""

from collections.abc import Mapping
from typing import Any

When = Mapping[str, Any]


def fits(when: When | None, facts: Mapping[str, Any]) -> bool:
    """Whether a case is one of those a part is narrowed to.

    What is not known fits only where null is listed; of a fact with several answers one is enough.
    """
    return when is None or all(_fits_one(wanted, facts.get(key)) for key, wanted in when.items())


def _fits_one(wanted: Any, given: Any) -> bool:
    options = wanted if isinstance(wanted, list | tuple) else [wanted]
    answers = given if isinstance(given, list | tuple) else [given]
    return any(type(answer) is type(option) and answer == option for answer in answers for option in options)
