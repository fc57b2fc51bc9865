"""How often one may ask for tokens and sign in: by network address, and by API client once it is known."""

from handcart.api.call import Call


def address_of(call: Call) -> str:
    """The network address of the caller; behind a trusted proxy the one that it reports."""
    client = call.request.client
    return client.host if client is not None else ""


def throttle_address(call: Call) -> None:
    """For every endpoint that looks at a password or a secret, before it does. Raises TooManyAttempts."""
    call.stores.throttle.draw(("address", call.project, address_of(call)), call.stores.clock.monotonic())


def throttle_client(call: Call, client_id: str) -> None:
    """Only for a client that is who it says: nobody else uses up its share. Raises TooManyAttempts."""
    call.stores.throttle.draw(("client", call.project, client_id), call.stores.clock.monotonic())
