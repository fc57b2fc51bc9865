"""Failed sign-ins, counted per account in the database, so that guessing ends in every process at once.

A sign-in by password is: ``check_not_locked``; verify; then ``note_failure``, or ``clear_failures``, which checks the
lock once more. So of many guesses at once only the first few can learn anything.
"""

import math
from datetime import datetime, timedelta
from hashlib import sha256

import msgspec

from handcart.domain.errors import TooManyAttempts
from handcart.store.database import Database, Querying
from handcart.store.statements import statement

FAILURES_MAX = 10
"""After so many in a row, each within ``WINDOW`` of the one before, the account is locked."""

WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)


class Account(msgspec.Struct, frozen=True):
    """What somebody tries to sign in to, whether it exists or not; only a hash of its name is kept."""

    project: str
    subject: bytes


def _account(project: str, kind: str, name: str) -> Account:
    return Account(project, sha256("\0".join((project, kind, name)).encode()).digest())


def customer_account(*, project: str, email: str) -> Account:
    """The account of a customer, on all the ways that lead into it; e-mail addresses are case-insensitive (S1-37)."""
    return _account(project, "customer", email.lower())


def staff_account(*, project: str, username: str) -> Account:
    """The account of a member of staff."""
    return _account(project, "staff", username)


def client_account(*, project: str, client_id: str, address: str) -> Account:
    """An API client as tried from one address. Its id is public, so that a lock on the id alone would let anybody
    close the shop."""
    return _account(project, "client", f"{client_id}\0{address}")


async def check_not_locked(querying: Querying, account: Account, now: datetime) -> bool:
    """Refuse a sign-in to a locked account before its password is looked at. Raises TooManyAttempts.

    Answers whether there are failures that a success should clear.
    """
    row = await querying.row(statement("find_sign_in_failures"), account.project, account.subject)
    if row is not None and row["locked_until"] is not None and row["locked_until"] > now:
        raise _locked(row["locked_until"], now)
    return row is not None


async def note_failure(database: Database, account: Account, now: datetime) -> None:
    """Count a wrong password; the tenth in a row locks the account for a quarter of an hour.

    It is a transaction of its own, for the refusal that follows must not undo it.
    """
    await database.execute(
        statement("note_sign_in_failure"),
        account.project,
        account.subject,
        now,
        now - WINDOW,
        FAILURES_MAX,
        now + LOCKED_FOR,
    )


async def clear_failures(querying: Querying, account: Account, now: datetime) -> None:
    """Forget the failures after a right password. Raises TooManyAttempts if the account was locked meanwhile."""
    row = await querying.row(statement("clear_sign_in_failures"), account.project, account.subject, now)
    if row is not None and row["locked_until"] is not None and row["locked_until"] > now:
        raise _locked(row["locked_until"], now)


def _locked(locked_until: datetime, now: datetime) -> TooManyAttempts:
    return TooManyAttempts(retry_after_seconds=max(1, math.ceil((locked_until - now).total_seconds())))
