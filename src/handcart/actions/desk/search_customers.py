"""Searching customers while one of them is on the phone (S2-25)."""

from collections import Counter, defaultdict

from handcart.domain.catalogue import Catalogue
from handcart.domain.customer_search import associates_named, found_customer, terms_of
from handcart.domain.document import encode
from handcart.domain.where_page import QueryPage, QueryRequest
from handcart.store import customer_search
from handcart.store.stores import Stores


async def search_customers(
    stores: Stores,
    project: str,
    question: str | None,
    request: QueryRequest,
    *,
    catalogue: Catalogue,
    store: str | None,
) -> QueryPage:
    """A page of ``FoundCustomer``: those who have every word of the question, the best first.

    Where there are none, those who have something spelled like every word, marked as ``approximate``. ``store`` is that
    of an in-store path, where customers of other stores do not exist. Raises RequiredField for no words.
    """
    terms = terms_of(question)
    associates = associates_named(terms, catalogue.business_units.values())
    units: dict[str, Counter[str]] = defaultdict(Counter)
    for _, customer_id, name in associates:
        units[customer_id][name] += 1
    hits, total = await customer_search.search_customers(
        stores.database,
        project,
        terms,
        associates=[(place, customer_id) for place, customer_id, _ in associates],
        store=store,
        request=request,
    )
    is_approximate = not total and all(each.spellings for each in terms)
    if is_approximate:
        async with stores.database.transaction() as transaction:
            hits, total = await customer_search.search_customers_alike(
                transaction, project, terms, store=store, request=request
            )
    results = [
        found_customer(
            each.customer,
            fields=each.fields,
            order_number=each.order_number,
            business_units=_most_named(units[each.customer.id]),
            approximate=is_approximate,
        )
        for each in hits
    ]
    return QueryPage(
        [encode(each) for each in results], request.limit, request.offset, total if request.with_total else None
    )


def _most_named(units: Counter[str]) -> tuple[str, ...]:
    """The names that have most of the words."""
    most = max(units.values(), default=0)
    return tuple(name for name, words in units.items() if words == most)
