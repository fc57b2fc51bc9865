"""The parameters of a token request, from the query and the form; and the client's credentials, from HTTP Basic."""

import base64
import binascii
from urllib.parse import parse_qsl

from handcart.actions.sign_in.authenticate_client import ClientCredentials
from handcart.api.call import Call
from handcart.api.throttle import address_of
from handcart.domain.errors import InvalidClient, InvalidRequest, UnsupportedGrantType

PARAMETERS_MAX = 50


class OAuthParameters:
    """The parameters by name. One without a value counts as absent (RFC 6749)."""

    def __init__(self, call: Call) -> None:
        self._values: dict[str, str] = {}
        for text in (call.request.scope["query_string"], call.body):
            self._take(text)

    def _take(self, text: bytes) -> None:
        try:
            pairs = parse_qsl(text.decode(), max_num_fields=PARAMETERS_MAX)
        except ValueError:
            raise InvalidRequest(detail="The parameters are not those of a form in UTF-8.") from None
        for name, value in pairs:
            if self._values.setdefault(name, value) != value:
                raise InvalidRequest(detail=f"The parameter {name} is there twice.")

    def optional(self, name: str) -> str | None:
        """The value, or None."""
        return self._values.get(name)

    def required(self, name: str) -> str:
        """The value. Raises InvalidRequest where it is missing."""
        value = self._values.get(name)
        if value is None:
            raise InvalidRequest(detail=f"The parameter {name} is missing.")
        return value

    def scope(self) -> str | None:
        """The requested scope; None if none is."""
        return (self.optional("scope") or "").strip() or None

    def check_grant_type(self, *allowed: str) -> str:
        """The grant type. Raises UnsupportedGrantType for one that the endpoint does not have."""
        grant_type = self.required("grant_type")
        if grant_type not in allowed:
            raise UnsupportedGrantType(grant_type=grant_type)
        return grant_type

    def check_one_of(self, name: str, *allowed: str) -> None:
        """Refuse another value, and none. Raises InvalidRequest."""
        if self.required(name) not in allowed:
            raise InvalidRequest(detail=f"The parameter {name} has to be {' or '.join(allowed)}.")


def client_credentials(call: Call) -> ClientCredentials:
    """Id and secret from HTTP Basic. Raises InvalidClient where there are none."""
    scheme, _, encoded = call.request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        raise InvalidClient()
    try:
        client_id, colon, secret = base64.b64decode(encoded.strip(), validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise InvalidClient() from None
    if not client_id or not colon or "\0" in client_id:
        raise InvalidClient()
    return ClientCredentials(client_id=client_id, secret=secret, address=address_of(call))
