"""Update actions of customers, by table: what each changes, what it leaves alone and what it refuses."""

from typing import Any, get_args

import msgspec
import pytest

from handcart.domain.acting import Acting
from handcart.domain.cart import Actor
from handcart.domain.catalogue import Catalogue, ProjectSettings
from handcart.domain.custom_fields import FieldDefinition, FieldType, Type
from handcart.domain.customer import Customer
from handcart.domain.customers.apply import (
    AnyCustomerAction,
    CustomerUpdate,
    MyCustomerAction,
    apply_customer_actions,
    check_mine,
    new_password_among,
    without_passwords,
)
from handcart.domain.customers.draft import CustomerDraft, MyCustomerDraft, customer_from, new_password_in
from handcart.domain.document import Timestamp, encode
from handcart.domain.errors import (
    CustomerNumberFixed,
    DuplicateField,
    InvalidField,
    InvalidInput,
    ReferencedResourceNotFound,
    RequiredField,
)
from handcart.domain.shipping import CustomerGroup
from handcart.domain.site import Site

NOW = Timestamp("2026-11-22T09:30:00.000Z")
LATER = Timestamp("2026-11-22T09:31:00.000Z")
STAMPS: dict[str, Any] = {"version": 1, "created_at": NOW, "last_modified_at": NOW}


def type_for(kind: str) -> Type:
    field = FieldDefinition(name="note", type=FieldType(name="String"), label={}, required=False)
    return Type(
        id=f"type-{kind}", key=f"{kind}-type", name={}, resource_type_ids=[kind], field_definitions=[field], **STAMPS
    )


def site(key: str) -> Site:
    lists = ("languages", "countries", "distributionChannels", "supplyChannels", "productSelections")
    stamps = {"version": 1, "createdAt": NOW, "lastModifiedAt": NOW}
    return msgspec.convert({"id": f"id-{key}", "key": key, "name": {}, **stamps, **dict.fromkeys(lists, ())}, Site)


CATALOGUE = Catalogue(
    epoch=1,
    settings=ProjectSettings(
        key="demo", name="Demo", version=1, created_at=NOW, currencies=("USD",), countries=("US",), languages=("en-US",)
    ),
    sites={key: site(key) for key in ("siteA", "siteB")},
    groups=(),
    types={f"type-{kind}": type_for(kind) for kind in ("customer", "address")},
    channels={},
    customer_groups={key: CustomerGroup(id=key, key=f"{key}-key", name=key, **STAMPS) for key in ("gold", "staff")},
    tax_categories={},
    zones={},
    shipping_methods={},
    business_units={},
)


def acting(now: Timestamp = NOW) -> Acting:
    numbers = iter(range(1, 100))
    return Acting(
        catalogue=CATALOGUE,
        site=None,
        now=now,
        new_id=lambda: f"new{next(numbers)}",
        actor=Actor(client_id="backend"),
    )


DRAFT = {
    "email": "alice@example.com",
    "password": "pw",
    "firstName": "Alice",
    "addresses": [{"country": "US", "key": "home"}, {"country": "MX", "key": "work"}],
    "shippingAddresses": [0],
    "defaultShippingAddress": 1,
    "defaultBillingAddress": 0,
}


def customer_of(**changes: Any) -> Customer:
    draft = msgspec.convert({**DRAFT, **changes}, CustomerDraft)
    return customer_from(draft, acting(), customer_id="c1")


def after(customer: Customer, *actions: dict[str, Any]) -> Customer:
    update = msgspec.convert({"version": 1, "actions": actions}, CustomerUpdate)
    return apply_customer_actions(customer, update.actions, acting(LATER))


def shown(customer: Customer) -> dict[str, Any]:
    decoded: dict[str, Any] = msgspec.json.decode(encode(customer))
    return decoded


def test_a_new_customer_has_every_array_and_no_password() -> None:
    bare = shown(customer_from(CustomerDraft(email="a@b.c", password="secret"), acting(), customer_id="c1"))
    assert bare == {
        "id": "c1",
        "version": 1,
        "createdAt": NOW,
        "lastModifiedAt": NOW,
        "email": "a@b.c",
        "addresses": [],
        "shippingAddressIds": [],
        "billingAddressIds": [],
        "isEmailVerified": False,
        "customerGroupAssignments": [],
        "stores": [],
        "authenticationMode": "Password",
        "createdBy": {"clientId": "backend"},
        "lastModifiedBy": {"clientId": "backend"},
    }


def test_addresses_of_a_draft_get_ids_and_the_roles_it_names() -> None:
    customer = customer_of()
    assert [each.id for each in customer.addresses] == ["new1", "new2"]
    assert customer.shipping_address_ids == ("new1", "new2")
    assert customer.default_shipping_address_id == "new2"
    assert customer.billing_address_ids == ("new1",)
    assert customer.default_billing_address_id == "new1"


def test_an_address_id_of_the_client_is_replaced() -> None:
    customer = customer_of(addresses=[{"country": "US", "id": "mine"}, {"country": "US"}])
    assert [each.id for each in customer.addresses] == ["new1", "new2"]


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"email": "alice"}, InvalidField),
        ({"email": "@example.com"}, InvalidField),
        ({"email": "alice@"}, InvalidField),
        ({"email": "ali ce@example.com"}, InvalidField),
        ({"email": "alice\0@example.com"}, InvalidField),
        ({"email": "a" * 250 + "@example.com"}, InvalidField),
        ({"firstName": "A\0"}, InvalidField),
        ({"addresses": [{"country": "US", "city": "\0"}]}, InvalidField),
        ({"key": "a"}, InvalidField),
        ({"key": "a b"}, InvalidField),
        ({"customerNumber": ""}, InvalidField),
        ({"customerNumber": "1" * 257}, InvalidField),
        ({"locale": "fr-FR"}, InvalidField),
        ({"addresses": [{"country": "us"}]}, InvalidField),
        ({"addresses": [{"country": "US", "key": "aa"}] * 2}, DuplicateField),
        ({"defaultShippingAddress": 2}, InvalidField),
        ({"defaultBillingAddress": -1}, InvalidField),
        ({"shippingAddresses": [2]}, InvalidField),
        ({"customerGroup": {"key": "nobody"}}, ReferencedResourceNotFound),
        ({"customerGroup": {}}, RequiredField),
        ({"customerGroup": {"typeId": "store", "key": "gold"}}, InvalidField),
        ({"stores": [{"key": "siteX"}]}, ReferencedResourceNotFound),
        ({"custom": {"type": {"key": "address-type"}}}, InvalidField),
        ({"custom": {"type": {"key": "customer-type"}, "fields": {"other": 1}}}, InvalidField),
    ],
)
def test_a_draft_is_refused(changes: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        customer_of(**changes)


@pytest.mark.parametrize(
    ("draft", "expected"),
    [
        ({"password": "pw"}, "pw"),
        ({"password": "pw", "authenticationMode": "Password"}, "pw"),
        ({"authenticationMode": "ExternalAuth"}, None),
        ({}, RequiredField),
        ({"password": ""}, InvalidInput),
        ({"password": "x" * 1_001}, InvalidInput),
        ({"password": "pw", "authenticationMode": "ExternalAuth"}, InvalidInput),
    ],
)
def test_a_password_is_needed_exactly_where_it_is_used(draft: dict[str, Any], expected: Any) -> None:
    made = msgspec.convert({"email": "a@b.c", **draft}, CustomerDraft)
    if expected is None or isinstance(expected, str):
        assert new_password_in(made) == expected
    else:
        with pytest.raises(expected):
            new_password_in(made)


def test_b_c12_a_sign_up_in_a_store_belongs_to_that_store_unless_it_says_otherwise() -> None:
    draft = CustomerDraft(email="a@b.c")
    signed_up = customer_from(draft, acting(), customer_id="c1", store="siteA")
    assert [each.key for each in signed_up.stores] == ["siteA"]
    two = msgspec.convert({"email": "a@b.c", "stores": [{"key": "siteB"}, {"id": "id-siteA"}]}, CustomerDraft)
    signed_up = customer_from(two, acting(), customer_id="c1", store="siteA")
    assert [each.key for each in signed_up.stores] == ["siteB", "siteA"]
    other = msgspec.convert({"email": "a@b.c", "stores": [{"key": "siteB"}]}, CustomerDraft)
    with pytest.raises(InvalidField):
        customer_from(other, acting(), customer_id="c1", store="siteA")


def test_a_shoppers_draft_is_a_customers_draft() -> None:
    fields = {"email": "a@b.c", "password": "pw", "firstName": "A", "addresses": [{"country": "US"}]}
    mine = msgspec.convert({**fields, "defaultShippingAddress": 0}, MyCustomerDraft)
    assert mine.as_customer_draft() == msgspec.convert({**fields, "defaultShippingAddress": 0}, CustomerDraft)


def names_of(union: Any) -> set[str]:
    return {each.__struct_config__.tag for each in get_args(union)}


def test_all_34_published_actions_are_there_and_21_of_them_are_the_shoppers_own() -> None:
    mine, everyones = names_of(MyCustomerAction), names_of(AnyCustomerAction)
    assert len(mine) == 21
    assert len(everyones) == 34
    assert everyones - mine == set(
        "setKey setCustomerNumber setExternalId setAuthenticationMode setCustomerGroup setCustomerGroupAssignments "
        "addCustomerGroupAssignment removeCustomerGroupAssignment setStores addStore removeStore setAddressCustomType "
        "setAddressCustomField".split()
    )


def test_a_shopper_cannot_do_what_is_not_its_own() -> None:
    own, not_own = {"action": "setTitle", "title": "Dr."}, {"action": "setStores", "stores": []}
    check_mine(msgspec.convert({"version": 1, "actions": [own]}, CustomerUpdate))
    with pytest.raises(InvalidField) as refusal:
        check_mine(msgspec.convert({"version": 1, "actions": [own, not_own]}, CustomerUpdate))
    assert (refusal.value.field, refusal.value.invalid_value) == ("actions[1].action", "setStores")


CHANGES: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"action": "setFirstName", "firstName": "Al"}, {"firstName": "Al"}),
    ({"action": "setFirstName"}, {"firstName": None}),
    ({"action": "setLastName", "lastName": "L"}, {"lastName": "L"}),
    ({"action": "setMiddleName", "middleName": "M"}, {"middleName": "M"}),
    ({"action": "setTitle", "title": "Dr."}, {"title": "Dr."}),
    ({"action": "setSalutation", "salutation": "Ms."}, {"salutation": "Ms."}),
    ({"action": "setCompanyName", "companyName": "C"}, {"companyName": "C"}),
    ({"action": "setVatId", "vatId": "V"}, {"vatId": "V"}),
    ({"action": "setDateOfBirth", "dateOfBirth": "2000-02-29"}, {"dateOfBirth": "2000-02-29"}),
    ({"action": "setExternalId", "externalId": "E"}, {"externalId": "E"}),
    ({"action": "setLocale", "locale": "en-US"}, {"locale": "en-US"}),
    ({"action": "setKey", "key": "al"}, {"key": "al"}),
    ({"action": "setCustomerNumber", "customerNumber": "7"}, {"customerNumber": "7"}),
    ({"action": "setAuthenticationMode", "authMode": "ExternalAuth"}, {"authenticationMode": "ExternalAuth"}),
    ({"action": "setAuthenticationMode", "authMode": "Password", "password": "new"}, {}),
    (
        {"action": "setCustomerGroup", "customerGroup": {"key": "gold-key"}},
        {"customerGroup": {"typeId": "customer-group", "id": "gold"}},
    ),
    (
        {"action": "setCustomerGroupAssignments", "customerGroupAssignments": [{"customerGroup": {"id": "gold"}}] * 2},
        {"customerGroupAssignments": [{"customerGroup": {"typeId": "customer-group", "id": "gold"}}]},
    ),
    (
        {"action": "addCustomerGroupAssignment", "customerGroupAssignment": {"customerGroup": {"id": "staff"}}},
        {"customerGroupAssignments": [{"customerGroup": {"typeId": "customer-group", "id": "staff"}}]},
    ),
    (
        {"action": "setStores", "stores": [{"typeId": "store", "key": "siteB"}]},
        {"stores": [{"typeId": "store", "key": "siteB"}]},
    ),
    ({"action": "addStore", "store": {"id": "id-siteA"}}, {"stores": [{"typeId": "store", "key": "siteA"}]}),
    (
        {"action": "setCustomType", "type": {"key": "customer-type"}, "fields": {"note": "x"}},
        {"custom": {"type": {"typeId": "type", "id": "type-customer"}, "fields": {"note": "x"}}},
    ),
    ({"action": "addBillingAddressId", "addressKey": "work"}, {"billingAddressIds": ["new1", "new2"]}),
    (
        {"action": "removeShippingAddressId", "addressId": "new2"},
        {"shippingAddressIds": ["new1"], "defaultShippingAddressId": None},
    ),
    ({"action": "removeShippingAddressId", "addressId": "new1"}, {"shippingAddressIds": ["new2"]}),
    (
        {"action": "removeBillingAddressId", "addressKey": "home"},
        {"billingAddressIds": [], "defaultBillingAddressId": None},
    ),
    (
        {"action": "setDefaultBillingAddress", "addressId": "new2"},
        {"billingAddressIds": ["new1", "new2"], "defaultBillingAddressId": "new2"},
    ),
    ({"action": "setDefaultShippingAddress", "addressKey": "home"}, {"defaultShippingAddressId": "new1"}),
    ({"action": "setDefaultShippingAddress"}, {"defaultShippingAddressId": None}),
    (
        {"action": "addAddress", "address": {"country": "US", "city": "Reno"}},
        {
            "addresses": [
                {"country": "US", "key": "home", "id": "new1"},
                {"country": "MX", "key": "work", "id": "new2"},
                {"country": "US", "city": "Reno", "id": "new1"},
            ]
        },
    ),
    (
        {"action": "changeAddress", "addressKey": "work", "address": {"country": "US", "id": "other"}},
        {"addresses": [{"country": "US", "key": "home", "id": "new1"}, {"country": "US", "id": "new2"}]},
    ),
    (
        {"action": "removeAddress", "addressId": "new1"},
        {
            "addresses": [{"country": "MX", "key": "work", "id": "new2"}],
            "shippingAddressIds": ["new2"],
            "billingAddressIds": [],
            "defaultBillingAddressId": None,
        },
    ),
    (
        {
            "action": "setAddressCustomType",
            "addressId": "new2",
            "type": {"id": "type-address"},
            "fields": {"note": "x"},
        },
        {
            "addresses": [
                {"country": "US", "key": "home", "id": "new1"},
                {
                    "country": "MX",
                    "key": "work",
                    "id": "new2",
                    "custom": {"type": {"typeId": "type", "id": "type-address"}, "fields": {"note": "x"}},
                },
            ]
        },
    ),
]


@pytest.mark.parametrize(("action", "changes"), CHANGES, ids=lambda each: each.get("action", ""))
def test_an_action_changes_what_it_says_and_raises_the_version_by_one(
    action: dict[str, Any], changes: dict[str, Any]
) -> None:
    before = customer_of()
    expected = {**shown(before), "version": 2, "lastModifiedAt": LATER, **changes}
    assert shown(after(before, action)) == {name: value for name, value in expected.items() if value is not None}


def test_changing_the_email_address_makes_it_unverified() -> None:
    changed = after(customer_of(isEmailVerified=True), {"action": "changeEmail", "email": "al@example.com"})
    assert (changed.email, changed.is_email_verified) == ("al@example.com", False)


@pytest.mark.parametrize(
    "action",
    [
        {"action": "setFirstName", "firstName": "Alice"},
        {"action": "setLastName"},
        {"action": "setKey"},
        {"action": "changeEmail", "email": "alice@example.com"},
        {"action": "addShippingAddressId", "addressId": "new1"},
        {"action": "removeBillingAddressId", "addressId": "new2"},
        {"action": "setDefaultShippingAddress", "addressId": "new2"},
        {"action": "changeAddress", "addressId": "new1", "address": {"country": "US", "key": "home"}},
        {"action": "removeStore", "store": {"key": "siteA"}},
        {"action": "setStores", "stores": []},
        {"action": "removeCustomerGroupAssignment", "customerGroup": {"id": "gold"}},
        {"action": "setCustomerGroup"},
        {"action": "setCustomType"},
    ],
    ids=lambda each: each["action"],
)
def test_what_is_so_already_changes_nothing(action: dict[str, Any]) -> None:
    before = customer_of()
    assert after(before, action) is before


def test_groups_and_stores_that_are_there_are_not_added_again_and_can_be_taken_away() -> None:
    store, group = {"key": "siteA"}, {"id": "gold"}
    before = customer_of(stores=[store], customerGroupAssignments=[{"customerGroup": group}])
    same = [
        {"action": "addStore", "store": store},
        {"action": "addCustomerGroupAssignment", "customerGroupAssignment": {"customerGroup": group}},
    ]
    assert after(before, *same) is before
    gone = after(
        before,
        {"action": "removeStore", "store": store},
        {"action": "removeCustomerGroupAssignment", "customerGroup": group},
    )
    assert (gone.stores, gone.customer_group_assignments, gone.version) == ((), (), 3)


def test_custom_fields_are_set_one_by_one_and_removed() -> None:
    typed = after(customer_of(), {"action": "setCustomType", "type": {"key": "customer-type"}})
    noted = after(typed, {"action": "setCustomField", "name": "note", "value": "x"})
    assert noted.custom is not None
    assert noted.custom.fields == {"note": "x"}
    assert after(noted, {"action": "setCustomType"}).custom is None
    address = after(
        typed,
        {"action": "setAddressCustomType", "addressId": "new1", "type": {"key": "address-type"}},
        {"action": "setAddressCustomField", "addressId": "new1", "name": "note", "value": "y"},
    ).addresses[0]
    assert address.custom is not None
    assert address.custom.fields == {"note": "y"}


@pytest.mark.parametrize(
    ("action", "refusal"),
    [
        ({"action": "removeAddress"}, RequiredField),
        ({"action": "removeAddress", "addressId": "nowhere"}, InvalidInput),
        ({"action": "changeAddress", "addressKey": "nowhere", "address": {"country": "US"}}, InvalidInput),
        ({"action": "changeAddress", "addressKey": "home", "address": {"country": "usa"}}, InvalidField),
        (
            {"action": "changeAddress", "addressKey": "home", "address": {"country": "US", "key": "work"}},
            DuplicateField,
        ),
        ({"action": "addAddress", "address": {"country": "US", "key": "home"}}, DuplicateField),
        ({"action": "addAddress", "address": {"country": "US", "key": "h"}}, InvalidField),
        ({"action": "addShippingAddressId", "addressId": "nowhere"}, InvalidInput),
        ({"action": "setDefaultBillingAddress", "addressKey": "nowhere"}, InvalidInput),
        ({"action": "setAddressCustomField", "addressId": "new1", "name": "note", "value": "x"}, InvalidField),
        ({"action": "setCustomField", "name": "note", "value": "x"}, InvalidField),
        ({"action": "setCustomType", "type": {"key": "address-type"}}, InvalidField),
        ({"action": "changeEmail", "email": "nobody"}, InvalidField),
        ({"action": "setLastName", "lastName": "L\0"}, InvalidField),
        ({"action": "setKey", "key": "ä-key"}, InvalidField),
        ({"action": "setLocale", "locale": "fr"}, InvalidField),
        ({"action": "setCustomerGroup", "customerGroup": {"id": "none"}}, ReferencedResourceNotFound),
        ({"action": "addStore", "store": {"key": "none"}}, ReferencedResourceNotFound),
        ({"action": "setAuthenticationMode", "authMode": "Password"}, RequiredField),
        ({"action": "setAuthenticationMode", "authMode": "Password", "password": ""}, InvalidInput),
        ({"action": "setAuthenticationMode", "authMode": "ExternalAuth", "password": "x"}, InvalidInput),
    ],
    ids=lambda each: each["action"] if isinstance(each, dict) else each.__name__,
)
def test_an_action_is_refused(action: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        after(customer_of(), action)


def test_a_customer_number_that_is_set_stays() -> None:
    numbered = customer_of(customerNumber="7")
    assert after(numbered, {"action": "setCustomerNumber", "customerNumber": "7"}) is numbered
    for number in ("8", None):
        with pytest.raises(CustomerNumberFixed):
            after(numbered, {"action": "setCustomerNumber", "customerNumber": number})


def test_the_last_password_counts_and_none_is_shown() -> None:
    actions = [
        {"action": "setAuthenticationMode", "authMode": "Password", "password": "first"},
        {"action": "setFirstName", "firstName": "Al"},
        {"action": "setAuthenticationMode", "authMode": "Password", "password": "second"},
    ]
    update = msgspec.convert({"version": 1, "actions": actions}, CustomerUpdate)
    assert new_password_among(update.actions) == "second"
    assert new_password_among(update.actions[1:2]) is None
    remembered = encode(without_passwords(update.actions))
    assert b'first"' not in remembered
    assert b"second" not in remembered
    assert b'"firstName":"Al"' in remembered
