"""Writing a project file's entries, within the transaction of the load. Each answers whether it changed anything."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from handcart.actions.keeping_sharing import keep_sharing
from handcart.actions.loading_carts import CartLoading
from handcart.actions.loading_staff import StaffLoading
from handcart.domain.acting import Acting
from handcart.domain.cart import Actor
from handcart.domain.customers.draft import CustomerDraft, customer_from, new_password_in
from handcart.domain.document import timestamp_of
from handcart.domain.errors import ConcurrentModification, LockedField, ReferencedResourceNotFound
from handcart.domain.inventory import InventoryEntry, inventory_entry_from
from handcart.domain.loading import (
    RESOURCES,
    business_unit_named,
    group_from,
    next_version,
    resource_from,
    stock_from,
)
from handcart.domain.products.building import Building
from handcart.domain.products.new_product import product_from
from handcart.domain.products.reload import reloaded_product
from handcart.domain.project_file import Entry
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.resources.business_units import business_unit_from, customer_by_id
from handcart.store import customers, inventory, products, resources
from handcart.store.api_clients import upsert_api_client
from handcart.store.database import Querying, Transaction
from handcart.store.site_groups import upsert_site_group
from handcart.store.staff import find_staff_member
from handcart.store.stores import Stores

Report = Callable[[str, int, int], None]
"""Takes the section that is being worked on, how many of it are done, and how many there are."""

ATTEMPTS_MAX = 10
"""So often a stock entry is decided on again because an order took from it meanwhile."""


async def find_customer(querying: Querying, project: str, draft: CustomerDraft) -> customers.StoredCustomer | None:
    """The customer that an entry means: the one with its key, else the one with its e-mail address and no other key."""
    if draft.key is not None and (found := await customers.find_customer_by_key(querying, project, draft.key)):
        return found
    found = await customers.find_customer_by_email(querying, project, draft.email)
    return found if found is not None and (draft.key is None or found.key is None) else None


class Watch:
    """Where a load is: for whoever watches it, and for the place of what is refused."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self.place = "$.project"
        self._section, self._done, self._total = "", 0, 0

    def begin(self, section: str, *, done: int, total: int) -> None:
        """A section begins, of which some is done already."""
        self._section, self._done, self._total = section, done, total
        if total:
            self._report(section, done, total)

    def at(self, entry: Entry) -> None:
        """This entry is being worked on."""
        self.place = entry.path

    def done(self) -> None:
        """One more entry of the section is done."""
        self._done += 1
        self._report(self._section, self._done, self._total)


class Loading:
    """One load under way. By section and name of their entries: ``hashes`` of passwords that are new in the file, and
    ``remembered`` hashes of all.
    """

    def __init__(
        self,
        stores: Stores,
        transaction: Transaction,
        project: str,
        *,
        now: datetime,
        hashes: Mapping[tuple[str, str], str],
        remembered: Mapping[tuple[str, str], str],
        watch: Watch,
    ) -> None:
        self._stores = stores
        self._transaction = transaction
        self._project = project
        self._at = now
        self._hashes = hashes
        self._remembered = remembered
        self._watch = watch
        self._staff = StaffLoading(transaction, project)
        self._building: Building
        self.epochs: dict[str, int] = {}
        """Epochs to be noted after the commit, by kind."""

    async def load_section(self, entries: Sequence[Entry]) -> int:
        """Write the entries of one section; answers how many of them changed something."""
        await self._look_again()
        if entries[0].section == "inventory":
            return await self._load_stock(entries)
        load: Callable[[Entry], Awaitable[bool]] = {
            "apiClients": self._load_api_client,
            "roles": self._load_role,
            "identityProvider": self._load_identity_provider,
            "siteGroups": self._load_site_group,
            "products": self._load_product,
            "customers": self._load_customer,
            "businessUnits": self._load_business_unit,
            "staff": self._load_staff,
            "carts": self._load_cart,
        }.get(entries[0].section, self._load_resource)
        changed = 0
        for entry in entries:
            self._watch.at(entry)
            changed += await load(entry)
            self._watch.done()
        return changed

    async def _look_again(self) -> None:
        """Take the catalogue as the transaction has it by now."""
        catalogue = await self._stores.catalogues.fresh(self._project, within=self._transaction)
        self._building = Building(catalogue=catalogue, now=timestamp_of(self._at), new_id=self._stores.clock.new_uuid)

    async def _write(self, type_id: str, resource: Any, version: int | None) -> None:
        if version is None:
            await resources.insert_resource(self._transaction, self._project, type_id, resource)
        else:
            await resources.change_resource(self._transaction, self._project, type_id, resource, version=version)

    async def _load_resource(self, entry: Entry) -> bool:
        loaded = RESOURCES[entry.section]
        resource, version = resource_from(loaded, entry.draft, entry.name, self._building)
        for each in loaded.displaced(resource, self._building):
            await self._write(loaded.type_id, each, each.version - 1)
        await self._write(loaded.type_id, resource, version)
        if loaded.displaces:
            await self._look_again()
            await keep_sharing(self._transaction, self._building.catalogue, self._at)
        return True

    async def _load_site_group(self, entry: Entry) -> bool:
        group = group_from(entry.draft, self._building)
        await upsert_site_group(self._transaction, self._project, group, self._at)
        await self._look_again()
        await keep_sharing(self._transaction, self._building.catalogue, self._at)
        return True

    async def _load_business_unit(self, entry: Entry) -> bool:
        known: dict[str, Reference] = {}
        for each in entry.draft.associates:
            if (key := each.customer.key) is not None and each.customer.id is None:
                found = await customers.find_customer_by_key(self._transaction, self._project, key)
                if found is None:
                    raise ReferencedResourceNotFound(type_id="customer", key=key)
                known[key] = Reference(type_id="customer", id=found.id)

        def customer_of(identifier: ResourceIdentifier) -> Reference:
            return known.get(identifier.key or "") or customer_by_id(identifier)

        former = business_unit_named(self._building.catalogue, entry.name)
        unit_id = former.id if former is not None else self._building.new_id()
        made = business_unit_from(entry.draft, self._building, resource_id=unit_id, customer_of=customer_of)
        unit, version = next_version(made, former)
        await self._write("business-unit", unit, version)
        return True

    async def _load_product(self, entry: Entry) -> bool:
        stored = await products.find_product_by_key(self._transaction, self._project, entry.name)
        if stored is None:
            await products.insert_product(self._transaction, self._project, product_from(entry.draft, self._building))
            return True
        product = reloaded_product(stored.product, entry.draft, self._building)
        if product is stored.product:
            return False
        if not await products.change_product(self._transaction, self._project, product, version=stored.version):
            raise ConcurrentModification(id=stored.id, expected=stored.version, current_version=stored.version + 1)
        return True

    async def _load_stock(self, entries: Sequence[Entry]) -> int:
        wanted: list[tuple[InventoryEntry, Entry]] = []
        for entry in entries:
            self._watch.at(entry)
            wanted.append((inventory_entry_from(entry.draft, self._building), entry))
        wanted.sort(key=lambda each: (each[0].sku, _place_of(each[0])))
        changed = 0
        for made, entry in wanted:
            self._watch.at(entry)
            changed += await self._load_stock_entry(made)
            self._watch.done()
        return changed

    async def _load_stock_entry(self, made: InventoryEntry) -> bool:
        place = {"sku": made.sku, "channel_id": _place_of(made)}
        for _ in range(ATTEMPTS_MAX):
            found = await inventory.find_inventory_entry_at(self._transaction, self._project, **place)
            if found is None:
                await inventory.insert_inventory_entry(self._transaction, self._project, made)
                return True
            after = stock_from(found, made, self._building)
            if after is found:
                return False
            if await inventory.change_inventory_entry(self._transaction, self._project, after, version=found.version):
                return True
        raise LockedField(field="quantityOnStock")

    async def _load_customer(self, entry: Entry) -> bool:
        draft: CustomerDraft = entry.draft
        new_password_in(draft)
        name = (entry.section, entry.name)
        acting = Acting(
            catalogue=self._building.catalogue,
            site=None,
            now=self._building.now,
            new_id=self._building.new_id,
            actor=Actor(is_platform_client=True),
        )
        found = await find_customer(self._transaction, self._project, draft)
        before = await customers.lock_customer(self._transaction, self._project, found.id) if found else None
        if before is None:
            made = customer_from(draft, acting, customer_id=self._building.new_id())
            password_hash = self._remembered.get(name)
            await customers.insert_customer(self._transaction, self._project, made, password_hash=password_hash)
            return True
        made = customer_from(draft, acting, customer_id=before.id)
        customer, _ = next_version(made, before.customer)
        # What the customer has chosen since stays, unless the file's password is another one now.
        password_hash = self._hashes.get(name) or before.password_hash or self._remembered.get(name)
        epoch = await customers.change_customer(
            self._transaction,
            self._project,
            before,
            customer,
            password_hash=password_hash if draft.password is not None else None,
        )
        if epoch is not None:
            self.epochs["tokens"] = epoch
        return True

    async def _load_api_client(self, entry: Entry) -> bool:
        draft = entry.draft
        await upsert_api_client(
            self._transaction,
            project=self._project,
            client_id=draft.id,
            secret=draft.secret,
            name=draft.name or draft.id,
            scopes=draft.scopes,
        )
        return True

    async def _load_role(self, entry: Entry) -> bool:
        await self._staff.load_role(entry.draft)
        return True

    async def _load_identity_provider(self, entry: Entry) -> bool:
        await self._staff.load_identity_provider(entry.draft)
        return True

    async def _load_staff(self, entry: Entry) -> bool:
        name = (entry.section, entry.name)
        known = await find_staff_member(self._transaction, project=self._project, username=entry.name)
        passwords = self._hashes if known is not None else self._remembered
        await self._staff.load_member(entry.draft, new_id=self._building.new_id(), password_hash=passwords.get(name))
        return True

    async def _load_cart(self, entry: Entry) -> bool:
        loading = CartLoading(self._stores, self._transaction, self._building.catalogue, self._at)
        return await loading.load(entry.draft)


def _place_of(entry: InventoryEntry) -> str:
    return entry.supply_channel.id if entry.supply_channel is not None else ""
