"""A simulated register (居民家庭经济状况核对平台 and the like), for demonstrations and tests: nobody it knows exists.

    python -m tools.register --port 9100 --behaves late,twice,partly,nonsense,well

What it says of somebody is worked out from the number, the same each time. How it behaves: ``well``; ``late`` (nothing the
first times it is asked), ``twice`` (another answer after the first), ``partly`` (first one person, the others later),
``nonsense`` (what nobody can read), ``down`` (it refuses). With several, each request gets the next in turn.
"""

import argparse
import hashlib
import json
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HOST = "127.0.0.1"
BEHAVES = ("well", "late", "twice", "partly", "nonsense", "down")
#: A late register has nothing to say the first times it is asked.
LATE_FOR = 2


class Register(ThreadingHTTPServer):
    """A register that behaves as it is told to. ``known``: {request id: (what was sent, behaviour, times asked)}."""

    daemon_threads = True

    def __init__(self, port: int = 0, behaves: tuple[str, ...] = ("well",), as_of: str = "") -> None:
        super().__init__((HOST, port), Answering)
        self.behaves, self.as_of = behaves, as_of
        self.known: dict[str, tuple[dict[str, Any], str, int]] = {}
        self.lock = threading.Lock()

    @property
    def address(self) -> str:
        return f"http://{HOST}:{self.server_address[1]}"

    def take(self, number: str, told: dict[str, Any]) -> str:
        """Keep a request once; returns how it is going to be answered."""
        with self.lock:
            if number not in self.known:
                behaviour = self.behaves[len(self.known) % len(self.behaves)]
                self.known[number] = (told, behaviour, 0)
            return self.known[number][1]

    def answer(self, number: str) -> tuple[int, bytes]:
        """What it says now about a request."""
        with self.lock:
            if number not in self.known:
                return HTTPStatus.NOT_FOUND, b""
            told, behaviour, times = self.known[number]
            self.known[number] = (told, behaviour, times + 1)
        if behaviour == "down":
            return HTTPStatus.SERVICE_UNAVAILABLE, b""
        if behaviour == "nonsense":
            return HTTPStatus.OK, "<html>系统维护中</html>".encode()
        if behaviour == "late" and times < LATE_FOR:
            return HTTPStatus.ACCEPTED, b""
        persons = told["persons"]
        if behaviour == "partly" and times == 0:
            persons = persons[:1]
        said = {
            "as_of": self.as_of or told.get("asked_on", ""),
            "persons": [said_of(told["register"], each) for each in persons],
        }
        if len(persons) == len(told["persons"]):
            said["household"] = household(
                told["register"], told["persons"], again=times if behaviour == "twice" else 0
            )
        return HTTPStatus.OK, json.dumps(said, ensure_ascii=False).encode()


def _number(text: str, most: int) -> int:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4], "big") % most


def said_of(register: str, person: dict[str, Any]) -> dict[str, Any]:
    """What a register says of somebody."""
    number, said = str(person["id_no"]), {"key": person["key"], "known": True}
    if register == "means" and _number(number, 3):
        said["income"] = [{"kind": "WAGE", "fen": 12 * (150_000 + 1_000 * _number(number, 200))}]
        said["person"] = {"commercial_insurance": _number(number, 4) == 0}
    if register == "members" and (place := _number(number, 3)) == 0:
        said["known"] = False
    elif register == "members":
        unit = ("澜江纺织有限公司", "东岭物流有限公司")[place - 1]
        said["person"] = {"unit": unit}
        said["registered"] = {
            "member_no": f"HY{_number(number, 10**8):08d}",
            "member_union": f"{unit}工会",
            "member_status": "在册",
            "joined_on": "2019-05-01",
        }
    return said


def household(register: str, persons: list[dict[str, Any]], *, again: int = 0) -> dict[str, Any]:
    """What a register says of the household; asked again, one that answers twice says something else."""
    number = "".join(str(each["id_no"]) for each in persons)
    if register == "means":
        return {
            "homes": (_number(number, 2) + again) % 3,
            "floor_area": 450 + _number(number, 500),
            "vehicle": _number(number, 5) == 0,
            "shop_or_hires": False,
            "controls_company": False,
            "asset": [{"kind": "存款", "fen": 100_000 * _number(number, 300)}],
        }
    return {"on_dibao": _number(number, 4) == 0} if register == "social_aid" else {}


class Answering(BaseHTTPRequestHandler):
    """PUT /requests/<id> and GET of the same."""

    server: Register

    def do_PUT(self) -> None:
        try:
            told = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)))
            fine = told["register"] and all(each["id_no"] for each in told["persons"])
        except (ValueError, KeyError, TypeError):
            fine, told = False, {}
        if not fine:
            self._say(HTTPStatus.BAD_REQUEST)
        elif self.server.take(self._id(), told) == "down":
            self._say(HTTPStatus.SERVICE_UNAVAILABLE)
        else:
            self._say(HTTPStatus.ACCEPTED)

    def do_GET(self) -> None:
        self._say(*self.server.answer(self._id()))

    def _id(self) -> str:
        return self.path.rpartition("/")[2]

    def _say(self, status: int, content: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing: a request names people."""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--behaves", default="well", help=f"of {', '.join(BEHAVES)}; several with commas")
    told = parser.parse_args()
    behaves = tuple(told.behaves.split(","))
    if unknown := set(behaves) - set(BEHAVES):
        parser.error(f"--behaves: {', '.join(sorted(unknown))} is none of {', '.join(BEHAVES)}")
    with Register(told.port, behaves) as register:
        print(f"A simulated register answers at {register.address}; Ctrl-C stops it.", flush=True)
        try:
            register.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
