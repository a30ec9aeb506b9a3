"""Another head of the same content, in forty lines: a guide and the directory as plain text, from /data/v1 alone."""

import json
import sys
from typing import Any
from urllib.request import urlopen

GLANCE = {"who": "谁能办", "how_much": "给多少", "when": "什么时候", "where": "在哪里办", "bring": "带什么"}


def fetch(site: str, address: str) -> Any:
    with urlopen(site + address) as answer:  # noqa: S310  whoever runs it names the site
        return json.load(answer)


def entries(site: str, name: str) -> list[dict[str, Any]]:
    files = {each["id"]: each for each in fetch(site, "/data/v1/index.json")["files"]}
    return list(fetch(site, files[name]["address"])["entries"])


def guide(site: str, title: str) -> str:
    page = fetch(site, next(each["data"] for each in entries(site, "guides") if each["title"] == title))
    glance = [f"{GLANCE[name]}：{line['markdown']}" for name, line in page["glance"].items()]
    closing = f"最近核对 {page['checked']} · {page['office']}"
    return "\n".join([page["title"], page["summary"], *glance, page["body"]["markdown"], closing])


def directory(site: str) -> str:
    lines = []
    for place in entries(site, "centres"):
        services = "、".join(service["name"] for service in place["services"])
        monday = "、".join(place["week"]["1"]) or "休息"
        closed = f"（{place['status']['notice']}）" if place["status"]["holds_today"] else ""
        lines.append(f"{place['name']}{closed} {place['address']} {place['phone']} 星期一{monday} {services}")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(guide(sys.argv[1], sys.argv[2]) + "\n" + directory(sys.argv[1]) + "\n")
