"""Who changed what on a cart, for whom, from which value to which."""

from handcart.actions.past import EVENTS_MAX, known_events, load_for_history
from handcart.domain.access import Access
from handcart.domain.document import encode
from handcart.domain.history import EVERYTHING, HistoryFilter, filtered, history_of, named
from handcart.domain.where_page import QueryPage
from handcart.store.operators import list_operator_names
from handcart.store.stores import Stores


async def read_history(
    stores: Stores, access: Access, cart_id: str, *, limit: int, offset: int, wanted: HistoryFilter = EVERYTHING
) -> QueryPage:
    """A page of the cart's events, the newest first; looks at the newest EVENTS_MAX. Raises ResourceNotFound.

    Only a trusted backend is told what happened to the cart while it was another customer's.
    """
    project = access.caller.project
    stored = await load_for_history(stores, access, cart_id)
    events = await known_events(stores.database, access, stored, limit=EVENTS_MAX)
    entries = list(filtered(history_of(stored.cart, events), wanted))
    page = entries[offset : offset + limit]
    operators = {each.actor.operator.id for each in page if each.actor.operator is not None}
    names = await list_operator_names(stores.database, project, operators)
    shown = named(page, names, is_for_shopper=access.caller.owner is not None)
    return QueryPage([encode(each) for each in shown], limit, offset, len(entries))
