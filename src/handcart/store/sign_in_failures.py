"""Failed sign-ins and wrong codes, counted per account in the database, so that guessing ends in every process at once.

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

CODES_TYPED_MAX = 20
"""So many pairing codes may one member of staff type in a window: of 190 million, that is no search."""

WRONG_CODES_MAX = 200


class Account(msgspec.Struct, frozen=True):
    """What somebody tries to sign in to, whether it exists or not; only a hash of its name is kept."""

    project: str
    subject: bytes
    failures_max: int = FAILURES_MAX
    locked_until: datetime | None = None
    """Until when too many failures lock it; None is ``LOCKED_FOR`` from the last one."""


def _account(project: str, kind: str, name: str) -> Account:
    return Account(project, _subject(project, kind, name))


def _subject(*names: str) -> bytes:
    return sha256("\0".join(names).encode()).digest()


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


def pairing_code_account(*, project: str, staff_id: str, now: datetime) -> Account:
    """Typing pairing codes, by one member of staff: each try counts, a right one too, and before it is looked up."""
    return _in_this_window(project, f"pairing codes of {staff_id}", CODES_TYPED_MAX + 1, now)


def wrong_pairing_codes_account(*, project: str, now: datetime) -> Account:
    """Wrong pairing codes, by the whole staff of a project."""
    return _in_this_window(project, "wrong pairing codes", WRONG_CODES_MAX, now)


def _in_this_window(project: str, kind: str, failures_max: int, now: datetime) -> Account:
    """Failures counted in fixed windows: none is forgiven for a success, which a guesser could arrange, and honest
    mistakes, however many hands make them, do not add up over a day."""
    number = int(now.timestamp() // WINDOW.total_seconds())
    ends_at = datetime.fromtimestamp((number + 1) * WINDOW.total_seconds(), now.tzinfo)
    return Account(project, _subject(project, kind, str(number)), failures_max, ends_at)


async def check_not_locked(querying: Querying, account: Account, now: datetime) -> bool:
    """Refuse a sign-in to a locked account before its password is looked at. Raises TooManyAttempts.

    Answers whether there are failures that a success should clear.
    """
    row = await querying.row(statement("find_sign_in_failures"), account.project, account.subject)
    if row is not None and row["locked_until"] is not None and row["locked_until"] > now:
        raise _locked(row["locked_until"], now)
    return row is not None


async def note_failure(database: Database, account: Account, now: datetime) -> None:
    """Count a failure. The tenth wrong password in a row locks an account for a quarter of an hour.

    It is a transaction of its own, for the refusal that follows must not undo it.
    """
    await database.execute(
        statement("note_sign_in_failure"),
        account.project,
        account.subject,
        now,
        now - WINDOW,
        account.failures_max,
        account.locked_until or now + LOCKED_FOR,
    )


async def clear_failures(querying: Querying, account: Account, now: datetime) -> None:
    """Forget the failures after a right password. Raises TooManyAttempts if the account was locked meanwhile."""
    row = await querying.row(statement("clear_sign_in_failures"), account.project, account.subject, now)
    if row is not None and row["locked_until"] is not None and row["locked_until"] > now:
        raise _locked(row["locked_until"], now)


def _locked(locked_until: datetime, now: datetime) -> TooManyAttempts:
    return TooManyAttempts(retry_after_seconds=max(1, math.ceil((locked_until - now).total_seconds())))
