"""Stock: how much of an SKU lies at a supply channel, and how much of that is not spoken for yet."""

from typing import Any, ClassVar

from msgspec.structs import replace

from handcart.domain.catalogue import Catalogue
from handcart.domain.custom_fields import CustomFields, CustomFieldsDraft, FieldContainer
from handcart.domain.document import Document, Draft, Timestamp, timestamp_from
from handcart.domain.errors import InvalidField, StockTooLow
from handcart.domain.products.building import Building
from handcart.domain.products.new_product import check_sku
from handcart.domain.references import Reference, ResourceIdentifier
from handcart.domain.updates.attributes import check_key

QUANTITY_MAX = 1_000_000_000_000


class InventoryEntry(Document):
    """The stock of one SKU at one channel, or at none. What is on stock and not available is reserved by orders."""

    id: str
    version: int
    created_at: Timestamp
    last_modified_at: Timestamp
    sku: str
    quantity_on_stock: int
    available_quantity: int
    key: str | None = None
    supply_channel: Reference | None = None
    restockable_in_days: int | None = None
    expected_delivery: Timestamp | None = None
    custom: CustomFields | None = None


class InventoryEntryDraft(Draft):
    """A stock entry as a client sends it."""

    sku: str
    quantity_on_stock: int
    key: str | None = None
    supply_channel: ResourceIdentifier | None = None
    restockable_in_days: int | None = None
    expected_delivery: str | None = None
    custom: CustomFieldsDraft | None = None


def inventory_entry_from(draft: InventoryEntryDraft, building: Building) -> InventoryEntry:
    """The entry that a draft asks for; all of it is available. Raises InvalidField, ReferencedResourceNotFound."""
    check_sku(draft.sku)
    check_key(draft.key)
    _check_quantity(draft.quantity_on_stock, field="quantityOnStock")
    _check_days(draft.restockable_in_days)
    catalogue = building.catalogue
    return InventoryEntry(
        id=building.new_id(),
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        sku=draft.sku,
        quantity_on_stock=draft.quantity_on_stock,
        available_quantity=draft.quantity_on_stock,
        key=draft.key,
        supply_channel=catalogue.channel_of(draft.supply_channel, field="supplyChannel"),
        restockable_in_days=draft.restockable_in_days,
        expected_delivery=timestamp_from(draft.expected_delivery, field="expectedDelivery"),
        custom=catalogue.types.custom_of(draft.custom, kind="inventory-entry"),
    )


def _check_quantity(quantity: int, *, field: str = "quantity") -> None:
    if not 0 <= quantity <= QUANTITY_MAX:
        raise InvalidField(field=field, invalid_value=quantity)


def _check_days(days: int | None) -> None:
    if days is not None and not 0 <= days <= 36_500:
        raise InvalidField(field="restockableInDays", invalid_value=days)


def _with_stock(entry: InventoryEntry, quantity: int) -> InventoryEntry:
    """The entry with so many on stock; what is reserved stays reserved. Raises StockTooLow."""
    available = entry.available_quantity + quantity - entry.quantity_on_stock
    if available < 0 or quantity < 0:
        raise StockTooLow(available_quantity=entry.available_quantity, sku=entry.sku)
    return replace(entry, quantity_on_stock=quantity, available_quantity=available)


class InventoryAction(Draft, tag_field="action"):
    """One change of a stock entry, as the wire names it."""

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """The entry after this change; an equal one where it changes nothing."""
        raise NotImplementedError


class AddQuantity(InventoryAction, tag="addQuantity"):
    """So many units came in."""

    quantity: int

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """They are on stock and available."""
        _check_quantity(self.quantity)
        return _with_stock(entry, entry.quantity_on_stock + self.quantity)


class RemoveQuantity(InventoryAction, tag="removeQuantity"):
    """So many units went out."""

    quantity: int

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """Raises StockTooLow where fewer are available."""
        _check_quantity(self.quantity)
        return _with_stock(entry, entry.quantity_on_stock - self.quantity)


class ChangeQuantity(InventoryAction, tag="changeQuantity"):
    """So many units were counted."""

    quantity: int

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """Raises StockTooLow where more are reserved."""
        _check_quantity(self.quantity)
        return _with_stock(entry, self.quantity)


class SetRestockableInDays(InventoryAction, tag="setRestockableInDays"):
    """Set or remove the days until new stock comes: an entry that has them never runs short."""

    restockable_in_days: int | None = None

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """Raises InvalidField for a negative number."""
        _check_days(self.restockable_in_days)
        return replace(entry, restockable_in_days=self.restockable_in_days)


class SetExpectedDelivery(InventoryAction, tag="setExpectedDelivery"):
    """Set or remove the instant at which new stock comes."""

    expected_delivery: str | None = None

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """Raises InvalidField for what is no instant."""
        return replace(entry, expected_delivery=timestamp_from(self.expected_delivery, field="expectedDelivery"))


class SetSupplyChannel(InventoryAction, tag="setSupplyChannel"):
    """Say where the stock lies, or that it lies at no channel."""

    supply_channel: ResourceIdentifier | None = None

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """Raises ReferencedResourceNotFound; whether the SKU has an entry there already, the database knows."""
        return replace(entry, supply_channel=catalogue.channel_of(self.supply_channel, field="supplyChannel"))


class SetKey(InventoryAction, tag="setKey"):
    """Set or remove the key."""

    key: str | None = None

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """Raises InvalidField for what is no key."""
        check_key(self.key)
        return replace(entry, key=self.key)


class SetCustomType(InventoryAction, tag="setCustomType"):
    """Give the entry custom fields of a type, or take them away."""

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """Raises InvalidField for a field that the type does not have."""
        draft = CustomFieldsDraft(type=self.type, fields=self.fields) if self.type is not None else None
        return replace(entry, custom=catalogue.types.custom_of(draft, kind="inventory-entry"))


class SetCustomField(InventoryAction, tag="setCustomField"):
    """Set or remove one custom field."""

    name: str
    value: Any = None

    def apply(self, entry: InventoryEntry, catalogue: Catalogue) -> InventoryEntry:
        """Raises InvalidField where the entry has no custom fields."""
        return replace(entry, custom=catalogue.types.custom_with(entry.custom, name=self.name, value=self.value))


AnyInventoryAction = (
    AddQuantity
    | RemoveQuantity
    | ChangeQuantity
    | SetRestockableInDays
    | SetExpectedDelivery
    | SetSupplyChannel
    | SetKey
    | SetCustomType
    | SetCustomField
)


class InventoryUpdate(Draft):
    """A request to change a stock entry, strictly against a version."""

    UNBUILT_ACTIONS: ClassVar[frozenset[str]] = frozenset()
    """Every published action is built."""

    version: int
    actions: tuple[AnyInventoryAction, ...]


def changed_entry(entry: InventoryEntry, update: InventoryUpdate, building: Building) -> InventoryEntry:
    """The entry after all actions; its version rises by one for each that changed something, none: the very same."""
    changed, version = entry, entry.version
    for action in update.actions:
        after = action.apply(changed, building.catalogue)
        if after != changed:
            version += 1
            changed = after
    return entry if changed is entry else replace(changed, version=version, last_modified_at=building.now)
