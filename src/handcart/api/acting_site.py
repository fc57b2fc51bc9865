"""Which site a request acts on: the in-store path, else ``X-CCSite``, else the host name."""

from handcart.domain.catalogue import Catalogue
from handcart.domain.errors import InvalidInput, ResourceNotFound
from handcart.domain.site import Site


def acting_site(catalogue: Catalogue, *, store_key: str | None, header: str | None, host: str | None) -> Site | None:
    """The site that the request names, or None where it names none.

    Raises ResourceNotFound for an unknown store in the path; InvalidInput for an unknown site in the header, and for
    one that contradicts the path. A host that several sites share names none of them.
    """
    if store_key is not None:
        site = catalogue.sites.get(store_key)
        if site is None:
            raise ResourceNotFound(id=store_key)
        if header is not None and header != store_key:
            raise InvalidInput(detail=f"The header X-CCSite names {header}, the path names {store_key}.")
        return site
    if header is not None:
        site = catalogue.sites.get(header)
        if site is None:
            raise InvalidInput(detail=f"The header X-CCSite names {header}, which is no site of this project.")
        return site
    name = (host or "").partition(":")[0].lower()
    there = [each for each in catalogue.sites.values() if each.host is not None and each.host.lower() == name]
    return there[0] if len(there) == 1 else None
