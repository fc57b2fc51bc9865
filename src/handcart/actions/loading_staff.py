"""Writing what a project file says of roles, the identity provider and staff, within the transaction of the load."""

from handcart.actions.setting_identity import set_identity_provider
from handcart.domain.identity import IdentityProviderEntry
from handcart.domain.limits import check_limits
from handcart.domain.project_file_staff import RoleEntry, StaffEntry
from handcart.domain.staff import check_identity
from handcart.store.database import Transaction
from handcart.store.staff import upsert_role, upsert_staff


class StaffLoading:
    """What is loaded of one project's staff."""

    def __init__(self, transaction: Transaction, project: str) -> None:
        self._transaction = transaction
        self._project = project

    async def load_role(self, draft: RoleEntry) -> None:
        """Make or replace a role. Raises InvalidField."""
        check_limits(draft.limits)
        await upsert_role(
            self._transaction,
            project=self._project,
            key=draft.key,
            name=draft.name or draft.key,
            behaviours=draft.behaviours,
            limits=draft.limits,
        )

    async def load_identity_provider(self, draft: IdentityProviderEntry) -> None:
        """Set or replace the identity provider. Raises InvalidField."""
        await set_identity_provider(self._transaction, self._project, draft)

    async def load_member(self, draft: StaffEntry, *, new_id: str, password_hash: str | None) -> None:
        """Make or change a member of staff; without a ``password_hash`` the present password stays.

        Raises InvalidField, DuplicateField.
        """
        if draft.identity is not None:
            check_identity(draft.identity)
        await upsert_staff(
            self._transaction,
            project=self._project,
            new_id=new_id,
            username=draft.username,
            name=draft.name,
            password_hash=password_hash,
            roles=draft.roles,
            identity=draft.identity,
        )
