"""Every refusal that Handcart can answer. The docstring is the message; the fields are what the client is told besides.

Refusal
├── Malformed         InvalidInput, InvalidJsonInput, RequiredField, InvalidField
├── Missing           ResourceNotFound, ReferencedResourceNotFound
├── Unauthorised      InvalidToken, InsufficientScope (BehaviourMissing, NotForStaff), ActionNotAllowed,
│                     PriceAdjustmentBeyondLimit
├── Stale             ConcurrentModification, RebaseConflict, MergePlanStale, ActiveCustomerMismatch, AnswerPending
├── OAuthRefusal      InvalidClient, InvalidGrant, InvalidScope, InvalidRequest, UnsupportedGrantType, InvalidIdToken,
│                     InvalidCustomerAccountCredentials, InvalidStaffCredentials, SignInRefused
├── TooManyAttempts, TooManyListeners (TooManyOwnListeners), IdentityProviderFailed
└── Unacceptable      the request is well-formed and the state of things forbids it
    ├── requests          InvalidOperation, DuplicateField, ReferenceExists, LockedField, MaxResourceLimitExceeded
    ├── credentials       InvalidCredentials, InvalidCurrentPassword, ExpiredCustomerPasswordToken,
    │                     ExpiredCustomerEmailToken, AnonymousIdAlreadyInUse
    ├── carts, catalogue  InvalidItemShippingDetails, CountryNotConfiguredInStore, DuplicatePriceScope
    ├── prices, stock     MatchingPriceNotFound, PriceChanged, MoneyOverflow, MissingTaxRateForCountry, OutOfStock,
    │                     DiscountCodeNonApplicable, ShippingMethodDoesNotMatchCart
    └── StateRefusal      an invalid operation whose reason is the name of the class
        ├── requests          NotImplementedYet, IdempotencyKeyReused, IllegalMove
        ├── sign_in           ExternalAuthentication, NoIdentityProvider, SignInUnknown
        ├── carts             CartMerged, CartAlreadySubmitted, CartFrozen, CartLocked, CartEmpty, OwnedCart,
        │                     QuantityLimitExceeded, AlternateContactNotSaved, NoPickupLine, ShippingAddressMissing,
        │                     CartsOfDifferentOwners, AnonymousSessionMismatch, MergeNotLatest, UndoWindowClosed,
        │                     MergeMeanwhileOrdered, MergeMeanwhilePutBack
        ├── prices_and_stock  CustomLineWithoutPrice, StockTooLow
        ├── sharing           HandOverForGuestsOnly, NothingToHandOver, HandOverInvalid, HandOverUsed, HandOverExpired,
        │                     SitesShareNoCart, CartSharedAlready, SiteWithoutHost, SiteSharesCartAlready,
        │                     SiteGroupNotEmpty, SitesNotPublished, SitesNotReady
        ├── hands             TakeoverHeld, TakeoverEnded, OtherOrderInTakeover, CartNotOfOrder, UseAddItemsToOrder,
        │                     OrderNotPending, OrderNotPrepared, OrderHasCart, OrderHasCustomer, PairingCodeUnknown,
        │                     ProposalExpired, ProposalOfAnotherAgent, AdjustmentNotAllowed
        └── administration    VariantNotFound, PriceNotFound, MasterVariantNeeded, PublishedProduct,
                              CustomerNumberFixed, WebhookDeliveryUnderWay, LastAdministrator

The families stand in ``refusal``, what they are refused for in a module for each area; all are imported from here.
Statuses and wire codes are not known here: ``handcart.api.refusals`` holds that table.
"""

from handcart.domain.errors.administration import (
    CustomerNumberFixed,
    DuplicatePriceScope,
    LastAdministrator,
    MasterVariantNeeded,
    PriceNotFound,
    PublishedProduct,
    VariantNotFound,
    WebhookDeliveryUnderWay,
)
from handcart.domain.errors.carts import (
    AlternateContactNotSaved,
    AnonymousSessionMismatch,
    CartAlreadySubmitted,
    CartEmpty,
    CartFrozen,
    CartLocked,
    CartMerged,
    CartsOfDifferentOwners,
    CountryNotConfiguredInStore,
    InvalidItemShippingDetails,
    MergeMeanwhileOrdered,
    MergeMeanwhilePutBack,
    MergeNotLatest,
    MergePlanStale,
    NoPickupLine,
    OwnedCart,
    QuantityLimitExceeded,
    RebaseConflict,
    ShippingAddressMissing,
    UndoWindowClosed,
)
from handcart.domain.errors.hands import (
    ActionNotAllowed,
    ActiveCustomerMismatch,
    AdjustmentNotAllowed,
    CartNotOfOrder,
    OrderHasCart,
    OrderHasCustomer,
    OrderNotPending,
    OrderNotPrepared,
    OtherOrderInTakeover,
    PairingCodeUnknown,
    PriceAdjustmentBeyondLimit,
    ProposalExpired,
    ProposalOfAnotherAgent,
    TakeoverEnded,
    TakeoverHeld,
    UseAddItemsToOrder,
)
from handcart.domain.errors.prices_and_stock import (
    CustomLineWithoutPrice,
    DiscountCodeNonApplicable,
    MatchingPriceNotFound,
    MissingTaxRateForCountry,
    MoneyOverflow,
    OutOfStock,
    PriceChanged,
    ShippingMethodDoesNotMatchCart,
    StockTooLow,
)
from handcart.domain.errors.refusal import (
    InvalidOperation,
    Malformed,
    Missing,
    OAuthRefusal,
    Refusal,
    Stale,
    StateRefusal,
    Unacceptable,
    Unauthorised,
)
from handcart.domain.errors.requests import (
    AnswerPending,
    ConcurrentModification,
    DuplicateField,
    IdempotencyKeyReused,
    IllegalMove,
    InvalidField,
    InvalidInput,
    InvalidJsonInput,
    LockedField,
    MaxResourceLimitExceeded,
    NotImplementedYet,
    ReferencedResourceNotFound,
    ReferenceExists,
    RequiredField,
    ResourceNotFound,
    TooManyListeners,
    TooManyOwnListeners,
)
from handcart.domain.errors.sharing import (
    CartSharedAlready,
    HandOverExpired,
    HandOverForGuestsOnly,
    HandOverInvalid,
    HandOverUsed,
    NothingToHandOver,
    SiteGroupNotEmpty,
    SiteSharesCartAlready,
    SitesNotPublished,
    SitesNotReady,
    SitesShareNoCart,
    SiteWithoutHost,
)
from handcart.domain.errors.sign_in import (
    AnonymousIdAlreadyInUse,
    BehaviourMissing,
    ExpiredCustomerEmailToken,
    ExpiredCustomerPasswordToken,
    ExternalAuthentication,
    IdentityProviderFailed,
    InsufficientScope,
    InvalidClient,
    InvalidCredentials,
    InvalidCurrentPassword,
    InvalidCustomerAccountCredentials,
    InvalidGrant,
    InvalidIdToken,
    InvalidRequest,
    InvalidScope,
    InvalidStaffCredentials,
    InvalidToken,
    NoIdentityProvider,
    NotForStaff,
    SignInRefused,
    SignInUnknown,
    TooManyAttempts,
    UnsupportedGrantType,
)
