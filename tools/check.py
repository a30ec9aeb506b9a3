"""`make check`: style, types, floors, templates and Django's own checks; every one runs, all failures are named."""

import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tools.machine import ROOT, ending

CODE = ("cms", "workflows", "tools", "tests")
TEMPLATES = ("cms", "workflows")
MOST_SUPPRESSIONS = 10
SUPPRESSION = re.compile(r"#\s*type:\s*ignore(?P<codes>\[[^\]]+\])?(?P<rest>.*)$")
MODULE = (sys.executable, "-m")
COMMANDS: dict[str, tuple[str, ...]] = {
    "ruff check": (*MODULE, "ruff", "check", "."),
    "ruff format": (*MODULE, "ruff", "format", "--check", "."),
    "import contracts": (str(Path(sys.executable).parent / "lint-imports"),),
    "templates": (str(Path(sys.executable).parent / "djlint"), "--lint", "--quiet", *TEMPLATES),
    "django check": (sys.executable, "manage.py", "check", "--fail-level", "WARNING"),
    "migrations": (sys.executable, "manage.py", "makemigrations", "--check", "--dry-run"),
    "types": (*MODULE, "mypy", *CODE),
}


def suppressions(root: Path) -> Iterator[tuple[str, str]]:
    """Every `type: ignore` in the code, with what stands after it: its error code and its reason."""
    for folder in CODE:
        for path in sorted((root / folder).rglob("*.py")):
            for number, line in enumerate(path.read_text().splitlines(), start=1):
                if "type:" in line and (found := SUPPRESSION.search(line)):
                    yield (
                        f"{path.relative_to(root)}:{number}",
                        "" if not found["codes"] else found["rest"].strip(" #-:"),
                    )


def suppression_faults(root: Path) -> list[str]:
    found = list(suppressions(root))
    faults = [
        f"{place}: a type: ignore needs its error code and its reason" for place, why in found if not why
    ]
    if len(found) > MOST_SUPPRESSIONS:
        faults.append(f"{len(found)} type: ignore in the project; at most {MOST_SUPPRESSIONS} may be")
    return faults


def main() -> int:
    failed = []
    with tempfile.TemporaryDirectory(prefix="bangfu-check-") as folder:
        environ = {**os.environ, "BANGFU_MODE": "test", "BANGFU_DATA": folder, "PYTHONPATH": str(ROOT)}
        environ.pop("DATABASE_URL", None)
        for name, command in COMMANDS.items():
            began = time.monotonic()
            done = subprocess.run(
                command, cwd=ROOT, env=environ, capture_output=True, text=True, errors="replace"
            )
            print(
                f"{'ok  ' if not done.returncode else 'FAIL'} {name} ({time.monotonic() - began:.1f} s)",
                flush=True,
            )
            if done.returncode:
                failed.append(name)
                print((done.stdout + done.stderr).strip(), flush=True)
    faults = suppression_faults(ROOT)
    print(
        f"{'ok  ' if not faults else 'FAIL'} type: ignore, {len(list(suppressions(ROOT)))} of {MOST_SUPPRESSIONS}"
    )
    if faults:
        failed.append("type: ignore")
        print("\n".join(faults))
    if failed:
        print(f"make check: {len(failed)} failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(ending(main))
