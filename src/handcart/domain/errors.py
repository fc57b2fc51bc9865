"""Every refusal that Handcart can answer. The docstring is the message; the fields are what the client is told besides.

Refusal
├── Malformed          InvalidInput, InvalidJsonInput, RequiredField, InvalidField
├── Missing            ResourceNotFound, ReferencedResourceNotFound
├── Unauthorised       InvalidToken, InsufficientScope (BehaviourMissing, NotForStaff), ActionNotAllowed,
│                      PriceAdjustmentBeyondLimit
├── Stale              ConcurrentModification, RebaseConflict, ActiveCustomerMismatch, MergePlanStale, AnswerPending
├── OAuthRefusal       InvalidClient, InvalidGrant, InvalidScope, InvalidRequest, UnsupportedGrantType,
│                      InvalidCustomerAccountCredentials, InvalidStaffCredentials, InvalidIdToken, SignInRefused
├── IdentityProviderFailed, TooManyAttempts, TooManyListeners, TooManyOwnListeners
└── Unacceptable       the request is well-formed and the state of things forbids it
    ├── InvalidOperation   and, each with its own reason: NotImplementedYet, CartMerged, CartAlreadySubmitted,
    │                      CartFrozen, CartLocked, QuantityLimitExceeded, IdempotencyKeyReused, CartEmpty, …
    ├── credentials        InvalidCredentials, InvalidCurrentPassword, ExpiredCustomerPasswordToken,
    │                      ExpiredCustomerEmailToken, AnonymousIdAlreadyInUse
    ├── uniqueness         DuplicateField, DuplicatePriceScope, ReferenceExists, LockedField
    └── commerce           MatchingPriceNotFound, MissingTaxRateForCountry, OutOfStock, PriceChanged, MoneyOverflow,
                           ShippingMethodDoesNotMatchCart, InvalidItemShippingDetails, CountryNotConfiguredInStore

Statuses and wire codes are not known here: ``handcart.api.refusals`` holds that table.
"""

from dataclasses import dataclass
from typing import Any


class Refusal(Exception):
    """The request cannot be fulfilled."""

    def message(self) -> str:
        """The class's docstring with the instance's fields filled in; of a list the entries, between commas."""
        text = (type(self).__doc__ or "").partition("\n")[0]
        told = {
            name: ", ".join(map(str, value)) if isinstance(value, list) else value
            for name, value in self.details().items()
        }
        return text.format(**told)

    def details(self) -> dict[str, Any]:
        """The fields by their Python names."""
        return {name: getattr(self, name) for name in getattr(self, "__dataclass_fields__", ())}

    def __str__(self) -> str:
        return self.message()


class Malformed(Refusal):
    """The request is malformed."""


SHOWN_LENGTH_MAX = 256
SHOWN_DEPTH_MAX = 5


def _shown(value: Any, depth: int = 0) -> Any:
    """A client's value as a refusal repeats it: cut, for it may be megabytes long or nested past telling."""
    if isinstance(value, str):
        return value if len(value) <= SHOWN_LENGTH_MAX else f"{value[:SHOWN_LENGTH_MAX]}…"
    if isinstance(value, dict | list):
        if depth == SHOWN_DEPTH_MAX or len(value) > SHOWN_LENGTH_MAX:
            return "…"
        if isinstance(value, list):
            return [_shown(each, depth + 1) for each in value]
        return {_shown(name): _shown(each, depth + 1) for name, each in value.items()}
    return value


@dataclass(eq=False)
class InvalidInput(Malformed):
    """{detail}"""

    detail: str


@dataclass(eq=False)
class InvalidJsonInput(Malformed):
    """Request body does not contain valid JSON."""

    detailed_error_message: str


@dataclass(eq=False)
class RequiredField(Malformed):
    """A value is required for field {field}."""

    field: str


@dataclass(eq=False)
class InvalidField(Malformed):
    """The value {invalid_value} is not valid for field {field}."""

    field: str
    invalid_value: Any
    allowed_values: list[Any] | None = None

    def __post_init__(self) -> None:
        self.invalid_value = _shown(self.invalid_value)


class Missing(Refusal):
    """There is no such thing, as far as this caller may know."""


@dataclass(eq=False)
class ResourceNotFound(Missing):
    """The Resource with ID {id} was not found."""

    id: str


@dataclass(eq=False)
class ReferencedResourceNotFound(Missing):
    """The referenced object of type {type_id} was not found. It either does not exist or cannot be accessed here."""

    type_id: str
    id: str | None = None
    key: str | None = None


class Unauthorised(Refusal):
    """The caller may not do this."""


class InvalidToken(Unauthorised):
    """invalid_token"""


@dataclass(eq=False)
class InsufficientScope(Unauthorised):
    """Insufficient scope. One of the following scopes is missing: {needed}."""

    needed: str


class BehaviourMissing(InsufficientScope):
    """The roles do not have the behaviour that this asks for: {needed}."""


class NotForStaff(InsufficientScope):
    """This is for programs and shoppers, and not for members of staff."""


@dataclass(eq=False)
class ActionNotAllowed(Unauthorised):
    """The roles do not allow the action {action} on a shopper's cart."""

    action: str


@dataclass(eq=False)
class PriceAdjustmentBeyondLimit(Unauthorised):
    """The roles allow the action {action} to take at most {percent_max} % off a price."""

    action: str
    percent_max: int


class Stale(Refusal):
    """The request was decided on an older state of things."""


@dataclass(eq=False)
class ConcurrentModification(Stale):
    """Object {id} has a different version than expected. Expected: {expected} - Actual: {current_version}."""

    id: str
    expected: int
    current_version: int


@dataclass(eq=False)
class RebaseConflict(Stale):
    """The cart {id} was changed on the same lines since version {base_version}."""

    id: str
    base_version: int
    conflicts: list[dict[str, Any]]


@dataclass(eq=False)
class ActiveCustomerMismatch(Stale):
    """The desk's active customer is another one than the request says."""

    active_customer_id: str | None
    named: str | None


@dataclass(eq=False)
class MergePlanStale(Stale):
    """The carts or prices are no longer those that the merge was planned on."""

    plan: dict[str, Any]


class AnswerPending(Stale):
    """A request with this Idempotency-Key is still being answered; repeat it in a moment."""


class OAuthRefusal(Refusal):
    """The token request is refused."""


class InvalidClient(OAuthRefusal):
    """Please provide valid client credentials using HTTP Basic Authentication."""


class InvalidGrant(OAuthRefusal):
    """The refresh token was not found or has expired."""


class InvalidCustomerAccountCredentials(OAuthRefusal):
    """Customer account with the given credentials not found."""


class InvalidStaffCredentials(OAuthRefusal):
    """Member of staff with the given credentials not found."""


@dataclass(eq=False)
class InvalidIdToken(OAuthRefusal):
    """The ID token is not valid here: {why}."""

    why: str


@dataclass(eq=False)
class SignInRefused(OAuthRefusal):
    """The identity provider refused the sign-in: {why}."""

    why: str


@dataclass(eq=False)
class InvalidScope(OAuthRefusal):
    """The client may not be granted the scope {scope}."""

    scope: str


@dataclass(eq=False)
class InvalidRequest(OAuthRefusal):
    """{detail}"""

    detail: str


@dataclass(eq=False)
class UnsupportedGrantType(OAuthRefusal):
    """The grant type {grant_type} is not supported here."""

    grant_type: str


@dataclass(eq=False)
class TooManyAttempts(Refusal):
    """Too many attempts; try again in {retry_after_seconds} seconds."""

    retry_after_seconds: int


@dataclass(eq=False)
class TooManyListeners(Refusal):
    """There are {listeners_max} live streams already, which is the most that this server process has."""

    listeners_max: int


class TooManyOwnListeners(TooManyListeners):
    """You have {listeners_max} live streams already, which is the most that one person has."""


@dataclass(eq=False)
class IdentityProviderFailed(Refusal):
    """The identity provider cannot be used at the moment: {why}."""

    why: str


class Unacceptable(Refusal):
    """The state of things forbids this."""


@dataclass(eq=False)
class InvalidOperation(Unacceptable):
    """{detail}"""

    detail: str


class StateRefusal(Unacceptable):
    """An InvalidOperation whose reason is the class's name."""


@dataclass(eq=False)
class NotImplementedYet(StateRefusal):
    """{feature} is part of the published interface but not implemented here yet."""

    feature: str


@dataclass(eq=False)
class CartMerged(StateRefusal):
    """The cart was merged into another one."""

    successor: str | None


@dataclass(eq=False)
class CartAlreadySubmitted(StateRefusal):
    """The cart was already ordered."""

    order_id: str | None


class CartFrozen(StateRefusal):
    """The cart is frozen."""


class CartLocked(StateRefusal):
    """The cart is locked."""


@dataclass(eq=False)
class TakeoverHeld(StateRefusal):
    """The cart is taken over by {holder} until {lease_until}."""

    holder: str
    lease_until: str


@dataclass(eq=False)
class OtherOrderInTakeover(StateRefusal):
    """The cart is taken over for another offline order already: {order_id}."""

    order_id: str
    takeover_id: str


@dataclass(eq=False)
class TakeoverEnded(StateRefusal):
    """The takeover is over: it is {state}."""

    state: str


class CartNotOfOrder(StateRefusal):
    """The cart is no longer the one of the offline order."""


class UseAddItemsToOrder(StateRefusal):
    """A cart is not checked out within a takeover: add its items to the order, and the shopper checks out."""


@dataclass(eq=False)
class OrderNotPending(StateRefusal):
    """The order is no draft any more: it is {state}."""

    state: str


class OrderHasCart(StateRefusal):
    """A cart was taken over for this order, so its customer stays as it is."""


class OrderNotPrepared(StateRefusal):
    """Nothing was added to the order yet."""


class OrderHasCustomer(StateRefusal):
    """The order is a customer's, who finds it at checkout; only anonymous shoppers need a link."""


class NoPickupLine(StateRefusal):
    """Nothing is picked up, so there is nobody to name for it."""


class AlternateContactNotSaved(StateRefusal):
    """An alternate contact was entered and not saved; save or remove it."""


class CartEmpty(StateRefusal):
    """A cart without line items cannot be ordered or frozen."""


@dataclass(eq=False)
class QuantityLimitExceeded(StateRefusal):
    """The quantity {quantity} is above the limit of {quantity_max} for one line item."""

    quantity: int
    quantity_max: int
    sku: str | None = None


class IdempotencyKeyReused(StateRefusal):
    """This Idempotency-Key was used for another request."""


class OwnedCart(StateRefusal):
    """The cart belongs to a customer."""


class MergeNotLatest(StateRefusal):
    """Something was merged into the cart since; that merge has to be taken back first."""


class UndoWindowClosed(StateRefusal):
    """The time in which this merge could be taken back is over."""


class MergeMeanwhileOrdered(StateRefusal):
    """The cart was ordered since; the merge can no longer be taken back."""


class PairingCodeUnknown(StateRefusal):
    """The code is not right, has expired or was used before; ask for a new one."""


class ProposalExpired(StateRefusal):
    """The proposal has expired."""


class AdjustmentNotAllowed(StateRefusal):
    """The agent who proposed to take this off a price may not do so any more."""


class ProposalOfAnotherAgent(StateRefusal):
    """Only the agent who made a proposal withdraws it."""


class MergeMeanwhilePutBack(StateRefusal):
    """The cart was put back to something else since, which cannot be done once more without the merge."""


class CartsOfDifferentOwners(StateRefusal):
    """The carts do not belong to the same customer."""


class AnonymousSessionMismatch(StateRefusal):
    """The anonymous cart does not belong to the given anonymous session."""


class HandOverForGuestsOnly(StateRefusal):
    """Only a guest's cart is handed over: a customer's is there on every site that shares it."""


class NothingToHandOver(StateRefusal):
    """There is no cart with line items to hand over."""


@dataclass(eq=False)
class SitesShareNoCart(StateRefusal):
    """The sites {from_site} and {to_site} are not in one group that shares its cart."""

    from_site: str
    to_site: str


@dataclass(eq=False)
class CartSharedAlready(StateRefusal):
    """A guest's cart is there on the site {to_site} without being handed over."""

    to_site: str


@dataclass(eq=False)
class SiteWithoutHost(StateRefusal):
    """The site {site} has no host that a link could lead to."""

    site: str


class HandOverInvalid(StateRefusal):
    """The link leads to no cart on this site."""


class HandOverUsed(StateRefusal):
    """The link was used before."""


class HandOverExpired(StateRefusal):
    """The link has expired."""


@dataclass(eq=False)
class SiteSharesCartAlready(StateRefusal):
    """The site {site} already shares its cart in the group {group}."""

    site: str
    group: str


@dataclass(eq=False)
class SiteGroupNotEmpty(StateRefusal):
    """The site group {id} still contains sites, so it cannot be deleted: {sites}."""

    id: str
    sites: list[str]


@dataclass(eq=False)
class SitesNotPublished(StateRefusal):
    """A group cannot be published before its sites are; these are not: {sites}."""

    sites: list[str]


@dataclass(eq=False)
class SitesNotReady(StateRefusal):
    """The sites are not ready to share a cart: {total_gaps} gaps were found. Send force to join them all the same."""

    total_gaps: int
    gaps: list[dict[str, Any]]


@dataclass(eq=False)
class IllegalMove(StateRefusal):
    """A {thing} cannot go from {state} to {target}."""

    thing: str
    state: str
    target: str


@dataclass(eq=False)
class ShippingAddressMissing(StateRefusal):
    """The cart has no shipping address."""


@dataclass(eq=False)
class VariantNotFound(StateRefusal):
    """The product has no variant {variant}."""

    variant: int | str


@dataclass(eq=False)
class PriceNotFound(StateRefusal):
    """The product has no price with the ID {price_id}."""

    price_id: str


class MasterVariantNeeded(StateRefusal):
    """The master variant of a product cannot be removed."""


class PublishedProduct(StateRefusal):
    """A published product cannot be deleted; unpublish it first."""


@dataclass(eq=False)
class StockTooLow(StateRefusal):
    """Only {available_quantity} of the SKU {sku} are not spoken for; its stock cannot fall by more."""

    available_quantity: int
    sku: str


class CustomerNumberFixed(StateRefusal):
    """The customer number is set and cannot be changed."""


class ExternalAuthentication(StateRefusal):
    """The customer signs in elsewhere and has no password here."""


class InvalidCredentials(Unacceptable):
    """Account with the given credentials not found."""


class InvalidCurrentPassword(Unacceptable):
    """The given current password does not match."""


class ExpiredCustomerPasswordToken(Unacceptable):
    """The given password token has expired."""


class ExpiredCustomerEmailToken(Unacceptable):
    """The given email token has expired."""


class AnonymousIdAlreadyInUse(Unacceptable):
    """The given anonymous ID is already in use."""


@dataclass(eq=False)
class DuplicateField(Unacceptable):
    """A duplicate value {duplicate_value} exists for field {field}."""

    field: str
    duplicate_value: Any


@dataclass(eq=False)
class DuplicatePriceScope(Unacceptable):
    """The variant {variant_id} has several prices for the same currency, country, group, channel and time."""

    variant_id: int
    conflicting_prices: list[dict[str, Any]]


@dataclass(eq=False)
class ReferenceExists(Unacceptable):
    """Can not delete a resource while it is referenced by at least one {referenced_by}."""

    referenced_by: str


@dataclass(eq=False)
class LockedField(Unacceptable):
    """'{field}' is locked by another request. Please try again later."""

    field: str


@dataclass(eq=False)
class MatchingPriceNotFound(Unacceptable):
    """The variant {variant_id} of product {product_id} does not contain a price that matches here (SKU {sku})."""

    product_id: str
    variant_id: int
    sku: str | None = None
    site_id: str | None = None
    currency: str | None = None
    country: str | None = None


@dataclass(eq=False)
class MissingTaxRateForCountry(Unacceptable):
    """Tax category {tax_category_id} is missing a tax rate for country {country}."""

    tax_category_id: str
    country: str | None = None
    state: str | None = None


@dataclass(eq=False)
class OutOfStock(Unacceptable):
    """Some line items are out of stock at the time of placing the order: {skus}."""

    line_items: list[str]
    skus: list[str]


@dataclass(eq=False)
class PriceChanged(Unacceptable):
    """The price or tax of some line items changed at the time of placing the order."""

    line_items: list[str]
    shipping: bool = False


@dataclass(eq=False)
class MaxResourceLimitExceeded(Unacceptable):
    """There are {resource_max} {exceeded_resource} already, which is the most that is possible."""

    exceeded_resource: str
    resource_max: int


class MoneyOverflow(Unacceptable):
    """An amount is larger than a client could read exactly."""


@dataclass(eq=False)
class CustomLineWithoutPrice(StateRefusal):
    """The custom line item {slug} has no price in {currency}."""

    slug: str
    currency: str


@dataclass(eq=False)
class DiscountCodeNonApplicable(Unacceptable):
    """The discount code {discount_code} cannot be applied to the cart ({why})."""

    discount_code: str
    why: str


class ShippingMethodDoesNotMatchCart(Unacceptable):
    """The shipping method has no rate for this cart."""


@dataclass(eq=False)
class InvalidItemShippingDetails(Unacceptable):
    """The shipping details of {subject} {item_id} do not add up to its quantity."""

    subject: str
    item_id: str


@dataclass(eq=False)
class CountryNotConfiguredInStore(Unacceptable):
    """The country {country} is not configured for the store."""

    store_countries: list[str]
    country: str


@dataclass(eq=False)
class WebhookDeliveryUnderWay(StateRefusal):
    """The delivery {id} is still attempted; it can be resent when it was delivered or has failed."""

    id: str


class NoIdentityProvider(StateRefusal):
    """The project has no identity provider; its staff sign in with passwords."""


class SignInUnknown(StateRefusal):
    """This sign-in was not begun in this browser, is finished already, or took too long; begin it again."""


class LastAdministrator(StateRefusal):
    """Nobody would be left who may administer staff (admin:staff)."""
