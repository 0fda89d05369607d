"""The table [roles] of bot.toml: who has which role, by address."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import ConfigError
from bot.model.ids import AccountId
from bot.model.messages import Address
from bot.roles import NOBODY, Roles, read_roles
from bot.settings import load_settings

CONNECTORS = """
[connectors.slack]
kind = "slack"
[connectors.telegram]
kind = "telegram"
"""


def roles_of(folder: Path, table: str) -> Roles:
    path = folder / "bot.toml"
    path.write_text(f"[roles]\n{table}\n{CONNECTORS}")
    return load_settings(path).roles


def problems_of(folder: Path, table: str) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        roles_of(folder, table)
    return caught.value.problems


def address(account: str, user: str, phone: str | None = None) -> Address:
    return Address(account=AccountId(account), user=user, place="D1", phone=phone)


def test_who_has_one_of_the_addresses_has_the_role(tmp_path: Path) -> None:
    roles = roles_of(
        tmp_path, 'operator = ["slack:U1", "telegram:7"]\nchef = ["slack:U1", "slack:U2"]'
    )

    assert roles.of([address("slack/T1", "U1")]) == {"operator", "chef"}
    assert roles.of([address("web", "w1"), address("telegram/5", "7")]) == {"operator"}
    assert roles.of([address("telegram/5", "U1"), address("slack", "7")]) == frozenset()
    assert roles.of([]) == frozenset()


def test_a_tenant_in_front_means_that_tenant_alone(tmp_path: Path) -> None:
    roles = roles_of(tmp_path, 'operator = ["slack/T1:U1"]')

    assert roles.of([address("slack/T1", "U1")]) == {"operator"}
    assert roles.of([address("slack/T2", "U1")]) == frozenset()


def test_a_telephone_number_that_the_platform_vouches_for_counts(tmp_path: Path) -> None:
    roles = roles_of(tmp_path, 'operator = ["telegram:393331112222"]')

    assert roles.of([address("telegram", "BSU.9", phone="393331112222")]) == {"operator"}


def test_without_the_table_nobody_has_a_role(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text("")

    assert load_settings(tmp_path / "bot.toml").roles == NOBODY
    assert NOBODY.of([address("slack", "U1")]) == frozenset()


def test_the_terminal_is_a_channel_though_bot_toml_has_none(tmp_path: Path) -> None:
    assert roles_of(tmp_path, 'operator = ["console:you"]').of([address("console", "you")])


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        (
            'operator = ["slak:U1"]',
            'roles.operator: "slak:U1" is on no connector of bot.toml; did you mean "slack"?',
        ),
        (
            'operator = ["mail:x"]',
            (
                'roles.operator: "mail:x" is on no connector of bot.toml; '
                "connectors here: slack, telegram"
            ),
        ),
        (
            'operator = ["U1"]',
            'roles.operator: "U1" names no address; write connector:user, like "slack:U123"',
        ),
        (
            'operator = ["slack:"]',
            'roles.operator: "slack:" names no address; write connector:user, like "slack:U123"',
        ),
        (
            'operator = "slack:U1"',
            'roles.operator: expected a list, got text; write it like ["slack:U123"]',
        ),
        (
            "operator = [7]",
            'roles.operator: expected texts, got a whole number; write them like "slack:U123"',
        ),
        (
            '"Chief Cook" = []',
            'roles."Chief Cook": is no name for a role; use a-z, 0-9, - and _',
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_remedy(tmp_path: Path, table: str, problem: str) -> None:
    assert problems_of(tmp_path, table) == (problem,)


def test_roles_that_are_no_table_are_told(tmp_path: Path) -> None:
    (tmp_path / "bot.toml").write_text("roles = 3\n")

    with pytest.raises(ConfigError, match="roles: expected a table"):
        load_settings(tmp_path / "bot.toml")


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=6,
)


@given(_anything, _anything)
def test_whatever_stands_there_is_read_or_told(table: object, connectors: object) -> None:
    roles, problems = read_roles(table, connectors)

    assert isinstance(roles, Roles)
    assert all(problem.startswith("roles") for problem in problems)
