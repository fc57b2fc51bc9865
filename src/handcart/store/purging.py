"""What has expired and is of no more use to anybody: dropped in batches, the longest expired first.

Each batch is small, so that it neither holds rows for long nor holds back whoever reads events in commit order; and it
begins anew with what is oldest, so that a purge that was interrupted is simply started again.
"""

from datetime import datetime, timedelta

import msgspec

from handcart.store.database import Transaction
from handcart.store.sign_in_failures import LOCKED_FOR, WINDOW
from handcart.store.statements import statement
from handcart.store.webhooks import DELIVERED_KEPT_FOR

ROWS_MAX = 1_000
"""The size of a batch, per kind."""


class Expiring(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of row that expires: how long it is kept after that, and the statement that drops a batch."""

    kind: str
    kept_for: timedelta
    statement: str


EXPIRING = (
    Expiring(kind="tokens", kept_for=timedelta(0), statement="delete_expired_tokens"),
    # For a while yet it is told that a token came too late; then it is unknown.
    Expiring(kind="customer_tokens", kept_for=timedelta(days=7), statement="delete_expired_customer_tokens"),
    Expiring(kind="hand_overs", kept_for=timedelta(days=1), statement="delete_expired_hand_overs"),
    Expiring(kind="begun_sign_ins", kept_for=timedelta(0), statement="delete_expired_begun_sign_ins"),
    Expiring(kind="pairing_codes", kept_for=timedelta(0), statement="delete_expired_pairing_codes"),
    Expiring(kind="continuations", kept_for=timedelta(0), statement="delete_expired_continuations"),
    Expiring(kind="sign_in_failures", kept_for=max(WINDOW, LOCKED_FOR), statement="delete_old_sign_in_failures"),
    # A key holds for a day (contract: 24 h); afterwards the same key begins a new request.
    Expiring(kind="answers", kept_for=timedelta(hours=24), statement="delete_old_answers"),
    Expiring(kind="deliveries", kept_for=DELIVERED_KEPT_FOR, statement="delete_old_deliveries"),
    # Somebody may yet find out that a receiver was away, and have them sent again.
    Expiring(kind="failed_deliveries", kept_for=timedelta(days=90), statement="delete_old_failed_deliveries"),
    # Somebody may ask for a while who helped, and what was suggested; the cart's history tells what came of it.
    Expiring(kind="pairings", kept_for=timedelta(days=30), statement="delete_expired_pairings"),
    Expiring(kind="proposals", kept_for=timedelta(days=90), statement="delete_expired_proposals"),
    Expiring(kind="desks", kept_for=timedelta(days=90), statement="delete_old_desks"),
    Expiring(kind="refused_actions", kept_for=timedelta(days=365), statement="delete_old_refused_actions"),
    Expiring(kind="job_log", kept_for=timedelta(days=7), statement="delete_old_job_log"),
)


async def delete_expired(transaction: Transaction, as_of: datetime) -> dict[str, int]:
    """Drop at most ``ROWS_MAX`` rows of each kind that have expired at an instant; answers how many there were.

    Rows that another transaction holds are passed over: a later purge finds them again.
    """
    deleted = {}
    for each in EXPIRING:
        tag = await transaction.execute(statement(each.statement), as_of - each.kept_for, ROWS_MAX)
        deleted[each.kind] = int(tag.removeprefix("DELETE "))
    return deleted
