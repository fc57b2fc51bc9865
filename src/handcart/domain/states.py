"""States as tables of legal moves; the same spelling in Python, SQL and JSON. SQL carries ``WHERE state = …`` too."""

from handcart.domain.errors import IllegalMove

CART_MOVES: dict[str, frozenset[str]] = {
    "Active": frozenset({"Ordered", "Merged", "Frozen"}),
    "Frozen": frozenset({"Active", "Ordered"}),
    "Ordered": frozenset(),
    "Merged": frozenset({"Active"}),  # taken back by an undo
}

ORDER_MOVES: dict[str, frozenset[str]] = {
    "Pending": frozenset({"Submitted", "Cancelled"}),
    "Submitted": frozenset({"Review", "Processing", "Cancelled"}),
    "Review": frozenset({"Processing", "Cancelled"}),
    "Processing": frozenset({"Complete"}),
    "Complete": frozenset(),
    "Cancelled": frozenset(),
}

PAIRING_MOVES: dict[str, frozenset[str]] = {
    "AwaitingConsent": frozenset({"Active", "Refused", "Ended", "Expired"}),
    "Active": frozenset({"Ended", "Expired"}),
    "Refused": frozenset(),
    "Ended": frozenset(),
    "Expired": frozenset(),
}

PROPOSAL_MOVES: dict[str, frozenset[str]] = {
    "Open": frozenset({"Accepted", "PartlyAccepted", "Refused", "Withdrawn", "Expired"}),
    "Accepted": frozenset(),
    "PartlyAccepted": frozenset(),
    "Refused": frozenset(),
    "Withdrawn": frozenset(),
    "Expired": frozenset(),
}

TAKEOVER_MOVES: dict[str, frozenset[str]] = {
    "Open": frozenset({"Completed", "Cancelled", "Lapsed"}),
    "Completed": frozenset(),
    "Cancelled": frozenset(),
    "Lapsed": frozenset(),
}

ORDER_STATE_ON_THE_WIRE = {
    "Pending": "Open",
    "Submitted": "Open",
    "Review": "Open",
    "Processing": "Confirmed",
    "Complete": "Complete",
    "Cancelled": "Cancelled",
}
"""commercetools' ``orderState`` for each of Handcart's order statuses."""


def check_move(moves: dict[str, frozenset[str]], *, thing: str, state: str, target: str) -> None:
    """Refuse a move that is not in the table."""
    if target not in moves[state]:
        raise IllegalMove(thing=thing, state=state, target=target)
