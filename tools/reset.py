"""Starts afresh: empties the data folder, which must be ours and not in use."""

import os
import shutil
import sys

from tools.data_folder import MARKER, data_folder, held
from tools.machine import Stop, ending


def main() -> int:
    folder = data_folder()
    if os.environ.get("BANGFU_MODE", "demo") == "production":
        raise Stop(
            "BANGFU_MODE=production: a working installation is never reset by a command.",
            "BANGFU_MODE=production：正式运行的系统不能用命令清空。",
        )
    if "DATABASE_URL" in os.environ:
        raise Stop(
            "DATABASE_URL is set: `make reset` empties only the built-in database; drop that one yourself.",
            "已设置 DATABASE_URL：make reset 只清空内置数据库，请自行处理外部数据库。",
        )
    if not folder.exists() or not any(folder.iterdir()):
        print(f"Nothing to forget: {folder} is empty. / 目录为空，无需清空。")
        return 0
    if not (folder / MARKER).is_file():
        raise Stop(
            f"{folder} does not carry the mark of a Bangfu data folder ({MARKER}): nothing was deleted.",
            f"{folder} 没有帮扶数据目录的标记（{MARKER}）：没有删除任何内容。",
        )
    with held(folder):
        for entry in folder.iterdir():
            if entry.name == MARKER:
                continue  # last, so that a reset cut short can be run again
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
        (folder / MARKER).unlink()
    print(f"Emptied {folder}. The next `make run` starts afresh. / 已清空，下次 make run 重新开始。")
    return 0


if __name__ == "__main__":
    sys.exit(ending(main))
