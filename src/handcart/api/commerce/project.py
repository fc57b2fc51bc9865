"""The project over HTTP: what it sells in, for every token of it."""

from typing import Any

from starlette.responses import Response

from handcart.api.call import Call, json_bytes
from handcart.api.route import Route
from handcart.domain.catalogue import ProjectSettings
from handcart.domain.document import encode
from handcart.domain.permissions import Permission


def project_of(settings: ProjectSettings) -> dict[str, Any]:
    """The project as clients read it."""
    return {
        "key": settings.key,
        "name": settings.name,
        "version": settings.version,
        "createdAt": settings.created_at,
        "countries": settings.countries,
        "currencies": settings.currencies,
        "languages": settings.languages,
        "messages": {"enabled": False},
        "carts": {
            "deleteDaysAfterLastModification": settings.delete_days_after_last_modification,
            "countryTaxRateFallbackEnabled": False,
            "priceRoundingMode": "HalfEven",
            "taxRoundingMode": "HalfEven",
        },
    }


async def get_project(call: Call) -> Response:
    """The project and the defaults of its carts."""
    return json_bytes(encode(project_of(call.catalogue.settings)))


ROUTES: list[Route] = [Route("GET", "/{pk}", Permission.PROJECT_READ, get_project)]
