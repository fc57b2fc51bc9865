"""Site groups over HTTP: Oracle Commerce's interface, requirement by requirement (S4-39 … S4-62)."""

from typing import Any

import pytest

from tests.api.ccadmin import GROUP_ANSWER, GROUP_REQUEST, Ccadmin, ccadmin, refused
from tests.builders import add, open_cart
from tests.client import Api, in_parallel, ok
from tests.project import Project

__all__ = ["ccadmin"]


def test_s4_11_45_46_the_literal_request_gets_the_literal_answer(ccadmin: Ccadmin):
    ccadmin.us_sites()
    response = ccadmin.api.post("/siteGroups", GROUP_REQUEST)
    assert (response.status_code, response.json()) == (200, GROUP_ANSWER)
    assert ccadmin.read("/siteGroups/cartGroupUSSites") == GROUP_ANSWER


def test_s4_40_a_group_always_says_whether_it_shares_its_cart(ccadmin: Ccadmin):
    assert ccadmin.group("plain", "siteA")["sharedCart"] is False
    assert ccadmin.group("sharing", "siteD", sharedCart=True)["sharedCart"] is True
    assert all(each["sharedCart"] in (True, False) for each in ccadmin.read("/siteGroups")["items"])


def test_s4_41_a_site_has_to_exist_before_it_is_added(ccadmin: Ccadmin):
    before = ccadmin.everything()
    body = {"id": "G2", "sites": [{"id": "siteD"}, {"id": "nowhere"}]}
    refused(ccadmin.api.post("/siteGroups", body), 400, "30305", id="nowhere")
    refused(ccadmin.api.put("/siteGroups/G1", {"sites": [{"id": "nowhere"}]}), 400, "30303", id="nowhere")
    assert ccadmin.everything() == before


def test_s4_42_a_site_shares_its_cart_in_one_group_only(ccadmin: Ccadmin):
    body = {"id": "G2", "sites": [{"id": "siteD"}, {"id": "siteA"}]}
    error = refused(ccadmin.api.post("/siteGroups", {**body, "sharedCart": True}), 400, "30305")
    assert (error["site"], error["group"], error["devMessage"]) == ("siteA", "G1", "SiteSharesCartAlready")
    assert ccadmin.api.get("/siteGroups/G2").status_code == 404
    ccadmin.write("POST", "/siteGroups", body)
    before = ccadmin.everything()
    refused(ccadmin.api.put("/siteGroups/G2", {"sharedCart": True}), 400, "30303", site="siteA")
    assert ccadmin.everything() == before
    ccadmin.put_group("G2", sites=[{"id": "siteD"}], sharedCart=True)
    refused(ccadmin.api.put("/siteGroups/G2", {"sites": [{"id": "siteA"}]}), 400, "30303", site="siteA")
    assert ccadmin.read("/siteGroups/G2")["sites"] == [{"id": "siteD", "name": "MyCompanyFour"}]


def test_s4_42_two_groups_at_once_do_not_both_get_the_site(ccadmin: Ccadmin):
    bodies = [{"id": f"G{number}", "sites": [{"id": "siteD"}], "sharedCart": True} for number in range(2, 8)]
    answers = in_parallel([lambda body=body: ccadmin.api.post("/siteGroups", body) for body in bodies])
    assert sorted(each.status_code for each in answers) == [200, 400, 400, 400, 400, 400]
    assert ccadmin.read("/siteGroups")["total"] == 2


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"displayName": "X"},
        {"sites": [{"name": "x"}]},
        {"sites": ["siteA"]},
        {"sites": "x"},
        {"sites": None},
        {"sites": [{"id": 7}]},
        {"sites": [{"id": "siteA"}, {"id": "siteA"}]},
        {"sites": [], "sharedCart": "true"},
        {"sites": [], "sharedCart": 1},
        {"sites": [], "id": ""},
        {"sites": [], "id": "a\0b"},
        {"sites": [], "id": "x" * 257},
        {"sites": [], "displayName": "  "},
        {"sites": [], "unheardOf": 1},
        [],
    ],
)
def test_s4_47_50_what_is_malformed_is_refused_and_nothing_is_stored(ccadmin: Ccadmin, body: Any):
    refused(ccadmin.api.post("/siteGroups", body), 400, "30305")
    refused(ccadmin.api.post("/siteGroups", content=b"{"), 400, "30305")
    assert ccadmin.read("/siteGroups")["total"] == 1


def test_s4_48_an_id_is_made_where_there_is_none_and_is_unique(ccadmin: Ccadmin):
    one, other = (ccadmin.write("POST", "/siteGroups", {"sites": []}) for _ in range(2))
    assert one["id"]
    assert one["id"] != other["id"]
    before = ccadmin.everything()
    refused(ccadmin.api.post("/siteGroups", {"id": "G1", "sites": []}), 400, "30305", field="id")
    assert ccadmin.everything() == before


def test_s4_49_the_display_name_is_the_id_where_there_is_none(ccadmin: Ccadmin):
    assert ccadmin.group("G2")["displayName"] == "G2"
    made = ccadmin.write("POST", "/siteGroups", {"sites": []})
    assert made["displayName"] == made["id"]


def test_s4_50_without_shared_cart_nothing_is_shared(ccadmin: Ccadmin, project: Project):
    ccadmin.without_sharing()
    assert ccadmin.group("G2", "siteA", "siteB")["sharedCart"] is False
    alice = project.customer("alice")
    cart = open_cart(alice, "siteA", add("TEE"))
    assert open_cart(alice, "siteB")["id"] != cart["id"]


def test_s4_51_52_53_a_change_keeps_what_it_omits_and_ignores_an_id(ccadmin: Ccadmin):
    ccadmin.us_sites()
    ccadmin.write("POST", "/siteGroups", GROUP_REQUEST)
    path = "/siteGroups/cartGroupUSSites"
    assert ccadmin.write("PUT", path, {"displayName": "X", "id": "other"}) == {**GROUP_ANSWER, "displayName": "X"}
    assert ccadmin.write("PUT", path, {}) == {**GROUP_ANSWER, "displayName": "X"}
    assert ccadmin.write("PUT", path, GROUP_ANSWER) == GROUP_ANSWER
    assert ccadmin.read(path) == GROUP_ANSWER
    refused(ccadmin.api.get("/siteGroups/other"), 404, "30311")
    refused(ccadmin.api.put("/siteGroups/other", {}), 404, "30311")


def test_s4_54_sites_are_replaced_as_a_whole(ccadmin: Ccadmin, project: Project):
    alice = project.customer("alice")
    cart = open_cart(alice, "siteA", add("TEE"))
    assert open_cart(alice, "siteB")["id"] == cart["id"]
    assert ccadmin.put_group("G1", sites=[{"id": "siteC"}])["sites"] == [{"id": "siteC", "name": "MyCompanyThree"}]
    assert open_cart(alice, "siteB")["id"] != cart["id"]
    assert open_cart(alice, "siteA")["id"] == cart["id"]


def test_s4_55_shared_cart_turns_sharing_off_and_on(ccadmin: Ccadmin, project: Project):
    alice = project.customer("alice")
    cart = open_cart(alice, "siteA", add("TEE"))
    ccadmin.put_group("G1", sharedCart=False)
    separate = open_cart(alice, "siteB", add("MUG"))
    assert separate["id"] != cart["id"]
    ccadmin.put_group("G1", sharedCart=True)
    shared = open_cart(alice, "siteB")
    assert {(line["variant"]["sku"], line["siteId"]) for line in shared["lineItems"]} == {
        ("TEE", "siteA"),
        ("MUG", "siteB"),
    }


def test_s4_66_no_line_is_lost_when_sites_join_and_leave(ccadmin: Ccadmin, project: Project):
    ccadmin.without_sharing()
    alice = project.customer("alice")
    open_cart(alice, "siteA", add("TEE"))
    open_cart(alice, "siteB", add("MUG"))
    ccadmin.group("G2", "siteA", "siteB", sharedCart=True)
    shared = open_cart(alice, "siteA")
    assert len(shared["lineItems"]) == 2
    assert open_cart(alice, "siteB")["id"] == shared["id"]
    ccadmin.put_group("G2", sites=[{"id": "siteA"}])
    on_a, on_b = open_cart(alice, "siteA"), open_cart(alice, "siteB")
    assert sorted([len(on_a["lineItems"]), len(on_b["lineItems"])]) == [0, 2]


def test_s4_56_57_only_an_empty_group_is_deleted(ccadmin: Ccadmin):
    before = ccadmin.everything()
    error = refused(ccadmin.api.delete("/siteGroups/G1"), 400, "30306")
    assert error["sites"] == ["siteA", "siteB", "siteM", "siteC"]
    assert error["message"].endswith("cannot be deleted: siteA, siteB, siteM, siteC.")
    assert ccadmin.everything() == before
    ccadmin.put_group("G1", sites=[])
    response = ccadmin.api.delete("/siteGroups/G1")
    assert (response.status_code, response.content) == (204, b"")
    refused(ccadmin.api.get("/siteGroups/G1"), 404, "30311")
    refused(ccadmin.api.delete("/siteGroups/G1"), 404, "30311")


def test_s4_58_59_one_group_and_all_with_and_without_a_slash(ccadmin: Ccadmin):
    group = ccadmin.read("/siteGroups/G1")
    assert ccadmin.read("/siteGroups/G1/") == group
    assert ccadmin.read("/siteGroups") == {
        "total": 1,
        "totalResults": 1,
        "offset": 0,
        "limit": 250,
        "sort": [{"property": "id", "order": "asc"}],
        "items": [group],
    }
    assert ccadmin.read("/siteGroups/") == ccadmin.read("/siteGroups")
    refused(ccadmin.api.get("/siteGroups/nothing"), 404, "30311")
    ccadmin.write("POST", "/siteGroups/", {"id": "a/b c", "sites": []})
    assert ccadmin.read("/siteGroups/a%2Fb%20c")["id"] == "a/b c"


def test_s4_60_pages_by_offset_and_limit(ccadmin: Ccadmin):
    for number in (5, 3, 2, 4):
        ccadmin.group(f"G{number}")
    page = ccadmin.read("/siteGroups", offset=2, limit=2)
    assert [each["id"] for each in page["items"]] == ["G3", "G4"]
    assert (page["totalResults"], page["offset"], page["limit"]) == (5, 2, 2)
    assert ccadmin.read("/siteGroups", offset=9)["items"] == []
    assert ccadmin.read("/siteGroups", limit=9999)["limit"] == 250
    assert [each["id"] for each in ccadmin.read("/siteGroups", sort="id:desc", limit=2)["items"]] == ["G5", "G4"]
    for name, value in (("offset", "-1"), ("limit", "-1"), ("limit", "NaN"), ("offset", "1.5"), ("sort", "sites:up")):
        refused(ccadmin.api.get("/siteGroups", params={name: value}), 400, "30312", field=name)


def test_s4_61_q_filters_by_name_id_and_sites(ccadmin: Ccadmin):
    ccadmin.us_sites()
    ccadmin.write("POST", "/siteGroups", GROUP_REQUEST)

    def ids(q: str) -> list[str]:
        return [each["id"] for each in ccadmin.read("/siteGroups", q=q)["items"]]

    assert ids('displayName co "US"') == ["cartGroupUSSites"]
    assert ids('id eq "cartGroupUSSites"') == ["cartGroupUSSites"]
    assert ids('sites co "siteUSEast"') == ["cartGroupUSSites"]
    assert ids('sites co "siteUSEast" and displayName co "G1"') == []
    assert ids('sites co "siteUSEast" or displayName co "G1"') == ["G1", "cartGroupUSSites"]
    assert ids('not (sites pr and id sw "G")') == ["cartGroupUSSites"]
    for q in ("sharedCart eq true", 'id gt "a"', "id eq a", 'id eq "a', "id", "", '(id eq "a"', 'id eq "a" id', "\0"):
        refused(ccadmin.api.get("/siteGroups", params={"q": q}), 400, "30312")


def test_s4_62_only_administrators_get_in(ccadmin: Ccadmin, project: Project):
    def api(caller: Api) -> Api:
        return Api(caller.http, "/ccadmin/v1", caller.token)

    before = ccadmin.everything()
    for caller in (project.guest(), project.customer(), project.storefront, project.backend, project.staff("agent7")):
        refused(api(caller).get("/siteGroups"), 403, "insufficient_scope")
        refused(api(caller).put("/siteGroups/G1", {"sharedCart": False}), 403, "insufficient_scope")
    nobody = api(project.nobody).get("/siteGroups")
    refused(nobody, 401, "invalid_token")
    assert nobody.headers["www-authenticate"].startswith("Bearer")
    assert ccadmin.everything() == before
    ok(api(project.staff("admin")).get("/siteGroups"))
    ok(api(project.api(project.token(client="backend", scope="manage_stores"))).get("/siteGroups"))


def test_a_token_acts_on_its_own_project_only(ccadmin: Ccadmin, other_project: Project):
    ccadmin.group("mine")
    others = Ccadmin(other_project)
    refused(others.api.get("/siteGroups/mine"), 404, "30311")
    others.group("mine")
    others.put_group("mine", displayName="theirs")
    assert ccadmin.read("/siteGroups/mine")["displayName"] == "mine"


def test_a_create_is_repeated_with_its_key_and_made_once(ccadmin: Ccadmin):
    answers = [
        ccadmin.write("POST", "/siteGroups", {"sites": []}, headers={"Idempotency-Key": "once"}) for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert ccadmin.read("/siteGroups")["total"] == 2


def test_a_path_or_method_that_is_none_is_refused_in_the_same_words(ccadmin: Ccadmin):
    refused(ccadmin.api.get("/nothing"), 404, "ResourceNotFound")
    response = ccadmin.api.request("PATCH", "/siteGroups/G1")
    refused(response, 405, "InvalidOperation")
    assert response.headers["allow"] == "DELETE, GET, PUT"


def test_b_o2_names_are_shown_in_the_language_that_is_asked_for(ccadmin: Ccadmin):
    ccadmin.site("siteX", name={"en-US": "East", "es-MX": "Este"}, languages=["en-US", "es-MX"])
    ccadmin.group("G2", "siteX")
    for language, name in (("es-MX", "Este"), ("en-US", "East"), ("de", "East")):
        spanish = ccadmin.api.with_headers(X_CCAsset_Language=language)
        assert spanish.read("/siteGroups/G2")["sites"] == [{"id": "siteX", "name": name}]
    assert ccadmin.read("/siteGroups/G2")["sites"] == [{"id": "siteX", "name": "East"}]
