"""No connector says that it stands higher than it does, or lower."""

import pytest

from tests.architecture.ladder import (
    BESIDE,
    DOCUMENT,
    claim_of,
    connectors,
    drawn,
    rung_of,
    table_in,
)

CONNECTORS = connectors()


@pytest.mark.parametrize("kind", CONNECTORS)
def test_a_connector_claims_the_rung_that_it_stands_on(kind: str) -> None:
    rung, missing = rung_of(CONNECTORS[kind])

    assert claim_of(kind) == rung, f"missing for more: {missing}"


def test_what_has_a_platform_at_its_other_end_stands_on_the_ladder() -> None:
    beside = {kind for kind, facts in CONNECTORS.items() if rung_of(facts)[0] == BESIDE}

    assert beside == {"console", "webchat"}


def test_the_document_has_the_table_of_rungs() -> None:
    assert table_in(DOCUMENT.read_text()) == drawn(), "run: python -m tests.architecture.ladder"
