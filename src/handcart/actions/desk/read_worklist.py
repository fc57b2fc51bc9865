"""The worklist of one member of staff, or of everybody for those who answer for others."""

from handcart.domain.caller import Caller
from handcart.domain.errors import BehaviourMissing
from handcart.domain.worklist import WorkItem
from handcart.store.stores import Stores
from handcart.store.worklist import list_unfinished

ANSWERS_FOR_OTHERS = ("takeover:force", "admin:staff")


async def read_worklist(stores: Stores, caller: Caller, *, is_everybodys: bool) -> list[WorkItem]:
    """What was begun and not finished, what is due first: own things, or everybody's.

    Raises BehaviourMissing where everybody's is asked for by somebody without one of ANSWERS_FOR_OTHERS.
    """
    if is_everybodys and not caller.behaviours.intersection(ANSWERS_FOR_OTHERS):
        raise BehaviourMissing(needed=" or ".join(ANSWERS_FOR_OTHERS))
    staff_id = None if is_everybodys else caller.staff_id
    return await list_unfinished(stores.database, caller.project, staff_id=staff_id, now=stores.clock.utc_now())
