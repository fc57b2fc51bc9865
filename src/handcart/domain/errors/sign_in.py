"""What is refused to whoever asks for a token, signs in, or changes what they sign in with."""

from dataclasses import dataclass

from handcart.domain.errors.refusal import OAuthRefusal, Refusal, StateRefusal, Unacceptable, Unauthorised


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
class IdentityProviderFailed(Refusal):
    """The identity provider cannot be used at the moment: {why}."""

    why: str


class ExternalAuthentication(StateRefusal):
    """The customer signs in elsewhere and has no password here."""


class NoIdentityProvider(StateRefusal):
    """The project has no identity provider; its staff sign in with passwords."""


class SignInUnknown(StateRefusal):
    """This sign-in was not begun in this browser, is finished already, or took too long; begin it again."""


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
