"""The browser's twin of the criterion table, in Node: the shared vectors come out as written, and as here."""

import json
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from tests.policy.test_criteria import VECTORS, cases, outcome_of
from tools.test import find_node

RUNNER = Path(__file__).parent / "twin.mjs"


@pytest.fixture(scope="module")
def node() -> str:
    program = find_node()
    assert program, "There is no Node here: install the package nodejs, or name one with NODE=/path."
    return program


def twin_of(node: str, asked: Iterable[list[Any]]) -> list[str]:
    """What the twin answers, each as one line of JSON; all in one process."""
    lines = "\n".join(json.dumps(one, allow_nan=False) for one in asked)
    done = subprocess.run([node, str(RUNNER)], input=lines.encode(), capture_output=True, timeout=60)
    assert done.returncode == 0, done.stderr.decode()
    return [spelt(json.loads(line)) for line in done.stdout.decode().removesuffix("\n").split("\n")]


def spelt(outcome: Any) -> str:
    """In one spelling: true is not 1, and the order of keys says nothing."""
    return json.dumps(outcome, ensure_ascii=False, sort_keys=True)


def test_the_twin_comes_out_as_the_vectors_say_and_as_the_judge_does(node: str) -> None:
    vectors = [case for path in sorted(VECTORS.glob("*.json")) for case in cases(path)]
    answers = twin_of(node, (asked for _, asked, _ in vectors))
    for (name, asked, expected), answer in zip(vectors, answers, strict=True):
        assert answer == spelt(outcome_of(*asked)), name
        got = json.loads(answer)
        assert {key: got.get(key) for key in expected} == expected, name
