"""The known bar for a lossless written form: thirteen thousand documents of an adversary, none lost."""

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.cms.documents import ENTRY
from tests.cms.test_lossless import comes_back

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("part", range(13))
def test_thirteen_thousand_documents_come_back(part: int) -> None:
    quiet = settings(
        max_examples=1000,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],  # making the example small would take minutes
    )
    quiet(seed(1000 + part)(given(ENTRY)(comes_back)))()
