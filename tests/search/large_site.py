"""A site as large as one likes, made of the starter content's own sentences and of words nobody wrote together."""

import random
import re
from collections.abc import Iterator
from pathlib import Path

from cms.search.documents import Document, Section

ROOT = Path(__file__).resolve().parents[2]
WORDS = (
    "困难 职工 帮扶 工会 申请 办理 材料 审核 公示 发放 金额 标准 家庭 收入 子女 上学 医疗 救助 生活 补贴 就业 培训 "
    "法律 援助 工伤 认定 合同 工资 加班 仲裁 社保 互助 住院 报销 残疾 重病 意外 火灾 事故 农民 网约 骑手 快递 建档 "
    "县区 街道 园区 站点 窗口 预约 电话 热线 时间 地点 流程 条件 对象 范围 依据 办法 通知 细则 示例 季度 年度 期限"
).split()
KINDS = ("guides", "programmes", "policies", "news", "questions")


def documents(count: int, *, seed: int = 1) -> Iterator[Document]:
    """So many pages of about 1,100 characters in six parts, the same for the same seed."""
    chance = random.Random(seed)
    sentences = _sentences()
    letters = sorted(
        {letter for sentence in sentences for letter in sentence if "\u4e00" <= letter <= "\u9fff"}
    )

    def name() -> str:
        return "".join(chance.sample(letters, 2)) + "".join(chance.sample(WORDS, 3))

    def text() -> str:
        said = [chance.choice(sentences) for _ in range(3)]
        said += ["".join(chance.choice(WORDS) for _ in range(9)) + "。" for _ in range(5)]
        chance.shuffle(said)
        return "".join(said)

    for number in range(count):
        sections = [
            Section(text=text(), heading=name() if at else "", anchor=f"s{at}" if at else "")
            for at in range(6)
        ]
        kind = KINDS[number % len(KINDS)]
        yield Document(
            address=f"/{kind}/p{number}/",
            kind=kind,
            title=f"{name()}：{name()}",
            sections=sections,
            crumbs=("首页", "帮扶"),
            also=f"p{number}",
        )


def _sentences() -> list[str]:
    told = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "content").glob("guides/*.md"))]
    plain = re.sub(r"---\n.*?\n---|<[^>]*>|[#*|>\[\]!`]|\([^)]*\)", " ", "\n".join(told), flags=re.DOTALL)
    return sorted({each.strip() + "。" for each in re.split(r"[。\n]", plain) if 12 < len(each.strip()) < 60})
