"""What a phone fetches for the self-check: the twin of the criterion table, at most 2 kB compressed."""

import gzip

import pytest

from tools.machine import ROOT


@pytest.mark.bench
def test_the_twin_is_at_most_two_kilobytes() -> None:
    size = len(gzip.compress((ROOT / "site" / "assets" / "criteria.mjs").read_bytes(), 9))
    print(f"\n{size:,} bytes compressed")

    assert size <= 2_048
