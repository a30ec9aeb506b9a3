"""Builds .venv from the hash-locked requirements and compiles the English texts; a second call costs nothing.

`python -m tools.bootstrap run` installs what the application needs, `... dev` what its tests need as well.
With `--check` it only answers, by its exit code, whether there is anything to do.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools import compiled
from tools.machine import ROOT, Stop, apt_install, ending, may_use_apt

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed"
LOG = VENV / "install.log"
LOCKS = {"run": ROOT / "requirements.txt", "dev": ROOT / "requirements-dev.txt"}
INSTALLER = ROOT / "tools" / "requirements-uv.txt"


def wished(wanted: str) -> str:
    """The state a stamp records: which set, from which exact locks."""
    prints = [hashlib.sha256(lock.read_bytes()).hexdigest() for lock in (*LOCKS.values(), INSTALLER)]
    return "\n".join([wanted, *prints]) + "\n"


def is_ready(wanted: str) -> bool:
    """The development set holds everything the application needs, so it serves both."""
    if not STAMP.is_file() or not os.access(PYTHON, os.X_OK):
        return False
    return STAMP.read_text() in {wished(wanted), wished("dev")}


def compile_texts() -> None:
    """The texts of other languages and of Wagtail, compiled by the Babel that was just installed."""
    if not compiled.is_compiled() and not run_logged([str(PYTHON), "-m", "tools.compiled"]):
        raise Stop(
            f"The texts in {compiled.PO.parts[0]}/ could not be compiled: the reason is in {LOG}.",
            f"界面文本（{compiled.PO.parts[0]}/）未能编译：原因见 {LOG}。",
        )


def ensure_venv_module() -> None:
    """Debian ships Python without ensurepip: install it where apt may be used, else name it."""
    if not subprocess.run([sys.executable, "-c", "import ensurepip, venv"], capture_output=True).returncode:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if may_use_apt() and (apt_install([package]) or apt_install(["python3-venv"])):
        return
    raise Stop(
        f"This Python cannot make virtual environments: install the package {package}"
        f" (sudo apt install {package}) and try again.",
        f"本机 Python 不能创建虚拟环境：请先安装软件包 {package}（sudo apt install {package}），再重试。",
    )


def run_logged(command: list[str], *, environ: dict[str, str] | None = None) -> bool:
    with LOG.open("a") as log:
        log.write(f"$ {' '.join(command)}\n")
        log.flush()
        done = subprocess.run(
            command,
            stdout=log,
            stderr=log,
            stdin=subprocess.DEVNULL,
            env=environ or dict(os.environ),
            cwd=ROOT,
        )
        return done.returncode == 0


def make_venv() -> None:
    """A .venv whose Python has vanished, or that another Python made, is made anew."""
    if (
        PYTHON.exists()
        and not subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode
    ):
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    ensure_venv_module()
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True)
    if made.returncode:
        raise Stop(
            f"The virtual environment {VENV} could not be made: {(made.stderr or made.stdout).strip()[-300:]}",
            f"虚拟环境 {VENV} 未能建成，原因见上一行。",
        )


def uv_environ() -> dict[str, str]:
    """uv does not read pip's configuration: hand it the index that pip would use."""
    environ = {**os.environ, "VIRTUAL_ENV": str(VENV)}
    if not {"UV_INDEX_URL", "UV_DEFAULT_INDEX"} & environ.keys():
        asked = subprocess.run(
            [PYTHON, "-m", "pip", "config", "get", "global.index-url"], capture_output=True, text=True
        )
        index = os.environ.get("PIP_INDEX_URL") or asked.stdout.strip()
        if index:
            environ["UV_DEFAULT_INDEX"] = index
    return environ


def install(lock: Path) -> None:
    """First with uv, which is many times faster; with pip where uv cannot reach the index."""
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--require-hashes", "-r"]
    uv = [str(VENV / "bin" / "uv"), "pip", "sync", "--require-hashes", "--python", str(PYTHON)]
    if run_logged([*pip, str(INSTALLER)]) and run_logged([*uv, str(lock)], environ=uv_environ()):
        return
    if run_logged([*pip, str(lock)]):
        return
    raise Stop(
        "The packages could not be installed: is the package index reachable from here?"
        f" What pip said is in {LOG}.",
        f"依赖包未能安装：请检查本机能否访问软件包索引；详情见 {LOG}。",
    )


def main() -> int:
    arguments = sys.argv[1:]
    wanted = "dev" if "dev" in arguments else "run"
    if "--check" in arguments:
        return 0 if is_ready(wanted) and compiled.is_compiled() else 1
    try:
        turn = (ROOT / ".venv.lock").open("w")
    except OSError as refusal:
        raise Stop(
            f"The project folder {ROOT} cannot be written ({refusal.strerror}): its packages go into {VENV}.",
            f"项目目录 {ROOT} 不可写：依赖包需要装入 {VENV}。",
        ) from None
    with turn:
        fcntl.flock(turn, fcntl.LOCK_EX)  # two commands started at once: the second one finds it done
        if not is_ready(wanted):
            make_venv()
            STAMP.unlink(missing_ok=True)
            print(
                f"Installing packages from {LOCKS[wanted].name} into .venv (only this once) ...", flush=True
            )
            LOG.unlink(missing_ok=True)
            install(LOCKS[wanted])
            STAMP.write_text(wished(wanted))
        compile_texts()
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
