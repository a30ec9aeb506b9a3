"""Everything public as data: whole, of the promised shape, the same again, and never a word about a person."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from cms import loading
from cms.models import GuidePage
from cms.publishing import publish, wanted
from cms.publishing.making import Making
from cms.publishing.outlets import data, places
from cms.publishing.publish import Published
from tests.cms import forty_line_client
from tests.cms.conftest import CONTENT, moment
from tests.cms.json_schema import problems

MONDAY = date(2026, 8, 3)
LINES: list[dict[str, Any]] = [
    {"key": "city_line", "area": "369900", "from": "2026-07-01", "to": None, "value": 93000, "source": "I"},
    {"key": "city_line", "area": "369900", "from": "2025-07-01", "to": "2026-06-30", "value": 90000, "source": "I"},
    {"key": "most_files_per_paper", "area": None, "from": "2025-01-01", "to": None, "value": 9, "source": "I"},
]  # fmt: skip


def making(root: Path, *, on: date = MONDAY, **changed: Any) -> Making:
    """A release of a folder of content."""
    folder = loading.read(root, strict=False)
    state = replace(loading.state(folder), parameters=LINES, **changed)
    content = wanted.content(state, before={})
    return Making(
        site=Path("/nowhere"),
        pages=wanted.on_day(content, state, on=on),
        content=content,
        state=state,
        on=on,
        address="https://help.example",
    )


@pytest.fixture(scope="module")
def whole() -> dict[str, str]:
    """The data of the whole starter content."""
    return data.files(making(CONTENT))


def served(site: Path) -> Path:
    return (site / "releases/current").resolve()


def checked(made: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Each data file with the schema it names in the index."""
    index = json.loads(made["data/v1/index.json"])
    yield "data/v1/index.json", "data/v1/schema/index.json"
    for line in index["files"]:
        yield line["address"][1:], line["schema"][1:]
        if line["each"]:
            folder = line["each"].removesuffix("{id}.json")[1:]
            for path in made:
                if path.startswith(folder):
                    yield path, line["each_schema"][1:]


def test_every_file_is_as_its_schema_says(whole: dict[str, str]) -> None:
    pairs = list(checked(whole))
    for path, schema in pairs:
        assert list(problems(json.loads(whole[path]), json.loads(whole[schema]))) == [], path
    data_files = {path for path in whole if path.endswith(".json") and "/schema/" not in path}
    assert {path for path, _ in pairs} == data_files, "every file has its schema"


def test_every_kind_of_page_is_there_as_data(whole: dict[str, str]) -> None:
    made = making(CONTENT)
    for name in ("policies", "news", "cases", "questions", "events"):
        entries = json.loads(whole[f"data/v1/{name}.json"])["entries"]
        addresses = {
            f"/{path.removesuffix('.md')}/" for path in made.content.files if path.startswith(f"{name}/")
        }
        assert {each["address"] for each in entries} == addresses - {f"/{name}/index/"}
        one = json.loads(whole[entries[0]["data"][1:]])
        assert one["body"]["html"]
        assert one["title"] == entries[0]["title"]
    unions = {each["id"] for each in json.loads(whole["data/v1/unions.json"])["entries"]}
    assert {"LJ", "LJ-DL"} <= unions
    policies = {
        each["number"] or each["title"]: each
        for each in json.loads(whole["data/v1/policies.json"])["entries"]
    }
    assert policies["民发〔2021〕57号"]["stands"]["word"] == "外部文件"
    old = json.loads(
        whole[next(e["data"] for e in policies.values() if e["address"] == "/policies/jinqiu-2024/")[1:]]
    )
    new = next(e for e in policies.values() if e["address"] == "/policies/jinqiu-2026/")
    assert (old["stands"]["word"], old["replaced_by"]) == ("已被替代", new["id"])


def test_a_file_that_is_not_as_its_schema_says_is_found_out(whole: dict[str, str]) -> None:
    schema = json.loads(whole["data/v1/schema/centres.json"])
    told = json.loads(whole["data/v1/centres.json"])
    told["entries"][0]["phone"] = 8880000
    told["entries"][1]["owner"] = "王"
    del told["entries"][2]["name"]
    assert len(list(problems(told, schema))) == 3


def test_all_that_is_public_is_there_under_names_that_stay(whole: dict[str, str]) -> None:
    index = json.loads(whole["data/v1/index.json"])
    counts = {line["id"]: line["count"] for line in index["files"]}
    assert counts["centres"] == 78
    assert counts["guides"] == len(list((CONTENT / "guides").glob("*.md"))) - 1
    assert counts["programmes"] == len(list((CONTENT / "programmes").glob("*.yml")))
    assert index["generated_for"] == "2026-08-03"
    programme = json.loads(whole["data/v1/programmes/P-GA-2026.json"])
    assert programme["window"]["state"] == "受理中"
    assert programme["amount"]["rule"]["table"][0]["fen"] == 500_000
    assert programme["self_check"] == "/check/P-GA-2026.json"
    assert [stage["by"] for stage in programme["stages"]][-1] == "市总工会财务"
    assert "personas" not in whole["data/v1/programmes/P-GA-2026.json"]
    guide_id = re.search(r"^id: (\S+)$", (CONTENT / "guides/ga-amount.md").read_text("utf-8"), re.MULTILINE)
    assert guide_id is not None
    assert f"data/v1/guides/{guide_id[1]}.json" in whole


def test_links_in_a_text_lead_there_from_anywhere(whole: dict[str, str]) -> None:
    for path, text in whole.items():
        if path.startswith("data/v1/guides/"):
            body = json.loads(text)["body"]
            assert ".md)" not in body["markdown"], path
            assert not re.search(r'href="(?!/|#|tel:)', body["html"]), path
            assert "data-check" not in body["html"]


def test_values_of_the_city_stand_with_day_and_source_and_those_of_the_machine_do_not(
    whole: dict[str, str],
) -> None:
    (line,) = json.loads(whole["data/v1/parameters.json"])["entries"]
    assert line["name"] == "城市低保标准"
    assert [(each["begins"], each["says"], each["source"]) for each in line["lines"]] == [
        ("2025-07-01", "900 元/月", "I"),
        ("2026-07-01", "930 元/月", "I"),
    ]


def test_the_same_content_gives_the_same_data_and_another_day_another_one(whole: dict[str, str]) -> None:
    assert data.files(making(CONTENT)) == whole
    later = data.files(making(CONTENT, on=date(2026, 10, 1)))
    assert json.loads(later["data/v1/programmes/P-GA-2026.json"])["window"]["state"] == "已截止"
    guides = [path for path in whole if path.startswith("data/v1/guides/")]
    assert all(later[path] == whole[path] for path in guides if "programme" not in whole[path])


def test_the_table_opens_in_a_spreadsheet_and_reckons_nothing(small_content: Path) -> None:
    made = making(small_content)
    (first, *others) = made.state.centres
    tricky = replace(first, name="=HYPERLINK(“点我”)", landmark="-1+1", transport="  @sum", phone="+86-0000")
    made = replace(made, state=replace(made.state, centres=[tricky, *others]))
    text = places.table(made)
    assert text.startswith("\ufeff")
    assert text.endswith("\r\n")
    head, row, *_ = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert len(head) == len(row)
    assert row[1].startswith("'=")
    assert not any(cell.strip()[:1] in {"=", "+", "-", "@"} for cell in row)


def test_a_place_with_the_number_of_a_person_is_in_no_file_and_keeps_no_other_area_back(
    small_content: Path,
) -> None:
    state = loading.state(loading.read(small_content, strict=False))
    (*others, last) = state.centres
    assert last.level == "STATION"
    made = data.files(making(small_content, centres=[*others, replace(last, phone="13900000001")]))
    assert not any("13900000001" in text for text in made.values())
    shown = {each["id"] for each in json.loads(made["data/v1/centres.json"])["entries"]}
    assert shown == {each.code for each in others if each.area != last.area}


def test_forty_lines_show_a_guide_and_the_directory(site: Path) -> None:
    assert len(Path(forty_line_client.__file__).read_text("utf-8").splitlines()) <= 40
    address = served(site).as_uri()
    guide = forty_line_client.guide(address, "金秋助学发多少：看学段，也看有没有建档")
    for words in ("5,000元", "给多少：", "最近核对 2026-"):
        assert words in guide
    directory = forty_line_client.directory(address)
    assert "澜江市职工服务中心（困难职工帮扶中心） 澜江市中心大道1号工会大厦1楼 0000-8880000" in directory
    assert "星期一09:00-17:00" in directory
    assert "暂停" in directory or "装修" in directory


def test_data_may_be_read_from_any_host_and_nothing_else_may(db: None, site: Path, client: Client) -> None:
    answer = client.get("/data/v1/index.json")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert answer["Cache-Control"] == "no-cache"
    assert client.get("/data/v1/index.json", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.get("/data/v1/").json() == answer.json()
    assert client.get("/data/v1/centres.csv")["Content-Type"] == "text/csv; charset=utf-8"
    assert client.get("/data/v1/no-such.json").status_code == 404
    assert client.get("/data/v1/../../1.json").status_code == 404
    assert client.post("/data/v1/index.json").status_code == 405
    for address in ("/", "/guides/ga-amount/", "/check/all.json", "/feeds/changes.xml", "/notices/"):
        assert "Access-Control-Allow-Origin" not in client.get(address), address


def test_a_page_taken_back_is_in_no_data_file(first: Published, data: Path) -> None:
    page = GuidePage.objects.get(slug="train-list")
    files = data / "releases/current/data/v1"
    assert (files / f"guides/{page.translation_key}.json").is_file()
    page.unpublish()
    publish.publish(at=moment("2026-08-03"))
    assert not (files / f"guides/{page.translation_key}.json").exists()
    told = [path.read_text("utf-8") for path in files.rglob("*.json") if path.name != "moved.json"]
    assert not any("免费技能培训课程" in text for text in told)


def test_no_data_file_holds_a_number_of_a_person_or_a_notice(site: Path) -> None:
    private = re.compile(r"[1-9]\d{16}[\dXx]|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)\d{16,19}(?!\d)")
    for path in served(site).rglob("*"):
        if path.suffix in (".json", ".csv", ".ics", ".xml", ".txt"):
            text = path.read_text("utf-8")
            assert not private.search(text), path
            assert "公示20" not in text, path
