"""Customers as agents look them up while the phone rings: the search, and everything about one at a glance."""

from typing import Any

import pytest

from tests.builders import NO_ID, US_ADDRESS, action, add, money, open_cart, order
from tests.client import Api, refused
from tests.conftest import Project


def search(project: Project, question: str, *, by: Api | None = None, **parameters: Any) -> Any:
    return (by or project.staff()).read("/desk/customers", params={"q": question, **parameters})


def found(project: Project, question: str, **parameters: Any) -> list[str]:
    """The keys of those who were found, in their order."""
    return [each.get("key", each["email"]) for each in search(project, question, **parameters)["results"]]


def new_customer(project: Project, key: str, **draft: Any) -> Any:
    body = {"key": key, "email": f"{key}@shop.test", "password": "pw", **draft}
    return project.backend.create("/customers", body)["customer"]


def at_home(**fields: str) -> dict[str, Any]:
    """A draft with one address, which has these fields too."""
    return {"addresses": [US_ADDRESS | fields]}


def test_s2_25_wad_finds_wade_by_name_and_by_e_mail(project: Project):
    page = search(project, "wad")
    assert page == {
        "limit": 20,
        "offset": 0,
        "count": 1,
        "total": 1,
        "results": [
            {
                "id": project.customer_id("wade"),
                "key": "wade",
                "email": "wade@example.com",
                "firstName": "Wade",
                "lastName": "Walker",
                "matchedOn": ["email", "firstName"],
            }
        ],
    }


@pytest.mark.parametrize(
    ("question", "fields"),
    [
        ("mull", ["lastName"]),
        ("MÜLLER", ["lastName"]),
        ("muller", ["lastName"]),
        ("üller-lüd", ["lastName"]),
        ("jose", ["firstName"]),
        ("maria", ["middleName"]),
        ("acme", ["companyName"]),
        ("werk süd", ["companyName"]),
        ("c-4711", ["customerNumber"]),
        ("4711", ["customerNumber"]),
        ("jmm@shop", ["email"]),
    ],
)
def test_a_customer_is_found_on_any_part_of_what_is_known(project: Project, question: str, fields: list[str]):
    new_customer(
        project,
        "jmm",
        firstName="José",
        middleName="Maria",
        lastName="Müller-Lüdenscheidt",
        companyName="ACME & Söhne GmbH",
        customerNumber="C-4711",
        **at_home(company="Werk Süd"),
    )
    page = search(project, question)
    assert [(each["key"], each["matchedOn"]) for each in page["results"]] == [("jmm", fields)]


@pytest.mark.parametrize(
    "stored", ["+49 170 123-4567", "0170 1234567", "0049/170/1234567", "+49 (0)170 1234567", "(0170) 123 45 67"]
)
@pytest.mark.parametrize(
    "question",
    [
        "+49 170 123-4567",
        "01701234567",
        "0170 / 123 45 67",
        "0049 170 1234567",
        "+49 (0) 170 1234567",
        "34567",
        "123-45",
    ],
)
def test_a_telephone_number_is_found_however_it_is_written(project: Project, stored: str, question: str):
    new_customer(project, "caller", **at_home(phone=stored))
    new_customer(project, "other", **at_home(mobile="+49 170 99 88 77 66", phone="+43 5550 100"))
    (hit,) = search(project, question)["results"]
    assert (hit["key"], hit["phone"], hit["matchedOn"]) == ("caller", stored, ["phone"])


def test_the_same_number_in_another_country_is_another(project: Project):
    new_customer(project, "austrian", **at_home(phone="+43 170 1234567"))
    assert found(project, "+49 170 1234567") == []
    assert found(project, "0170 1234567") == ["austrian"]


def test_several_words_narrow_and_stand_in_any_order(project: Project):
    for key, last, company in (
        ("s1", "Smith", "Acme"),
        ("s2", "Smith", "Bolt"),
        ("s3", "Smithers", "Acme"),
        ("j1", "Jones", "Acme"),
    ):
        new_customer(project, key, lastName=last, companyName=company, **at_home(phone=f"0170 555 00{key[1]}"))
    assert found(project, "smith acme") == found(project, "ACME smith") == ["s1", "s3"]
    assert found(project, "acme smith 0170 555-001") == ["s1"]
    assert found(project, "smith & acme 5550") == ["s1", "s3"]
    assert found(project, "smith acme bolt") == []


def test_whole_fields_go_before_beginnings_and_these_before_what_is_within(project: Project):
    new_customer(project, "within", lastName="Woodann")
    new_customer(project, "begins", lastName="Annan")
    new_customer(project, "whole", lastName="Ann")
    assert found(project, "ann") == ["whole", "begins", "within"]


def test_one_or_two_letters_have_to_begin_a_word(project: Project):
    new_customer(project, "xu", firstName="Xu", lastName="Oxus")
    new_customer(project, "ox", firstName="Maxuel")
    assert found(project, "xu") == ["xu"]
    assert found(project, "w") == ["wade"]


def test_an_order_number_gives_its_customer_first(project: Project):
    placed = order(project.customer("bob"), add("TEE"))
    number = placed["orderNumber"]
    new_customer(project, "numbered", customerNumber=number)
    exact, other = search(project, number)["results"]
    assert (exact["key"], exact["matchedOn"], exact["orderNumber"]) == ("bob", ["orderNumber"], number)
    assert (other["key"], other["matchedOn"]) == ("numbered", ["customerNumber"])
    assert found(project, f"#{number}") == ["bob"]
    assert found(project, f"baker {number}") == ["bob"]
    assert found(project, f"archer {number}") == []
    assert found(project, number[:5])[0] == "bob"
    assert found(project, number[:3]) == ["numbered"]


def test_a_guests_order_leads_to_nobody(project: Project):
    placed = order(project.guest(), add("TEE"))
    assert found(project, placed["orderNumber"]) == []


def test_associates_are_found_by_the_name_of_their_company(project: Project):
    (hit,) = search(project, "company b")["results"]
    assert (hit["key"], hit["matchedOn"], hit["businessUnits"]) == ("diane", ["businessUnit"], ["Company B"])
    assert found(project, "diane company") == ["diane"]
    assert found(project, "alice company") == []


@pytest.mark.parametrize(
    "question", ["whade", "waed", "wadde", "walkr", "wade wlaker", "jade wolker", "wade@exmaple.com"]
)
def test_what_is_misspelled_is_found_where_nothing_is_spelled_so(project: Project, question: str):
    first = search(project, question)["results"][0]
    assert (first["key"], first["approximate"]) == ("wade", True)
    assert first["matchedOn"]


def test_what_is_spelled_right_is_found_alone(project: Project):
    new_customer(project, "jan", firstName="Jan")
    new_customer(project, "jon", firstName="Jon")
    page = search(project, "jon")
    assert [each["key"] for each in page["results"]] == ["jon"]
    assert "approximate" not in page["results"][0]


def test_a_wrong_number_is_not_taken_for_another(project: Project):
    new_customer(project, "caller", customerNumber="C-4711", **at_home(phone="0170 1234567"))
    assert found(project, "0170 1234568") == []


def test_a_change_of_the_customer_is_found_at_once(project: Project):
    alice = project.backend.read("/customers/key=alice")
    project.backend.update("/customers", alice, action("setLastName", lastName="Zimmermann"))
    assert found(project, "zimmer") == ["alice"]
    assert found(project, "archer") == []


def test_a_deleted_customer_is_found_no_more(project: Project):
    gone = new_customer(project, "gone", lastName="Vanished")
    assert found(project, "vanished") == ["gone"]
    project.backend.delete(f"/customers/{gone['id']}", params={"version": gone["version"]})
    assert found(project, "vanished") == []


def test_in_a_store_customers_of_other_stores_are_not_found(project: Project):
    for site in ("siteA", "siteD"):
        new_customer(project, site, lastName="Storebound", stores=[{"key": site}])
    new_customer(project, "anywhere", lastName="Storebound")
    agent = project.staff()
    assert sorted(found(project, "storebound")) == ["anywhere", "siteA", "siteD"]
    assert sorted(found(project, "storebound", by=agent.in_store("siteA"))) == ["anywhere", "siteA"]
    assert sorted(found(project, "stroebound", by=agent.in_store("siteD"))) == ["anywhere", "siteD"]


def test_pages_of_a_search_do_not_overlap_and_tell_the_total(project: Project):
    for number in range(5):
        new_customer(project, f"many{number}", lastName="Manifold")
    pages = [search(project, "manifold", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    assert [each["count"] for each in pages] == [2, 2, 1, 0]
    assert {each["total"] for each in pages} == {5}
    assert len({each["key"] for page in pages for each in page["results"]}) == 5
    assert search(project, "manifold", limit=0)["total"] == 5
    refused(project.staff().get("/desk/customers", params={"q": "x", "limit": 501}), 400, "InvalidInput")


@pytest.mark.parametrize("question", [None, "", "   ", "&", "\0"])
def test_a_search_for_nothing_is_refused(project: Project, question: str | None):
    asked = {"q": question} if question is not None else {}
    refused(project.staff().get("/desk/customers", params=asked), 400, "RequiredField", field="q")


@pytest.mark.parametrize("question", ["%", "wa%de", "w_de", "E:", "F:wade", "\\", "e\n", "P:"])
def test_nothing_in_a_question_means_more_than_itself(project: Project, question: str):
    response = project.staff().get("/desk/customers", params={"q": question})
    assert response.status_code == 400 or not [
        each for each in response.json()["results"] if not each.get("approximate")
    ]


def test_a_project_does_not_find_the_customers_of_another(project: Project, other_project: Project):
    new_customer(other_project, "theirs", lastName="Elsewhere")
    assert found(project, "elsewhere") == []
    assert found(other_project, "elsewhere") == ["theirs"]


def test_shoppers_search_no_customers(project: Project):
    for caller in (project.customer(), project.guest(), project.storefront):
        refused(caller.get("/desk/customers", params={"q": "alice"}), 403, "insufficient_scope")


def glance(project: Project, key: str, by: Api | None = None) -> Any:
    return (by or project.staff()).read(f"/desk/customers/{project.customer_id(key)}")


def test_a_glance_shows_the_customer_the_current_carts_and_the_last_orders(project: Project):
    alice = project.customer()
    placed = [order(alice, add("TEE", number)) for number in range(1, 7)]
    shared = open_cart(alice, "siteA", add("TEE", 2), add("MUG"))
    own = open_cart(alice, "siteD", add("MUG"))
    seen = glance(project, "alice")
    assert seen["customer"] == project.backend.read("/customers/key=alice")
    assert [each["orderNumber"] for each in seen["lastOrders"]] == [
        each["orderNumber"] for each in reversed(placed[1:])
    ]
    assert seen["lastOrders"][0] == {
        "id": placed[-1]["id"],
        "orderNumber": placed[-1]["orderNumber"],
        "at": placed[-1]["createdAt"],
        "status": "Submitted",
        "total": placed[-1]["totalPrice"],
        "site": "siteA",
    }
    newest, older = seen["currentCarts"]
    assert (newest["cartId"], newest["site"], newest["lines"]) == (own["id"], "siteD", 1)
    assert older == {
        "cartId": shared["id"],
        "site": "siteA",
        "scope": shared["scope"],
        "name": "Default",
        "lines": 2,
        "total": money(5800),
        "lastModifiedAt": shared["lastModifiedAt"],
    }
    assert (seen["openOfflineOrders"], seen["openProposals"]) == ([], [])


def test_a_glance_changes_nothing_and_shows_a_customer_without_anything(project: Project):
    before = project.counts()
    assert glance(project, "wade") == {
        "customer": project.backend.read("/customers/key=wade"),
        "currentCarts": [],
        "lastOrders": [],
        "openOfflineOrders": [],
        "openProposals": [],
    }
    assert project.counts() == before


def test_a_glance_in_a_store_shows_what_is_there(project: Project):
    alice = project.customer()
    here, there = open_cart(alice, "siteA", add("TEE")), open_cart(alice, "siteD", add("MUG"))
    agent = project.staff()
    for site, cart in (("siteA", here), ("siteD", there)):
        seen = glance(project, "alice", agent.in_store(site))
        assert [each["cartId"] for each in seen["currentCarts"]] == [cart["id"]]
    bound = new_customer(project, "bound", stores=[{"key": "siteD"}])
    path = f"/desk/customers/{bound['id']}"
    assert agent.in_store("siteD").read(path)["customer"] == bound
    refused(agent.in_store("siteA").get(path), 404, "ResourceNotFound")


def test_a_glance_at_nobody_is_404_and_at_orders_needs_leave_to_read_them(project: Project):
    for named in (NO_ID, "nobody"):
        refused(project.staff().get(f"/desk/customers/{named}"), 404, "ResourceNotFound")
    clerk = project.api(project.token(client="backend", scope="view_customers"))
    path = f"/desk/customers/{project.customer_id('alice')}"
    refused(clerk.get(path), 403, "insufficient_scope")
    assert clerk.get("/desk/customers", params={"q": "alice"}).status_code == 200
