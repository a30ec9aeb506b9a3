"""A site of any size in Chinese: sections of sections of twenty pages, with links, tables and boxes."""

from pathlib import Path
from random import Random
from typing import Any

import yaml

from tools.machine import ROOT

WORDS = (
    "困难职工 救助 申请 材料 审核 公示 工会 会员 家庭 收入 标准 学生 学费 医疗 费用 补贴 培训 证书 网点 电话 时间 办理 "
    "通知 条件 金额 期限 复核 异议 档案 街道 乡镇 单位 合同 劳动 意外 灾害 生活 帮扶 服务 中心 登记 证明 发放 到账"
).split()
A_SECTION = 20


def pages(count: int) -> tuple[dict[str, str], list[Any]]:
    """Markdown by path, about 1,100 characters each, and the tree of pages."""
    chance = Random(count)
    files = {"index.md": _page(chance, "首页", [])}
    tree: list[Any] = [{"首页": "index.md"}]
    sections: dict[int, list[Any]] = {}
    for number in range(count // A_SECTION):
        names = [f"s{number % 10}/t{number}/p{place}.md" for place in range(A_SECTION)]
        files |= {
            name: _page(chance, f"{_words(chance, 4)}{place}", names) for place, name in enumerate(names)
        }
        sections.setdefault(number % 10, []).append({f"{_words(chance, 2)}{number}": names})
    tree += [{f"{_words(chance, 2)}{number}": below} for number, below in sections.items()]
    return files, tree


def stock(folder: Path, nav: list[Any]) -> Path:
    """The settings of the theme as its manual advises them for Chinese, with ``navigation.prune``, beside ``docs``."""
    ours = yaml.safe_load((ROOT / "site" / "mkdocs.yml").read_text("utf-8"))
    told = {
        "site_name": "帮扶",
        "docs_dir": "docs",
        "site_dir": "site",
        "theme": {"name": "material", "language": "zh", "font": False, "features": ["navigation.prune"]},
        "plugins": [{"search": {"lang": ["zh"]}}],
        "markdown_extensions": ours["markdown_extensions"],
        "nav": nav,
    }
    path = folder / "mkdocs.yml"
    path.write_text(yaml.safe_dump(told, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _words(chance: Random, many: int) -> str:
    return "".join(chance.choices(WORDS, k=many))


def _page(chance: Random, title: str, beside: list[str]) -> str:
    def paragraph(many: int) -> str:
        return "，".join(_words(chance, chance.randint(3, 7)) for _ in range(many)) + "。"

    links = [f"另见[{_words(chance, 3)}]({name.rsplit('/', 1)[1]})。" for name in beside[:2]]
    rows = [f"| {_words(chance, 2)} | {chance.randint(1, 90)}00元 |" for _ in range(5)]
    parts = [
        f"---\ntitle: {title}\nsummary: {_words(chance, 8)}\n---",
        paragraph(6),
        *links,
        "## 条件 {#conditions}",
        *(f"-   {paragraph(2)}" for _ in range(4)),
        "## 金额 {#amount}",
        "\n".join(["| 情况 | 金额 |", "| --- | ---: |", *rows]),
        f'!!! example "{_words(chance, 3)}"\n\n    {paragraph(5)}',
        "## 办理 {#steps}",
        *(f"{step}.  {paragraph(3)}" for step in range(1, 5)),
        paragraph(12),
    ]
    return "\n\n".join(parts) + "\n"
