"""The one table from refusals to HTTP statuses and wire codes, and the error body that clients read."""

from typing import Any

from starlette.responses import Response

from handcart.domain import errors
from handcart.domain.document import encode

REFUSALS: dict[type[errors.Refusal], tuple[int, str]] = {
    errors.InvalidInput: (400, "InvalidInput"),
    errors.InvalidJsonInput: (400, "InvalidJsonInput"),
    errors.RequiredField: (400, "RequiredField"),
    errors.InvalidField: (400, "InvalidField"),
    errors.ResourceNotFound: (404, "ResourceNotFound"),
    errors.ReferencedResourceNotFound: (400, "ReferencedResourceNotFound"),
    errors.InvalidToken: (401, "invalid_token"),
    errors.InsufficientScope: (403, "insufficient_scope"),
    errors.ActionNotAllowed: (403, "insufficient_scope"),
    errors.PriceAdjustmentBeyondLimit: (403, "insufficient_scope"),
    errors.ConcurrentModification: (409, "ConcurrentModification"),
    errors.RebaseConflict: (409, "ConcurrentModification"),
    errors.MergePlanStale: (409, "ConcurrentModification"),
    errors.ActiveCustomerMismatch: (409, "ConcurrentModification"),
    errors.AnswerPending: (409, "ConcurrentModification"),
    errors.InvalidClient: (401, "invalid_client"),
    errors.InvalidGrant: (400, "invalid_grant"),
    errors.InvalidScope: (400, "invalid_scope"),
    errors.InvalidRequest: (400, "invalid_request"),
    errors.UnsupportedGrantType: (400, "unsupported_grant_type"),
    errors.InvalidCustomerAccountCredentials: (400, "invalid_customer_account_credentials"),
    errors.InvalidStaffCredentials: (400, "invalid_grant"),
    errors.InvalidIdToken: (400, "invalid_request"),
    errors.SignInRefused: (400, "invalid_grant"),
    errors.TooManyAttempts: (429, "OverCapacity"),
    errors.IdentityProviderFailed: (502, "BadGateway"),
    errors.TooManyListeners: (503, "OverCapacity"),
    errors.InvalidOperation: (400, "InvalidOperation"),
    errors.StateRefusal: (400, "InvalidOperation"),
    errors.InvalidCredentials: (400, "InvalidCredentials"),
    errors.InvalidCurrentPassword: (400, "InvalidCurrentPassword"),
    errors.ExpiredCustomerPasswordToken: (400, "InvalidOperation"),
    errors.ExpiredCustomerEmailToken: (400, "InvalidOperation"),
    errors.AnonymousIdAlreadyInUse: (400, "AnonymousIdAlreadyInUse"),
    errors.DuplicateField: (400, "DuplicateField"),
    errors.DuplicatePriceScope: (400, "DuplicatePriceScope"),
    errors.ReferenceExists: (400, "ReferenceExists"),
    errors.LockedField: (400, "LockedField"),
    errors.MatchingPriceNotFound: (400, "MatchingPriceNotFound"),
    errors.MissingTaxRateForCountry: (400, "MissingTaxRateForCountry"),
    errors.OutOfStock: (400, "OutOfStock"),
    errors.PriceChanged: (400, "PriceChanged"),
    errors.MaxResourceLimitExceeded: (400, "MaxResourceLimitExceeded"),
    errors.MoneyOverflow: (400, "MoneyOverflow"),
    errors.DiscountCodeNonApplicable: (400, "DiscountCodeNonApplicable"),
    errors.ShippingMethodDoesNotMatchCart: (400, "ShippingMethodDoesNotMatchCart"),
    errors.InvalidItemShippingDetails: (400, "InvalidItemShippingDetails"),
    errors.CountryNotConfiguredInStore: (400, "CountryNotConfiguredInStore"),
}

_OAUTH = (errors.OAuthRefusal, errors.InvalidToken, errors.InsufficientScope)
_NOT_FOR_CLIENTS = frozenset({"detail", "expected"})


def status_and_code(refusal: errors.Refusal) -> tuple[int, str]:
    """The HTTP status and the wire code of a refusal: its own row, else that of the class it is a kind of."""
    for kind in type(refusal).__mro__:
        if kind in REFUSALS:
            return REFUSALS[kind]
    raise KeyError(type(refusal).__name__)


def camel(name: str) -> str:
    """A Python name in the wire's spelling."""
    head, *tail = name.split("_")
    return head + "".join(each.capitalize() for each in tail)


def error_body(refusal: errors.Refusal) -> tuple[int, dict[str, Any]]:
    """The status and the JSON that says what was refused: the code, the message, the reason, and extra fields."""
    status, code = status_and_code(refusal)
    message = refusal.message()
    error: dict[str, Any] = {"code": code, "message": message}
    if type(refusal).__name__ != code and not isinstance(refusal, _OAUTH):
        error["reason"] = type(refusal).__name__
    for name, value in refusal.details().items():
        if value is not None and name not in _NOT_FOR_CLIENTS:
            error[camel(name)] = value
    body: dict[str, Any] = {"statusCode": status, "message": message, "errors": [error]}
    if isinstance(refusal, _OAUTH):
        body |= {"error": code, "error_description": message}
    return status, body


def refused(refusal: errors.Refusal) -> Response:
    """The answer to a refused request."""
    status, body = error_body(refusal)
    headers = {"Cache-Control": "no-store"}
    if status == 401:
        scheme = "Basic" if isinstance(refusal, errors.InvalidClient) else "Bearer"
        headers["WWW-Authenticate"] = f'{scheme} realm="handcart"'
    if isinstance(refusal, errors.TooManyAttempts):
        headers["Retry-After"] = str(refusal.retry_after_seconds)
    if isinstance(refusal, errors.TooManyListeners):
        headers["Retry-After"] = "5"
    return Response(encode(body), status, headers, "application/json")


def broken(status: int, code: str, message: str) -> Response:
    """The answer where Handcart or its database failed, or the path or method is none of ours."""
    body = {"statusCode": status, "message": message, "errors": [{"code": code, "message": message}]}
    return Response(encode(body), status, {"Cache-Control": "no-store"}, "application/json")
