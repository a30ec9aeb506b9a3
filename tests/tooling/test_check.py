"""`make check` counts what the type checker was told to overlook."""

from pathlib import Path

from tools.check import CODE, MOST_SUPPRESSIONS, suppression_faults
from tools.machine import ROOT

IGNORED = "x = f()  # type: " + "ignore"  # in two pieces, so that this line is none


def house(root: Path, text: str) -> Path:
    for folder in CODE:
        (root / folder).mkdir()
    (root / "cms" / "pages.py").write_text(text)
    return root


def test_the_project_stays_within_its_ten() -> None:
    assert suppression_faults(ROOT) == []


def test_each_needs_its_code_and_its_reason(tmp_path: Path) -> None:
    text = "\n".join([IGNORED, f"{IGNORED}[misc]", f"{IGNORED}[misc]  # the stub lags behind Django"])

    assert [fault.split(": ")[0] for fault in suppression_faults(house(tmp_path, text))] == [
        "cms/pages.py:1",
        "cms/pages.py:2",
    ]


def test_there_may_be_no_more_than_ten(tmp_path: Path) -> None:
    text = f"{IGNORED}[misc]  # a reason\n" * (MOST_SUPPRESSIONS + 1)

    assert suppression_faults(house(tmp_path, text)) == ["11 type: ignore in the project; at most 10 may be"]
