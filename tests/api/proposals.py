"""Proposals as the tests make and answer them."""

from typing import Any

import httpx

from tests.api.desk import Desk
from tests.builders import action
from tests.client import Api
from tests.conftest import Project


def line_of(cart: dict[str, Any], sku: str) -> Any:
    """The cart's line of an SKU."""
    return next(each for each in cart["lineItems"] if each["variant"]["sku"] == sku)


def swap(line: dict[str, Any], sku: str, **fields: Any) -> dict[str, Any]:
    """Another variant in place of a line."""
    return action("swapLineItem", lineItemId=line["id"], sku=sku, **fields)


def draft(cart: dict[str, Any], *actions: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A proposal on the cart as it is."""
    return {"cartId": cart["id"], "baseVersion": cart["version"], "actions": list(actions), **fields}


def propose(agent: Api, cart: dict[str, Any], *actions: dict[str, Any], **fields: Any) -> Any:
    """A new proposal."""
    return agent.create("/proposals", draft(cart, *actions, **fields))


def answer(caller: Api, proposal: dict[str, Any], *actions: str | tuple[str, int]) -> httpx.Response:
    """The response to ``acceptAll``, ``("acceptLine", 0)`` and so on, at the proposal's version."""
    said = [{"action": each} if isinstance(each, str) else {"action": each[0], "index": each[1]} for each in actions]
    return caller.post(f"/proposals/{proposal['id']}", {"version": proposal["version"], "actions": said})


def states(proposal: dict[str, Any]) -> list[str]:
    """The states of its lines."""
    return [each["state"] for each in proposal["lines"]]


def expire(project: Project) -> None:
    """Let the time of every proposal be over."""
    project.sql.execute(
        "UPDATE proposals SET expires_at = '2020-01-01', document = convert_to(regexp_replace("
        """convert_from(document, 'UTF8'), '"expiresAt":"[^"]*"', '"expiresAt":"2020-01-01T00:00:00.000Z"'), 'UTF8') """
        "WHERE project = $1",
        project.key,
    )


def rows(project: Project) -> Any:
    """Every proposal as the database has it."""
    return project.sql.rows("SELECT * FROM proposals WHERE project = $1 ORDER BY id", project.key)


def agent_with(project: Project, customer: str = "alice", username: str = "agent7") -> Api:
    """An agent on siteA who serves a customer."""
    desk = Desk(project, username)
    desk.select(customer)
    return desk.there
