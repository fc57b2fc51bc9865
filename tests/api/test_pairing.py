"""Pairing: a guest's spoken code lets one agent at one cart, once the guest has agreed, for a while."""

import re
import secrets
from functools import partial
from typing import Any

import httpx
import pytest

from tests.builders import NO_ID, action, add, change_quantity, open_cart, ship_to, skus, submit
from tests.client import Api, in_parallel, ok, refused
from tests.conftest import Project

UNKNOWN = (400, "InvalidOperation", "PairingCodeUnknown")


def code_for(shopper: Api, cart: dict[str, Any]) -> str:
    return shopper.create("/me/pairing-codes", {"cartId": cart["id"]})["code"]


def asked(agent: Api, code: str) -> Any:
    return agent.create("/desk/pairings", {"code": code})["pairing"]


def paired(shopper: Api, agent: Api, cart: dict[str, Any]) -> Any:
    pairing = asked(agent, code_for(shopper, cart))
    return shopper.write(f"/me/pairings/{pairing['id']}/confirm", {"version": pairing["version"]})


def end(caller: Api, side: str, pairing: dict[str, Any]) -> httpx.Response:
    return caller.delete(f"/{side}/pairings/{pairing['id']}", params={"version": pairing["version"]})


def pairing_rows(project: Project) -> list[Any]:
    return project.sql.rows("SELECT id, state, version FROM pairings WHERE project = $1 ORDER BY id", project.key)


def test_an_agent_helps_a_guest_who_has_read_out_a_code_and_agreed(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    told = guest.in_store("siteA").create("/me/pairing-codes", {"cartId": cart["id"]})
    assert set(told) == {"code", "expiresAt"}
    assert re.fullmatch(r"[34679ACDEFGHJKMNPQRTVWXY]{3}-[34679ACDEFGHJKMNPQRTVWXY]{3}", told["code"])

    answer = agent.create("/desk/pairings", {"code": told["code"]})
    pairing = answer["pairing"]
    assert (answer["state"], pairing["state"], pairing["version"]) == ("AwaitingConsent", "AwaitingConsent", 1)
    assert cart["id"] not in str(answer)
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")

    waiting = guest.read("/me/pairings")["results"]
    assert [(each["id"], each["agent"], each["state"], each["cartId"]) for each in waiting] == [
        (pairing["id"], {"name": "Agent Seven"}, "AwaitingConsent", cart["id"])
    ]
    agreed = guest.write(f"/me/pairings/{pairing['id']}/confirm", {"version": 1})
    assert (agreed["state"], agreed["version"], agreed["cartId"]) == ("Active", 2, cart["id"])
    assert agreed["expiresAt"] > pairing["expiresAt"]

    assert agent.read(f"/desk/pairings/{pairing['id']}") == agreed
    assert agent.read("/desk/pairings")["results"] == [agreed]
    changed = agent.in_store("siteA").change_cart(agent.read(f"/carts/{agreed['cartId']}"), add("MUG", 2))
    assert skus(changed) == [("TEE", 1), ("MUG", 2)]
    assert skus(guest.read(f"/me/carts/{cart['id']}")) == [("TEE", 1), ("MUG", 2)]
    said = agent.read(f"/carts/{cart['id']}/history")["results"][0]
    assert said["via"]["kind"] == "pairing"
    assert said["via"]["id"] == pairing["id"]
    assert said["actor"]["operator"]["typeId"] == "staff"


def test_s2_7_without_pairing_nothing_of_a_guest_is_found(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    code_for(guest, cart)
    assert agent.read("/desk/pairings")["results"] == []
    for response in (
        agent.get(f"/carts/{cart['id']}"),
        agent.post(f"/carts/{cart['id']}", {"version": cart["version"], "actions": [add("MUG")]}),
    ):
        refused(response, 404, "ResourceNotFound")
    assert project.cart_row(cart["id"])["version"] == cart["version"]


@pytest.mark.parametrize("spell", [str.lower, lambda code: code.replace("-", ""), " ".join])
def test_case_spaces_and_dashes_do_not_matter_in_a_code(project: Project, spell: Any):
    guest = project.guest()
    code = code_for(guest, open_cart(guest, "siteA", add("TEE")))
    assert asked(project.staff("agent7"), spell(code))["state"] == "AwaitingConsent"


def test_a_code_works_once(project: Project):
    guest = project.guest()
    code = code_for(guest, open_cart(guest, "siteA", add("TEE")))
    asked(project.staff("agent7"), code)
    before = pairing_rows(project)
    refused(project.staff("agent7").post("/desk/pairings", {"code": code}), *UNKNOWN)
    assert pairing_rows(project) == before


def test_a_new_code_replaces_the_older_one_of_the_cart_and_no_other(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart, other = open_cart(guest, "siteA", add("TEE")), open_cart(guest, "siteC", add("TEE"))
    elsewhere, older = code_for(guest, other), code_for(guest, cart)
    newer = code_for(guest, cart)
    refused(agent.post("/desk/pairings", {"code": older}), *UNKNOWN)
    asked(agent, newer)
    asked(agent, elsewhere)


def test_a_wrong_an_expired_and_a_used_code_are_told_apart_by_nobody(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    used = code_for(guest, cart)
    asked(agent, used)
    expired = code_for(guest, cart)
    project.sql.execute("UPDATE pairing_codes SET expires_at = now() WHERE project = $1", project.key)
    answers = [agent.post("/desk/pairings", {"code": each}) for each in (used, expired, "AAA-AAA", "", "K7M-4XPP", "0")]
    for answer in answers:
        refused(answer, *UNKNOWN)
    assert len({answer.text for answer in answers}) == 1
    assert len(pairing_rows(project)) == 1


def test_only_a_hash_of_a_code_is_kept(project: Project):
    guest = project.guest()
    code = code_for(guest, open_cart(guest, "siteA", add("TEE"))).replace("-", "")
    row = project.sql.row("SELECT * FROM pairing_codes WHERE project = $1", project.key)
    assert code.encode() not in row["hash"]
    assert len(row["hash"]) == 32


def test_an_agent_who_types_too_many_codes_has_to_wait_and_others_do_not(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    answers = [agent.post("/desk/pairings", {"code": "AAA-AAA"}) for _ in range(21)]
    assert [each.status_code for each in answers[:20]] == [400] * 20
    refused(answers[20], 429, "OverCapacity")
    assert int(answers[20].headers["Retry-After"]) <= 900
    code = code_for(guest, cart)
    refused(agent.post("/desk/pairings", {"code": code}), 429, "OverCapacity")
    assert pairing_rows(project) == []
    asked(project.staff("admin"), code)


def test_of_many_tries_at_once_no_more_are_looked_up(project: Project):
    agent = project.staff("agent7")
    answers = in_parallel([partial(agent.post, "/desk/pairings", {"code": "AAA-AAA"})] * 40)
    looked_up = [each for each in answers if each.status_code == 400]
    assert len(looked_up) <= 20
    assert {each.status_code for each in answers} == {400, 429}


def test_many_wrong_codes_of_a_whole_staff_stop_everybody_for_a_while(project: Project):
    guest, agent, other = project.guest(), project.staff("agent7"), project.staff("admin")
    cart = open_cart(guest, "siteA", add("TEE"))
    refused(agent.post("/desk/pairings", {"code": "AAA-AAA"}), *UNKNOWN)
    project.sql.execute("UPDATE sign_in_failures SET failures = 199 WHERE project = $1", project.key)
    refused(other.post("/desk/pairings", {"code": "AAA-AAA"}), *UNKNOWN)
    refused(other.post("/desk/pairings", {"code": code_for(guest, cart)}), 429, "OverCapacity")
    assert pairing_rows(project) == []


def test_right_codes_do_not_buy_more_guesses(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    for number in range(20):
        code = code_for(guest, cart) if number % 5 == 0 else "AAA-AAA"
        assert agent.post("/desk/pairings", {"code": code}).status_code in (201, 400)
    refused(agent.post("/desk/pairings", {"code": code_for(guest, cart)}), 429, "OverCapacity")


def test_a_code_of_another_project_is_none(project: Project, other_project: Project):
    guest = project.guest()
    code = code_for(guest, open_cart(guest, "siteA", add("TEE")))
    refused(other_project.staff("agent7").post("/desk/pairings", {"code": code}), *UNKNOWN)
    asked(project.staff("agent7"), code)


def test_a_customer_has_a_code_too(project: Project):
    alice, agent = project.customer("alice"), project.staff("agent7")
    cart = open_cart(alice, "siteA", add("TEE"))
    paired(alice, agent, cart)
    assert agent.read(f"/carts/{cart['id']}")["customerId"] == project.customer_id("alice")


def test_there_is_no_code_for_the_cart_of_another(project: Project):
    guest, stranger = project.guest(), project.guest()
    cart = open_cart(guest, "siteA", add("TEE"))
    for caller in (stranger, project.customer("alice"), stranger.in_store("siteA")):
        refused(caller.post("/me/pairing-codes", {"cartId": cart["id"]}), 404, "ResourceNotFound")
    for cart_id in (NO_ID, "nothing"):
        refused(guest.post("/me/pairing-codes", {"cartId": cart_id}), 404, "ResourceNotFound")
    assert project.sql.value("SELECT count(*) FROM pairing_codes WHERE project = $1", project.key) == 0


def test_there_is_no_code_for_a_cart_that_was_ordered(project: Project):
    guest = project.guest()
    cart = open_cart(guest, "siteA", add("TEE"), ship_to())
    ok(submit(guest, cart), 201)
    response = guest.post("/me/pairing-codes", {"cartId": cart["id"]})
    refused(response, 400, "InvalidOperation", "CartAlreadySubmitted")


def test_a_shopper_who_refuses_is_left_alone(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    pairing = asked(agent, code_for(guest, cart))
    said = guest.write(f"/me/pairings/{pairing['id']}/refuse")
    assert said["state"] == "Refused"
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    assert "cartId" not in agent.read(f"/desk/pairings/{pairing['id']}")
    assert guest.read("/me/pairings")["results"] == []
    late = guest.post(f"/me/pairings/{pairing['id']}/confirm")
    refused(late, 400, "InvalidOperation", "IllegalMove", state="Refused", target="Active")


@pytest.mark.parametrize("side", ["me", "desk"])
def test_either_ends_it_at_once(project: Project, side: str):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    pairing = paired(guest, agent, cart)
    assert agent.get(f"/carts/{cart['id']}").status_code == 200
    ender = guest if side == "me" else agent
    stale = {**pairing, "version": 1}
    refused(end(ender, side, stale), 409, "ConcurrentModification", currentVersion=2)
    refused(ender.delete(f"/{side}/pairings/{pairing['id']}"), 400, "RequiredField")
    assert ok(end(ender, side, pairing), 200)["state"] == "Ended"
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    update = {"version": cart["version"], "actions": [add("MUG")]}
    refused(agent.post(f"/carts/{cart['id']}", update), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"])["version"] == cart["version"]
    refused(end(ender, side, {**pairing, "version": 3}), 400, "InvalidOperation", "IllegalMove")


def test_it_ends_by_itself(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    pairing = paired(guest, agent, cart)
    at = '"expiresAt":"' + pairing["expiresAt"]
    project.sql.execute(
        "UPDATE pairings SET expires_at = now(), document = "
        "convert_to(replace(convert_from(document, 'UTF8'), $2, $3), 'UTF8') WHERE project = $1",
        project.key,
        at,
        '"expiresAt":"2020-01-01T00:00:00.000Z',
    )
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    now = agent.read(f"/desk/pairings/{pairing['id']}")
    assert (now["state"], "cartId" in now) == ("Expired", False)
    assert agent.read("/desk/pairings")["results"] == guest.read("/me/pairings")["results"] == []
    refused(end(guest, "me", pairing), 400, "InvalidOperation", "IllegalMove", state="Expired")


def test_nobody_else_answers_or_sees_a_pairing(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    pairing = asked(agent, code_for(guest, cart))
    before = pairing_rows(project)
    for stranger in (project.guest(), project.customer("alice")):
        assert stranger.read("/me/pairings")["results"] == []
        for answer in ("confirm", "refuse"):
            refused(stranger.post(f"/me/pairings/{pairing['id']}/{answer}"), 404, "ResourceNotFound")
        refused(end(stranger, "me", pairing), 404, "ResourceNotFound")
    other = project.staff("admin")
    assert other.read("/desk/pairings")["results"] == []
    refused(other.get(f"/desk/pairings/{pairing['id']}"), 404, "ResourceNotFound")
    refused(end(other, "desk", pairing), 404, "ResourceNotFound")
    assert pairing_rows(project) == before
    guest.write(f"/me/pairings/{pairing['id']}/confirm")
    refused(other.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")


def test_the_grant_is_for_that_one_cart(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart, other = open_cart(guest, "siteA", add("TEE")), open_cart(guest, "siteC", add("MUG"))
    paired(guest, agent, cart)
    refused(agent.get(f"/carts/{other['id']}"), 404, "ResourceNotFound")
    assert agent.get(f"/carts/{cart['id']}").status_code == 200


def test_a_new_consent_replaces_what_the_agent_had_on_the_cart(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    first = paired(guest, agent, cart)
    second = paired(guest, agent, cart)
    assert agent.read(f"/desk/pairings/{first['id']}")["state"] == "Ended"
    assert [each["id"] for each in guest.read("/me/pairings")["results"]] == [second["id"]]
    ok(end(guest, "me", second), 200)
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")


def test_no_answer_to_staff_tells_the_guests_session(project: Project):
    session = f"guest-{secrets.token_hex(8)}"
    guest, agent = project.guest(session), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"), ship_to())
    assert cart["anonymousId"] == session
    paired(guest, agent, cart)
    seen = agent.in_store("siteA").get(f"/carts/{cart['id']}")
    assert int(seen.headers["Content-Length"]) == len(seen.content)
    path, key = f"/carts/{cart['id']}", {"Idempotency-Key": "once"}
    line = cart["lineItems"][0]
    update = {"version": cart["version"], "actions": [change_quantity(line, 2)]}
    answers = [
        seen,
        agent.get(path),
        agent.post(path, update, headers=key),
        agent.post(path, update, headers=key),
        agent.post(path, {"version": cart["version"] + 1, "actions": []}),
        agent.get(f"{path}/history"),
        agent.get("/desk/pairings"),
        agent.post("/orders", {"id": cart["id"], "version": cart["version"] + 1}),
        agent.get("/orders"),
        agent.get(path),
    ]
    for answer in answers:
        assert answer.is_success, answer.text
        assert session not in answer.text
    assert {**seen.json(), "anonymousId": session} == cart
    assert guest.read(f"/me/carts/{cart['id']}")["anonymousId"] == session


def test_a_consent_does_not_go_with_the_cart_to_another_customer(project: Project):
    alice, agent = project.customer("alice"), project.staff("agent7")
    cart = open_cart(alice, "siteA", add("TEE"))
    paired(alice, agent, cart)
    given = action("setCustomerId", customerId=project.customer_id("bob"))
    project.backend.change_cart(project.backend.read(f"/carts/{cart['id']}"), given)
    before = project.cart_row(cart["id"])
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")
    refused(agent.post(f"/carts/{cart['id']}", {"actions": [add("PEN")]}), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"]) == before


def test_a_guest_who_signs_in_keeps_the_pairing_where_the_cart_is_adopted(project: Project):
    session = f"guest-{secrets.token_hex(8)}"
    guest, agent = project.guest(session), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"))
    paired(guest, agent, cart)
    guest.in_store("siteA").write("/me/login", {"email": "alice@example.com", "password": "pw"})
    alice = project.customer("alice")
    seen = agent.read(f"/carts/{cart['id']}")
    assert seen["customerId"] == project.customer_id("alice")
    assert skus(agent.in_store("siteA").change_cart(seen, add("MUG"))) == [("TEE", 1), ("MUG", 1)]
    assert guest.read("/me/pairings")["results"] == []
    (pairing,) = alice.read("/me/pairings")["results"]
    ok(end(alice, "me", pairing), 200)
    refused(agent.get(f"/carts/{cart['id']}"), 404, "ResourceNotFound")


def test_the_grant_does_not_follow_into_the_cart_that_the_guests_was_merged_into(project: Project):
    session = f"guest-{secrets.token_hex(8)}"
    guest, agent = project.guest(session), project.staff("agent7")
    mine = open_cart(project.customer("alice"), "siteA", add("MUG"))
    cart = open_cart(guest, "siteA", add("TEE"))
    paired(guest, agent, cart)
    guest.in_store("siteA").write("/me/login", {"email": "alice@example.com", "password": "pw"})
    version = project.cart_row(cart["id"])["version"]
    late = agent.post(f"/carts/{cart['id']}", {"version": version, "actions": [add("MUG")]})
    refused(late, 400, "InvalidOperation", "CartMerged", successor=mine["id"])
    refused(agent.get(f"/carts/{mine['id']}"), 404, "ResourceNotFound")
    assert project.cart_row(cart["id"])["version"] == version


def test_after_the_order_the_agent_changes_nothing_more(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"), ship_to())
    paired(guest, agent, cart)
    placed = ok(submit(guest, cart), 201)
    version = project.cart_row(cart["id"])["version"]
    late = agent.post(f"/carts/{cart['id']}", {"version": version, "actions": [add("MUG")]})
    refused(late, 400, "InvalidOperation", "CartAlreadySubmitted", orderId=placed["id"])


def test_a_code_whose_cart_was_ordered_meanwhile_is_unknown(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    cart = open_cart(guest, "siteA", add("TEE"), ship_to())
    code = code_for(guest, cart)
    ok(submit(guest, cart), 201)
    refused(agent.post("/desk/pairings", {"code": code}), *UNKNOWN)
    assert pairing_rows(project) == []


def test_a_consent_sent_twice_with_one_key_is_answered_twice_and_given_once(project: Project):
    guest, agent = project.guest(), project.staff("agent7")
    pairing = asked(agent, code_for(guest, open_cart(guest, "siteA", add("TEE"))))
    key = {"Idempotency-Key": "yes"}
    first, second = (guest.post(f"/me/pairings/{pairing['id']}/confirm", headers=key) for _ in range(2))
    assert ok(first, 200) == ok(second, 200)


def test_a_role_without_the_behaviour_may_not_pair(project: Project):
    guest = project.guest()
    code = code_for(guest, open_cart(guest, "siteA", add("TEE")))
    for name in ("csr1", "csr2", "sup1"):
        refused(project.staff(name).post("/desk/pairings", {"code": code}), 403, "insufficient_scope")
    asked(project.staff("agent7"), code)
