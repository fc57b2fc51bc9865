"""What changes a product as a whole: its names and texts, categories, key and tax category."""

from typing import Any

from msgspec.structs import replace

from handcart.domain.document import LocalizedString
from handcart.domain.product import Product
from handcart.domain.products.building import Building, category_of, check_localized, check_slug, tax_category_of
from handcart.domain.products.updates.action import FaceAction, FaceEdit, ProductAction
from handcart.domain.references import ResourceIdentifier
from handcart.domain.updates.attributes import check_key


class ChangeName(FaceAction, tag="changeName"):
    """Change the name."""

    name: LocalizedString

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """Raises InvalidField for a name in no language."""
        check_localized(self.name, field="name")
        return lambda facts: replace(facts, name=self.name)


class ChangeSlug(FaceAction, tag="changeSlug"):
    """Change the part of web addresses that names the product."""

    slug: LocalizedString

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """Raises InvalidField for what is no slug."""
        check_slug(self.slug)
        return lambda facts: replace(facts, slug=self.slug)


class SetDescription(FaceAction, tag="setDescription"):
    """Set or remove the description."""

    description: LocalizedString | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """An absent description removes it."""
        return lambda facts: replace(facts, description=self.description)


class SetMetaTitle(FaceAction, tag="setMetaTitle"):
    """Set or remove the title for search engines."""

    meta_title: LocalizedString | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """An absent title removes it."""
        return lambda facts: replace(facts, meta_title=self.meta_title)


class SetMetaDescription(FaceAction, tag="setMetaDescription"):
    """Set or remove the description for search engines."""

    meta_description: LocalizedString | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """An absent description removes it."""
        return lambda facts: replace(facts, meta_description=self.meta_description)


class SetMetaKeywords(FaceAction, tag="setMetaKeywords"):
    """Set or remove the keywords for search engines."""

    meta_keywords: LocalizedString | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """Absent keywords remove them."""
        return lambda facts: replace(facts, meta_keywords=self.meta_keywords)


class SetSearchKeywords(FaceAction, tag="setSearchKeywords"):
    """Replace the words, by language, that the product is found by besides its name."""

    search_keywords: dict[str, tuple[dict[str, Any], ...]]

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """An empty object removes them all."""
        return lambda facts: replace(facts, search_keywords=self.search_keywords)


class AddToCategory(FaceAction, tag="addToCategory"):
    """Put the product into a category."""

    category: ResourceIdentifier
    order_hint: str | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """A category that it is in already stays where it is."""
        category = category_of(self.category)
        hint = {category.id: self.order_hint} if self.order_hint is not None else {}
        return lambda facts: replace(
            facts,
            categories=facts.categories if category in facts.categories else (*facts.categories, category),
            category_order_hints={**(facts.category_order_hints or {}), **hint} or None,
        )


class RemoveFromCategory(FaceAction, tag="removeFromCategory"):
    """Take the product out of a category."""

    category: ResourceIdentifier

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """A category that it is not in changes nothing."""
        category = category_of(self.category)
        return lambda facts: replace(
            facts,
            categories=tuple(each for each in facts.categories if each != category),
            category_order_hints=_without(facts.category_order_hints, category.id),
        )


class SetCategoryOrderHint(FaceAction, tag="setCategoryOrderHint"):
    """Set or remove the product's place within a category."""

    category_id: str
    order_hint: str | None = None

    def edit(self, product: Product, building: Building) -> FaceEdit:
        """An absent hint removes it."""
        hint = {self.category_id: self.order_hint} if self.order_hint is not None else {}
        return lambda facts: replace(
            facts,
            category_order_hints={**(_without(facts.category_order_hints, self.category_id) or {}), **hint} or None,
        )


def _without(hints: dict[str, str] | None, category_id: str) -> dict[str, str] | None:
    return {key: hint for key, hint in (hints or {}).items() if key != category_id} or None


class SetKey(ProductAction, tag="setKey"):
    """Set or remove the product's key."""

    key: str | None = None

    def apply(self, product: Product, building: Building) -> Product:
        """Raises InvalidField for what is no key; whether it is taken, the database knows."""
        check_key(self.key)
        return replace(product, key=self.key)


class SetTaxCategory(ProductAction, tag="setTaxCategory"):
    """Set or remove the tax category, for shoppers at once."""

    tax_category: ResourceIdentifier | None = None

    def apply(self, product: Product, building: Building) -> Product:
        """Raises ReferencedResourceNotFound."""
        return replace(product, tax_category=tax_category_of(self.tax_category, building.catalogue))
