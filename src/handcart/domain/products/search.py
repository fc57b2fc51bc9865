"""Finding variants by words: case and accents do not count, and every word has to be there somewhere."""

import unicodedata

from handcart.domain.product import Product, ProductVariant

WORDS_MAX = 10


def folded(text: str) -> str:
    """The text as it is compared: without accents, in lower case."""
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(each for each in decomposed if not unicodedata.combining(each)).casefold()


def words_of(query: str) -> list[str]:
    """The words that a search asks for, as they are compared; at most ten count."""
    return folded(query).split()[:WORDS_MAX]


def searchable_text(product: Product, variant: ProductVariant) -> str:
    """What a variant on offer is found by: the product's name and search words in every language, keys and SKU."""
    facts = product.master_data.current
    keywords = [str(each.get("text", "")) for words in facts.search_keywords.values() for each in words]
    parts = [*facts.name.values(), *keywords, product.key or "", variant.sku or "", variant.key or ""]
    return folded(" ".join(dict.fromkeys(each for each in parts if each)))
