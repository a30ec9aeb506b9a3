"""The index belongs to its release, gives the same bytes for the same pages, and asks no other database."""

import sqlite3
import stat
from collections.abc import Callable
from pathlib import Path

import pytest

from cms.search import finding, index, opening, words
from cms.search.words import BadWords, Words
from tests.search.conftest import CONTENT
from tests.search.large_site import documents


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    listed = words.read((CONTENT / "search-words.yml").read_text(encoding="utf-8"))
    one, two = tmp_path / "one", tmp_path / "two"
    for place in (one, two):
        index.write(place, documents(60), listed)
    assert one.read_bytes() == two.read_bytes()


def test_no_other_account_of_the_machine_reads_it(indexed: Callable[..., Path]) -> None:
    assert stat.S_IMODE(indexed().stat().st_mode) == 0o600


def test_ten_times_the_pages_take_no_more_than_twelve_times_the_room(tmp_path: Path) -> None:
    sizes = []
    for count in (60, 600):
        index.write(tmp_path / "x", documents(count), Words())
        sizes.append((tmp_path / "x").stat().st_size)
    assert sizes[1] < 12 * sizes[0]


@pytest.mark.parametrize("typed", ["困难职工", "工伤认定申请办法", "jqzx", "金秋住学", "申请 材料 审核"])
def test_a_question_to_ten_times_the_pages_takes_no_more_statements(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, typed: str
) -> None:
    asked: list[str] = []
    connected = opening._connected

    def listening(place: Path) -> sqlite3.Connection:
        connection = connected(place)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(opening, "_connected", listening)
    listed = words.read((CONTENT / "search-words.yml").read_text(encoding="utf-8"))
    counts = []
    for count in (100, 1000):
        index.write(tmp_path / f"{count}", documents(count), listed)
        finding.find(typed, index=tmp_path / f"{count}")  # what stays in memory is read
        asked.clear()
        finding.find(typed, index=tmp_path / f"{count}")
        # What the index reads for itself to rank what it found is no statement of ours; the bench has its time.
        counts.append(sum(not statement.startswith("--") for statement in asked))
    assert 0 < counts[1] <= max(counts[0], 60)


# --- the editors' list -----------------------------------------------------------------------------------------------
def test_the_committed_list_can_be_read_and_says_each_word_once_in_a_group() -> None:
    listed = words.read((CONTENT / "search-words.yml").read_text(encoding="utf-8"))
    assert "最低生活保障" in listed.others("低保")
    assert "低保" in listed.others("最低生活保障")
    assert "金秋助学" in listed.others("助学金")
    every = list(listed.all())
    assert sorted({word for word in every if every.count(word) > 1}) == [], (
        "a word of two groups joins them for nobody"
    )


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("same: [[低保]]", "至少要有两个"),
        ("same: [[低保, 低保]]", "至少要有两个"),
        ("same: 低保", "一组一组"),
        ("same: [[12351, 热线]]", "加引号"),
        ("other: []", "只能有"),
        ("same: [", "YAML"),
        ("- 低保", "只能有"),
    ],
)
def test_a_list_that_cannot_be_used_says_why(text: str, reason: str) -> None:
    with pytest.raises(BadWords, match=reason):
        words.read(text)


def test_a_word_in_a_sentence_is_exchanged_for_what_means_the_same() -> None:
    listed = Words(same=(("低保", "最低生活保障"),), skipped=("的", "怎么"))
    assert listed.variants("低保标准") == ["低保标准", "最低生活保障标准"]
    assert listed.variants("x" + "低保" * 9)[0] == "x" + "低保" * 9
    assert len(listed.variants("低保" * 9)) <= 12


def test_a_word_of_the_list_is_never_cut_by_a_word_that_only_asks() -> None:
    listed = Words(same=(("打工的", "农民工"),), skipped=("的", "怎么"))
    assert listed.without_asking("打工的怎么申请") == ["打工的", "申请"]
