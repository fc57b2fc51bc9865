"""What a site's record holds that follows from the rest: the registrable domain of its host.

Anonymous carts are shared within one registrable domain (S4-13), and only the public suffix list knows that
``example.co.uk`` is one and ``co.uk`` is none.
"""

import ipaddress
from functools import cache

from msgspec.structs import replace
from publicsuffixlist import PublicSuffixList

from handcart.domain.site import Site


@cache
def _suffixes() -> PublicSuffixList:
    """The list that comes with the package; read when the first site is written."""
    return PublicSuffixList()


def registrable_domain_of(host: str | None) -> str | None:
    """The domain that the host's owner registered; None for an address, a public suffix, or a bare name."""
    if host is None or _is_address(host):
        return None
    return _suffixes().privatesuffix(host.lower())


def with_registrable_domain(site: Site) -> Site:
    """The site with the registrable domain of the host that it has now."""
    return replace(site, registrable_domain=registrable_domain_of(site.host))


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
