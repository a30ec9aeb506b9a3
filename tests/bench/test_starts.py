"""How long a newcomer waits: 90 seconds for the first page, 5 for every start after it."""

import socket
from pathlib import Path

import pytest

from tests.tooling.real_run import started


@pytest.mark.bench
def test_first_and_second_start(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    with started(data=tmp_path / "data", port=port) as (first, _):
        pass
    with started(data=tmp_path / "data", port=port) as (second, _):
        pass
    print(f"\nfirst start {first:.1f} s, second start {second:.1f} s")

    assert first < 90
    assert second < 5
