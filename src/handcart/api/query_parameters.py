"""Query strings into queries, and pages of documents into answers: the same for every collection."""

from starlette.responses import Response

from handcart.api.call import Call, json_bytes, page_of
from handcart.domain.expansion import expanded
from handcart.domain.where_page import QueryPage, QueryRequest, request_of


def query_request(call: Call) -> QueryRequest:
    """The query that the call's parameters ask for. Raises InvalidInput for one that is malformed."""
    return request_of(call.query)


def page_answer(call: Call, page: QueryPage) -> Response:
    """The page as a client gets it. HEAD asks whether anything matches: 200, else 404.

    ``expand`` shows the targets of references to what lies in the catalogue; any other path is accepted and left alone.
    """
    if call.request.method == "HEAD" and not page.results:
        return json_bytes(b"", 404)
    results = [expand_document(call, each) for each in page.results]
    return json_bytes(page_of(results, limit=page.limit, offset=page.offset, total=page.total))


def expand_document(call: Call, document: bytes) -> bytes:
    """A document with the references expanded that the call's parameter ``expand`` names."""
    if not call.request.scope["query_string"]:
        return document
    return expanded(document, call.query.get("expand", ()), call.catalogue)
