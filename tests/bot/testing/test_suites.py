"""The contract suites are where the contract says: in `bot.testing`."""

import pytest

import bot.testing


@pytest.mark.parametrize(
    "name", ["ConnectorContract", "EmulatorContract", "EngineContract", "StoreContract"]
)
def test_a_contract_suite_is_imported_from_the_tools(name: str) -> None:
    suite = getattr(bot.testing, name)

    assert suite.__name__ == name
    assert [one for one in dir(suite) if one.startswith("test_")]


def test_a_name_that_is_none_of_them_is_refused() -> None:
    with pytest.raises(AttributeError, match="StoreContracts"):
        _ = bot.testing.StoreContracts


def test_the_suite_of_connectors_has_checks_enough_for_strangers() -> None:
    suite = bot.testing.ConnectorContract

    named = [one for one in dir(suite) if one.startswith("test_") and callable(getattr(suite, one))]

    assert len(named) >= 80
