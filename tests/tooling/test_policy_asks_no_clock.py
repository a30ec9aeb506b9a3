"""Law 3: `policy` never asks what time it is. Dates it may hold, so the import contract alone cannot see this."""

import ast

from tools.machine import ROOT

ASKING = {"now", "today", "utcnow", "time", "localtime", "monotonic", "getenv"}


def test_no_rule_asks_the_clock() -> None:
    asked = [
        f"{path.relative_to(ROOT)}:{node.lineno} .{node.func.attr}()"
        for path in sorted((ROOT / "workflows" / "policy").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ASKING
    ]

    assert asked == []
