"""Receivers are told of what was committed: signed, in order, again until they take it, and never from a request."""

import asyncio
import binascii
import contextlib
import json
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from standardwebhooks import WebhookVerificationError

from handcart.actions.webhooks import queue_webhook_deliveries
from handcart.domain.webhook import RETRY_DELAYS
from handcart.outside.webhook.sender import HttpWebhookSender
from handcart.store.stores import Stores
from handcart.worker import webhooks, working
from tests.api.test_sign_in import guest_with, signed_in
from tests.builders import add, open_cart, order, ship_to, submit
from tests.client import Api, ok
from tests.conftest import Project
from tests.worker.conftest import eventually
from tests.worker.receiver import Message, Receiver, receiving

AT_ONCE = (timedelta(0),) * 5
NEVER = (timedelta(hours=1),) * 5
NOT_SIGNED = (WebhookVerificationError, ValueError, binascii.Error, UnicodeDecodeError)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as made:
        yield made


@pytest.fixture(autouse=True)
def quick_and_tidy(project: Project, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(working, "LOOK_SECONDS", 0.2)
    monkeypatch.setattr(webhooks, "LOOK_SECONDS", 0.05)
    yield
    project.sql.execute("DELETE FROM webhooks WHERE project = $1", project.key)
    project.sql.execute("DELETE FROM handcart_pgqueuer WHERE entrypoint = 'DeliverWebhook'")


@pytest.fixture
def at_work(database_url: str, stores: Stores) -> Callable[..., contextlib.AbstractAsyncContextManager[None]]:
    """``async with at_work():`` queues and delivers, without the real pauses between attempts."""

    @contextlib.asynccontextmanager
    async def working_on(delays: Any = AT_ONCE, **options: Any) -> AsyncIterator[None]:
        stop, sender = asyncio.Event(), HttpWebhookSender(seconds_max=options.pop("seconds_max", 10))
        jobs = [webhooks.deliver_webhook(sender, delays)]
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(webhooks.queue_webhooks_until(stop, stores))
            tasks.create_task(working.work_until(stop, database_url=database_url, stores=stores, jobs=jobs, **options))
            try:
                yield
            finally:
                stop.set()
        await sender.close()

    return working_on


def admin_of(project: Project) -> Api:
    return project.admin.outside()


def subscribe(project: Project, receiver: Receiver, event: str = "orderSubmit") -> str:
    """The secret."""
    return ok(admin_of(project).put(f"/ccadmin/v1/webhooks/{event}", {"url": receiver.url}), 200)["secret"]


def deliveries(project: Project, event: str = "orderSubmit") -> list[Any]:
    return admin_of(project).read(f"/ccadmin/v1/webhooks/{event}/deliveries")["items"]


def ordered(project: Project) -> Any:
    return order(project.customer(), add("TEE"))


async def ended(project: Project, event: str = "orderSubmit", number: int = 1) -> list[Any]:
    """The deliveries, once there are so many and none is under way."""

    async def all_have() -> Any:
        found = deliveries(project, event)
        return found if len(found) >= number and all(each["state"] != "Pending" for each in found) else None

    return await eventually(all_have)


async def came(receiver: Receiver, number: int) -> list[Message]:
    async def have() -> Any:
        return receiver.messages if len(receiver.messages) >= number else None

    return await eventually(have)


async def test_s4_38_an_order_is_told_with_the_sites_of_the_order_and_of_each_item(
    project: Project, receiver: Receiver, at_work: Any
):
    secret = subscribe(project, receiver)
    alice = project.customer()
    open_cart(alice, "siteA", add("TEE", 2))
    made = order(alice, add("MUG"), site="siteB")
    async with at_work():
        (delivery,) = await ended(project)
    (message,) = receiver.messages
    told = message.verified(secret)
    assert (told["type"], told["timestamp"], told["siteId"]) == ("orderSubmit", made["createdAt"], "siteB")
    assert {name: told["order"].get(name) for name in made} == made
    assert (told["order"]["orderId"], told["order"]["orderNumber"]) == (made["id"], made["orderNumber"])
    assert (told["order"]["siteId"], told["order"]["createSiteId"]) == ("siteB", "siteA")
    assert [(each["sku"], each["quantity"], each["siteId"]) for each in told["order"]["commerceItems"]] == [
        ("TEE", 2, "siteA"),
        ("MUG", 1, "siteB"),
    ]
    assert told["order"]["shippingGroups"][0]["shippingAddress"] == made["shippingAddress"]
    assert (message.path, message.headers["content-type"]) == ("/hooks", "application/json")
    assert message.id == delivery["id"]
    assert (delivery["state"], delivery["source"]) == ("Delivered", {"typeId": "order", "id": made["id"]})
    assert [(each["status"], each["response"]) for each in delivery["attempts"]] == [(200, "taken")]


async def test_an_offline_order_is_told_when_it_is_submitted_and_not_before(
    project: Project, receiver: Receiver, at_work: Any
):
    subscribe(project, receiver)
    wade, robin = project.customer("wade"), project.staff("csr1").in_store("siteA")
    open_cart(wade, "siteA", add("TEE"), ship_to())
    draft = robin.create("/offline-orders", {"customerId": project.customer_id("wade")})
    takeover = robin.create(f"/offline-orders/{draft['id']}/takeover")["takeover"]
    robin.write(f"/takeovers/{takeover['id']}/add-items-to-order", {"version": 1})
    async with at_work():
        first = ordered(project)
        await ended(project)
        made = ok(submit(wade, open_cart(wade)), 201)
        await ended(project, number=2)
    told = [json.loads(each.body) for each in receiver.messages]
    assert [each["order"]["id"] for each in told] == [first["id"], made["id"]]
    assert made["id"] == draft["id"]
    assert told[1]["timestamp"] == told[1]["order"]["submittedDate"] == made["statusHistory"][-1]["at"]


async def test_a_message_that_was_changed_or_signed_by_another_is_not_verified(
    project: Project, receiver: Receiver, at_work: Any
):
    secret = subscribe(project, receiver)
    ordered(project)
    async with at_work():
        (message,) = await came(receiver, 1)
    for forged in (
        Message(message.path, message.headers, message.body.replace(b"TEE", b"MUG")),
        Message(message.path, {**message.headers, "webhook-id": "another"}, message.body),
        Message(message.path, {**message.headers, "webhook-timestamp": "1"}, message.body),
        Message(message.path, {**message.headers, "webhook-signature": "v1,\N{SNOWMAN}"}, message.body),
    ):
        with pytest.raises(NOT_SIGNED):
            forged.verified(secret)
    with pytest.raises(NOT_SIGNED):
        message.verified("whsec_" + "A" * 32)
    assert message.verified(secret)


async def test_a_guests_order_is_told_without_the_secret_of_the_session(
    project: Project, receiver: Receiver, at_work: Any
):
    subscribe(project, receiver)
    guest = project.guest("a-guest-to-keep-secret")
    order(guest, add("TEE"))
    async with at_work():
        (message,) = await came(receiver, 1)
    assert b"a-guest-to-keep-secret" not in message.body
    assert b"anonymousId" not in message.body


async def test_a_receiver_that_fails_four_times_is_told_five_times_of_the_same(
    project: Project, receiver: Receiver, at_work: Any
):
    secret = subscribe(project, receiver)
    receiver.answers = [500, 404, 302, 503]
    receiver.location = receiver.url + "/elsewhere"
    ordered(project)
    async with at_work():
        (delivery,) = await ended(project)
    assert [each["status"] for each in delivery["attempts"]] == [500, 404, 302, 503, 200]
    assert (delivery["state"], delivery["tries"]) == ("Delivered", 5)
    assert "nextAttemptAt" not in delivery
    assert {(each.path, each.id) for each in receiver.messages} == {("/hooks", delivery["id"])}
    assert len({json.dumps(each.verified(secret)) for each in receiver.messages}) == 1


async def test_b_o11_a_receiver_that_is_down_is_tried_six_times_and_told_when_somebody_resends(
    project: Project, receiver: Receiver, at_work: Any
):
    with receiving() as gone:
        subscribe(project, gone)
    ordered(project)
    async with at_work():
        (delivery,) = await ended(project)
        assert (delivery["state"], len(delivery["attempts"])) == ("Failed", 6)
        assert all("ConnectError" in each["error"] and "status" not in each for each in delivery["attempts"])
        ok(admin_of(project).put("/ccadmin/v1/webhooks/orderSubmit", {"url": receiver.url}), 200)
        resend = f"/ccadmin/v1/webhooks/orderSubmit/deliveries/{delivery['id']}/resend"
        assert ok(admin_of(project).post(resend), 200)["state"] == "Pending"
        (message,) = await came(receiver, 1)
        (after,) = await ended(project)
    assert message.id == delivery["id"]
    assert (after["state"], len(after["attempts"]), after["tries"]) == ("Delivered", 7, 1)


def test_b_o11_there_are_at_least_five_more_attempts_at_growing_distances():
    assert len(RETRY_DELAYS) >= 5
    assert list(RETRY_DELAYS) == sorted(RETRY_DELAYS)


async def test_every_attempt_and_every_resend_sends_the_bytes_of_the_first_whatever_became_of_the_order(
    project: Project, receiver: Receiver, at_work: Any
):
    secret = subscribe(project, receiver)
    order(project.guest("session"), add("TEE"))
    receiver.answers = [500]
    receiver.may_answer.clear()
    async with at_work():
        await came(receiver, 1)
        signed_in(project, anonymousId="session")
        receiver.may_answer.set()
        (delivery,) = await ended(project)
        assert project.backend.read(f"/orders/{delivery['source']['id']}")["customerId"]
        ok(admin_of(project).post(f"/ccadmin/v1/webhooks/orderSubmit/deliveries/{delivery['id']}/resend"), 200)
        await came(receiver, 3)
        await ended(project)
    assert {each.id for each in receiver.messages} == {delivery["id"]}
    assert len({each.body for each in receiver.messages}) == 1
    for each in receiver.messages:
        assert "customerId" not in each.verified(secret)["order"]


async def test_what_is_resent_after_an_erasure_is_without_the_person(
    project: Project, receiver: Receiver, at_work: Any
):
    subscribe(project, receiver)
    alice = project.customer()
    order(alice, add("TEE"))
    async with at_work():
        (delivery,) = await ended(project)
        customer = project.backend.read(f"/customers/{project.customer_id('alice')}")
        params = {"version": customer["version"], "dataErasure": "true"}
        ok(project.backend.delete(f"/customers/{customer['id']}", params=params), 200)
        kept = "SELECT message FROM webhook_deliveries WHERE project = $1"
        assert project.sql.value(kept, project.key) is None
        ok(admin_of(project).post(f"/ccadmin/v1/webhooks/orderSubmit/deliveries/{delivery['id']}/resend"), 200)
        first, second = await came(receiver, 2)
        await ended(project)
    assert (b"shippingAddress" in first.body, json.loads(second.body)["order"].get("shippingAddress")) == (True, None)
    assert first.id == second.id


async def test_a_failed_attempt_says_when_the_next_one_is_and_cannot_be_resent_before(
    project: Project, receiver: Receiver, at_work: Any
):
    subscribe(project, receiver)
    receiver.answers = [500]
    ordered(project)
    async with at_work(NEVER):
        await came(receiver, 1)
        (delivery,) = await eventually(lambda: _attempted(project))
    assert (delivery["state"], delivery["tries"]) == ("Pending", 1)
    assert delivery["nextAttemptAt"] > delivery["lastModifiedAt"]
    resend = f"/ccadmin/v1/webhooks/orderSubmit/deliveries/{delivery['id']}/resend"
    refusal = admin_of(project).post(resend)
    assert (refusal.status_code, refusal.json()["devMessage"]) == (400, "WebhookDeliveryUnderWay")
    assert deliveries(project) == [delivery]


async def _attempted(project: Project) -> Any:
    found = deliveries(project)
    return found if found[0]["attempts"] else None


async def test_a_receiver_that_does_not_answer_is_waited_for_a_limited_time(
    project: Project, receiver: Receiver, at_work: Any
):
    subscribe(project, receiver)
    receiver.may_answer.clear()
    ordered(project)
    async with at_work((), seconds_max=0.3):
        (delivery,) = await ended(project)
    assert [each["error"] for each in delivery["attempts"]] == ["No answer within 0.3 seconds."]
    assert delivery["attempts"][0]["milliseconds"] >= 300


async def test_a_long_answer_is_cut(project: Project, receiver: Receiver, at_work: Any):
    subscribe(project, receiver)
    receiver.body = b"\0" + b"x" * 100_000
    ordered(project)
    async with at_work():
        (delivery,) = await ended(project)
    assert delivery["attempts"][0]["response"] == "\ufffd" + "x" * 999


async def test_after_a_rotation_both_secrets_sign_until_the_overlap_ends(
    project: Project, receiver: Receiver, at_work: Any
):
    first = subscribe(project, receiver)
    path = "/ccadmin/v1/webhooks/orderSubmit/secret"
    second = ok(admin_of(project).post(path), 200)["secret"]
    async with at_work():
        ordered(project)
        (message,) = await came(receiver, 1)
        assert message.verified(first) == message.verified(second)
        third = ok(admin_of(project).post(path, {"overlapHours": 0}), 200)["secret"]
        ordered(project)
        *_, message = await came(receiver, 2)
    assert message.verified(third)
    for former in (first, second):
        with pytest.raises(NOT_SIGNED):
            message.verified(former)


async def test_the_merges_of_a_cart_are_told_in_their_order(project: Project, receiver: Receiver, at_work: Any):
    secret = subscribe(project, receiver, "cartMerge")
    open_cart(project.customer(), "siteA", add("MUG"))
    receiver.answers = [500, 500]
    for sku in ("TEE", "PEN"):
        _, session, _ = guest_with(project, add(sku))
        signed_in(project, anonymousId=session)
    async with at_work():
        second, first = await ended(project, "cartMerge", 2)
    told = [each.verified(secret)["merge"] for each in receiver.messages]
    assert [each.id for each in receiver.messages] == [first["id"]] * 3 + [second["id"]]
    assert [[unit["sku"] for unit in each["units"] if unit["outcome"] == "moved"] for each in told] == [
        ["TEE"], ["TEE"], ["TEE"], ["PEN"],
    ]  # fmt: skip
    assert all(unit["siteId"] == "siteA" for each in told for unit in each["units"])


async def test_two_workers_tell_of_each_order_once(project: Project, receiver: Receiver, at_work: Any):
    subscribe(project, receiver)
    made = [ordered(project)["id"] for _ in range(5)]
    async with at_work(), at_work():
        await ended(project, number=5)
        made += [ordered(project)["id"] for _ in range(5)]
        found = await ended(project, number=10)
        await asyncio.sleep(0.3)
    assert [each["source"]["id"] for each in reversed(found)] == made
    assert len(receiver.messages) == 10
    assert sorted(json.loads(each.body)["order"]["id"] for each in receiver.messages) == sorted(made)


async def test_what_a_killed_worker_was_telling_is_told_by_another(
    project: Project, receiver: Receiver, at_work: Any, database_url: str, stores: Stores
):
    secret = subscribe(project, receiver)
    made = ordered(project)
    await webhooks._queue_all(stores)
    receiver.may_answer.clear()
    killed = subprocess.Popen([sys.executable, str(Path(__file__).with_name("sending_worker.py")), database_url])
    try:
        await came(receiver, 1)
    finally:
        killed.send_signal(signal.SIGKILL)
        killed.wait(20)
    receiver.may_answer.set()
    async with at_work(silent_seconds_max=1.0):
        (delivery,) = await ended(project)
    assert [each.verified(secret)["order"]["id"] for each in receiver.messages] == [made["id"]] * 2
    assert {each.id for each in receiver.messages} == {delivery["id"]}
    assert [each["status"] for each in delivery["attempts"]] == [200]


async def test_handcart_worker_tells_what_a_server_without_a_worker_committed(
    project: Project, receiver: Receiver, database_url: str
):
    secret = subscribe(project, receiver)
    made = ordered(project)
    command = [sys.executable, "-m", "handcart", "worker", "--database-url", database_url, "--log-level", "error"]
    worker = subprocess.Popen(command)
    try:
        (message,) = await came(receiver, 1)
        (delivery,) = await ended(project)
    finally:
        worker.terminate()
        code = await asyncio.to_thread(worker.wait, 20)
    assert message.verified(secret)["order"]["id"] == made["id"]
    assert (delivery["state"], code) == ("Delivered", 0)


async def test_what_is_not_committed_is_waited_for_and_then_told_once(
    project: Project, receiver: Receiver, at_work: Any, stores: Stores
):
    subscribe(project, receiver)
    async with stores.database.transaction() as transaction:
        await transaction.execute("SELECT pg_current_xact_id()")
        made = await asyncio.to_thread(ordered, project)
        async with at_work():
            await asyncio.sleep(0.4)
            assert deliveries(project) == []
    async with at_work():
        (delivery,) = await ended(project)
    assert delivery["source"]["id"] == made["id"]


async def test_a_place_in_commit_order_is_a_number_and_no_text(
    project: Project, receiver: Receiver, stores: Stores, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(queue_webhook_deliveries, "HAPPENINGS_MAX", 1)
    subscribe(project, receiver)
    made = [ordered(project)["id"] for _ in range(3)]
    for order_id, number in zip(made, ("9", "10", "111"), strict=True):
        project.sql.execute("UPDATE orders SET recorded_by = $2::text::xid8 WHERE id = $1", UUID(order_id), number)
    project.sql.execute("UPDATE webhooks SET read_transaction = '8' WHERE project = $1", project.key)
    await webhooks._queue_all(stores)
    assert [each["source"]["id"] for each in reversed(deliveries(project))] == made


async def test_nothing_is_told_of_another_project_of_the_past_or_while_disabled(
    project: Project, other_project: Project, receiver: Receiver, at_work: Any
):
    path = "/ccadmin/v1/webhooks/orderSubmit"
    ordered(project)
    subscribe(project, receiver)
    ordered(other_project)
    ok(admin_of(project).put(path, {"url": receiver.url, "enabled": False}), 200)
    ordered(project)
    ok(admin_of(project).put(path, {"url": receiver.url, "enabled": True}), 200)
    made = ordered(project)
    async with at_work():
        (delivery,) = await ended(project)
        await asyncio.sleep(0.2)
    assert delivery["source"]["id"] == made["id"]
    assert len(receiver.messages) == 1


async def test_a_database_restored_into_another_cluster_tells_the_rest_and_nothing_twice(
    project: Project, receiver: Receiver, at_work: Any
):
    subscribe(project, receiver)
    ordered(project)
    async with at_work():
        await ended(project)
    made = ordered(project)
    project.sql.execute(
        "UPDATE webhooks SET cluster = 7, read_transaction = '4000000000' WHERE project = $1", project.key
    )
    async with at_work():
        newest, _ = await ended(project, number=2)
        later = ordered(project)
        found = await ended(project, number=3)
    assert [each["source"]["id"] for each in found[:2]] == [later["id"], made["id"]]
    assert newest["source"]["id"] == made["id"]
    assert len(receiver.messages) == 3


async def test_what_is_due_to_a_subscription_that_was_disabled_fails_and_is_not_sent(
    project: Project, receiver: Receiver, at_work: Any, stores: Stores
):
    subscribe(project, receiver)
    ordered(project)
    await webhooks._queue_all(stores)
    ok(admin_of(project).put("/ccadmin/v1/webhooks/orderSubmit", {"url": receiver.url, "enabled": False}), 200)
    async with at_work():
        (delivery,) = await ended(project)
    assert (delivery["state"], delivery["attempts"][0]["error"]) == ("Failed", "The subscription is not enabled.")
    assert receiver.messages == []
