"""The data folder: where it is, whose it is, and that one program at a time holds it."""

import fcntl
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tools.machine import ROOT, Stop

MARKER = ".bangfu-data"
LOCK = ".running"
MADE_BY_US = (MARKER, "keys.json", "secret_key", "db.sqlite3")


def data_folder() -> Path:
    named = os.environ.get("BANGFU_DATA")
    return Path(named).expanduser().absolute() if named else ROOT / "data"


def open_data_folder() -> Path:
    """Make the folder where it is missing, and mark it as ours.

    :raises Stop: it cannot be written, or it holds somebody else's files.
    """
    folder = data_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
        held = {entry.name for entry in folder.iterdir()}
        if held and not held & set(MADE_BY_US):
            raise Stop(
                f"The folder {folder} holds files that are not Bangfu's: name an empty one with BANGFU_DATA=/path.",
                f"目录 {folder} 中有不属于帮扶的文件：请用 BANGFU_DATA=/路径 指定一个空目录。",
            )
        (folder / MARKER).touch()
    except OSError as refusal:
        raise Stop(
            f"The data folder {folder} cannot be written ({refusal.strerror}):"
            " choose another with BANGFU_DATA=/path.",
            f"数据目录 {folder} 不可写：请用 BANGFU_DATA=/路径 另选一个。",
        ) from None
    return folder


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Hold the folder for this program alone; the lock ends with the process, however it ends.

    :raises Stop: another program holds it.
    """
    with (folder / LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Stop(
                f"Bangfu is already running on the data folder {folder}: stop it first,"
                " or name another folder with BANGFU_DATA=/path (and another BANGFU_PORT).",
                f"帮扶已在使用数据目录 {folder} 运行：请先停止它，或用 BANGFU_DATA=/路径（及 BANGFU_PORT）另选。",
            ) from None
        yield
