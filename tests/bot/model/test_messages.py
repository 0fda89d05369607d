"""Small nouns: addresses, customers, identifiers."""

from bot.model.customers import Customer
from bot.model.ids import CustomerId, account_of, connector_of
from bot.model.messages import Address


def test_an_account_is_a_connector_and_its_tenant() -> None:
    assert account_of("slack", "T1") == "slack/T1"
    assert account_of("web") == "web"
    assert connector_of(account_of("slack", "T1")) == "slack"


def test_a_phone_number_takes_no_part_in_an_addresss_equality() -> None:
    one = Address(account=account_of("whatsapp"), user="u", place="u")
    other = Address(account=account_of("whatsapp"), user="u", place="u", phone="491701")

    assert one == other
    assert one.connector == "whatsapp"


def test_a_customer_goes_by_all_merged_ids_the_roots_first() -> None:
    customer = Customer(id=CustomerId("a"), merged=(CustomerId("b"), CustomerId("c")))

    assert customer.ids == ("a", "b", "c")
