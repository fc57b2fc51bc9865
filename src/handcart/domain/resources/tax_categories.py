"""Tax categories: tax rates by country and state for a class of products."""

from collections.abc import Iterable
from decimal import Decimal

from msgspec.structs import replace

from handcart.domain.document import Draft
from handcart.domain.errors import DuplicateField, InvalidField, RequiredField
from handcart.domain.products.building import Building
from handcart.domain.resources.action import (
    ChangeName,
    ResourceAction,
    ResourceUpdate,
    SetDescription,
    SetKey,
    changed,
    check_name,
)
from handcart.domain.shipping import TaxCategory
from handcart.domain.site import SubRate, TaxRate
from handcart.domain.updates.attributes import check_country, check_key


class SubRateDraft(Draft):
    """A part of a tax rate as a client sends it; ``amount`` is a share such as 0.05."""

    name: str
    amount: Decimal


class TaxRateDraft(Draft):
    """A tax rate as a client sends it; without ``amount`` it is the sum of its parts."""

    name: str
    included_in_price: bool
    country: str
    amount: Decimal | None = None
    state: str | None = None
    key: str | None = None
    id: str | None = None
    sub_rates: tuple[SubRateDraft, ...] | None = None


class TaxCategoryDraft(Draft):
    """A tax category as a client sends it."""

    name: str
    key: str | None = None
    description: str | None = None
    rates: tuple[TaxRateDraft, ...] | None = None


def tax_rate_from(draft: TaxRateDraft, building: Building, *, field: str = "taxRate") -> TaxRate:
    """The rate under a new id. Raises InvalidField for a share outside 0 to 1, or parts that do not sum to it."""
    check_country(draft.country)
    check_key(draft.key, field=f"{field}.key")
    parts = tuple(SubRate(name=each.name, amount=each.amount) for each in draft.sub_rates or ())
    amount = draft.amount if draft.amount is not None else sum((each.amount for each in parts), Decimal(0))
    if draft.amount is None and not parts:
        raise RequiredField(field=f"{field}.amount")
    if not amount.is_finite() or not 0 <= amount <= 1:
        raise InvalidField(field=f"{field}.amount", invalid_value=amount)
    if parts and sum(each.amount for each in parts) != amount:
        raise InvalidField(field=f"{field}.subRates", invalid_value=[each.amount for each in parts])
    return TaxRate(
        id=building.new_id(),
        name=draft.name,
        amount=amount,
        included_in_price=draft.included_in_price,
        country=draft.country,
        state=draft.state or None,
        key=draft.key,
        sub_rates=parts or None,
    )


def tax_rates_from(drafts: Iterable[TaxRateDraft], building: Building, *, field: str) -> tuple[TaxRate, ...]:
    """The rates. Raises DuplicateField where two of them hold in the same place."""
    return _distinct(tuple(tax_rate_from(each, building, field=field) for each in drafts), field=field)


def _distinct(rates: tuple[TaxRate, ...], *, field: str) -> tuple[TaxRate, ...]:
    places = [(each.country, each.state) for each in rates]
    for country, state in places:
        if places.count((country, state)) > 1:
            place = country if state is None else f"{country}, {state}"
            raise DuplicateField(field=f"{field}.{'country' if state is None else 'state'}", duplicate_value=place)
    return rates


def tax_category_from(draft: TaxCategoryDraft, building: Building, *, resource_id: str) -> TaxCategory:
    """The tax category that a draft asks for. Raises InvalidField, DuplicateField."""
    check_key(draft.key)
    return TaxCategory(
        id=resource_id,
        version=1,
        created_at=building.now,
        last_modified_at=building.now,
        name=check_name(draft.name),
        rates=tax_rates_from(draft.rates or (), building, field="rates"),
        key=draft.key,
        description=draft.description,
    )


class AddTaxRate(ResourceAction, tag="addTaxRate"):
    """One more rate."""

    tax_rate: TaxRateDraft

    def apply(self, resource: TaxCategory, building: Building) -> TaxCategory:
        """Raises DuplicateField where another rate holds in the same place."""
        rates = (*resource.rates, tax_rate_from(self.tax_rate, building))
        return replace(resource, rates=_distinct(rates, field="taxRate"))


class ReplaceTaxRate(ResourceAction, tag="replaceTaxRate"):
    """Another rate instead of one, under a new id."""

    tax_rate: TaxRateDraft
    tax_rate_id: str | None = None
    tax_rate_key: str | None = None

    def apply(self, resource: TaxCategory, building: Building) -> TaxCategory:
        """Raises InvalidField for a rate that the category does not have."""
        place = _place_of(resource, self.tax_rate_id, self.tax_rate_key)
        rates = list(resource.rates)
        rates[place] = tax_rate_from(self.tax_rate, building)
        return replace(resource, rates=_distinct(tuple(rates), field="taxRate"))


class RemoveTaxRate(ResourceAction, tag="removeTaxRate"):
    """One rate less."""

    tax_rate_id: str | None = None
    tax_rate_key: str | None = None

    def apply(self, resource: TaxCategory, building: Building) -> TaxCategory:
        """Raises InvalidField for a rate that the category does not have."""
        place = _place_of(resource, self.tax_rate_id, self.tax_rate_key)
        return changed(resource, rates=resource.rates[:place] + resource.rates[place + 1 :])


def _place_of(category: TaxCategory, rate_id: str | None, rate_key: str | None) -> int:
    if rate_id is None and rate_key is None:
        raise RequiredField(field="taxRateId")
    for place, each in enumerate(category.rates):
        if (each.id == rate_id) if rate_id is not None else (each.key == rate_key):
            return place
    field = "taxRateId" if rate_id is not None else "taxRateKey"
    raise InvalidField(field=field, invalid_value=rate_id if rate_id is not None else rate_key)


class TaxCategoryUpdate(ResourceUpdate):
    """A request to change a tax category."""

    actions: tuple[SetKey | ChangeName | SetDescription | AddTaxRate | ReplaceTaxRate | RemoveTaxRate, ...]
