"""Writes the products and the stock of demo.json from demo_products.csv; everything else there is written by hand.

python examples/make_demo.py
"""

import csv
import json
import re
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
WIDTH = 120

BIRCH, SALTMARSH, INKWELL, PIER = "birch", "saltmarsh", "inkwell", "pier-7"
COLUMN = {BIRCH: ("usd", "USD"), SALTMARSH: ("eur", "EUR"), INKWELL: ("inkwell", "USD")}
ROASTED = {"light": "hell", "medium": "mittel", "dark": "dunkel"}
TENTHS = {("coffee", "1kg"): 36, ("tea", "250g"): 21, ("ink", "80ml"): 22}
"""What a larger option costs, in tenths of the price in the table."""

TRADE_PERCENT = 85
"""What companies pay for a kilo of coffee."""

PLAIN = {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "ú": "u", "'": ""}

Row = dict[str, str]


def products_and_stock() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The sections ``products`` and ``inventory``: stock is 40, 25 or 60 of what the documentation tells of, and some
    plausible number, now and then none, of everything else."""
    with (HERE / "demo_products.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table, delimiter=";"))
    products: list[dict[str, Any]] = []
    stock: list[dict[str, Any]] = []
    number = count(1)
    for row in rows:
        products.append(product_of(row))
        for sku, _ in variants_in(row):
            stock += stock_of(row, sku, next(number))
    return products, stock


def variants_in(row: Row) -> list[tuple[str, str]]:
    """SKU and option of each variant; the product itself is one where it has no options."""
    sku = row["key"].upper()
    options = row["options"].split("|") if row["options"] else []
    return [(f"{sku}-{option.upper().replace(' ', '')}", option) for option in options] or [(sku, "")]


def product_of(row: Row) -> dict[str, Any]:
    """A draft with all its variants, published."""
    master, *others = [variant_of(row, sku, option) for sku, option in variants_in(row)]
    kind = row["kind"] if row["kind"] in ("coffee", "tea") else "ware"
    return {
        "key": row["key"],
        "productType": {"typeId": "product-type", "key": kind},
        "name": texts(row["en"], row["de"]),
        "slug": texts(slug_of(row["en"]), slug_of(row["de"])),
        "description": description_of(row),
        "taxCategory": {"typeId": "tax-category", "key": "standard"},
        "publish": True,
        "masterVariant": master,
        **({"variants": others} if others else {}),
    }


def variant_of(row: Row, sku: str, option: str) -> dict[str, Any]:
    """A variant with its prices in each of the shops that sell it."""
    prices = [price for shop, (column, _) in COLUMN.items() if row[column] for price in prices_of(row, option, shop)]
    attributes = [{"name": name, "value": value} for name, value in attributes_of(row, option)]
    return {"sku": sku, "prices": prices, **({"attributes": attributes} if attributes else {})}


def attributes_of(row: Row, option: str) -> Iterator[tuple[str, Any]]:
    """Names and values."""
    if row["kind"] == "coffee":
        yield "roast", texts(row["detail"], ROASTED[row["detail"]])
        yield "origin", row["detail_de"]
        yield "weight", option
    elif row["kind"] == "tea":
        yield "leaf", texts(row["detail"], row["detail_de"])
        yield "weight", option
    elif option:
        yield "choice", option


def prices_of(row: Row, option: str, shop: str) -> Iterator[dict[str, Any]]:
    """The prices of an option in a shop; a sale holds in the first shop that sells the product."""
    column, currency = COLUMN[shop]
    tenths = TENTHS.get((row["kind"], option), 10)
    channel = {"channel": {"typeId": "channel", "key": f"prices-{shop}"}}

    def money(cents: str, percent: int = 100) -> dict[str, Any]:
        exact = int(cents) * tenths * percent // 1000
        return {"currencyCode": currency, "centAmount": exact // 50 * 50 if tenths > 10 else exact}

    is_first = shop == next(each for each, (name, _) in COLUMN.items() if row[name])
    sale = {"discounted": {"value": money(row["sale"])}} if row["sale"] and is_first else {}
    yield {"value": money(row[column]), **channel, **sale}
    if option == "1kg":
        group = {"customerGroup": {"typeId": "customer-group", "key": "trade"}}
        yield {"value": money(row[column], TRADE_PERCENT), **channel, **group}


def stock_of(row: Row, sku: str, number: int) -> Iterator[dict[str, Any]]:
    """What lies in the warehouses of the shops that sell it, and in the shop on the pier."""
    is_told_of = row["kind"] == "ware"
    for place, told, (column, _) in zip(COLUMN, (40, 25, 60), COLUMN.values(), strict=True):
        some = 0 if number % 29 == 0 else 4 + number * (7 + len(place)) % 37
        if row[column]:
            yield counted(sku, f"stock-{place}", told if is_told_of else some)
    if sku in ("MUG", "BEANS"):
        yield counted(sku, PIER, {"MUG": 5, "BEANS": 12}[sku])
    elif row["kind"] in ("coffee", "cup") and number % 3 == 0:
        yield counted(sku, PIER, 1 + number % 5)


def counted(sku: str, place: str, quantity: int) -> dict[str, Any]:
    """An entry of the inventory."""
    return {"sku": sku, "supplyChannel": {"typeId": "channel", "key": place}, "quantityOnStock": quantity}


def description_of(row: Row) -> dict[str, str]:
    """A sentence about it, in both languages."""
    roast, origin = row["detail"], row["detail_de"]
    if row["kind"] == "coffee":
        return texts(
            f"Whole beans from {origin}, {roast} roast.", f"Ganze Bohnen, {origin}, {ROASTED[roast]} geröstet."
        )
    if row["kind"] == "tea":
        return texts(f"Loose leaf, {row['detail']}.", f"Lose Blätter, {row['detail_de']}.")
    return texts(row["detail"], row["detail_de"])


def texts(english: str, german: str) -> dict[str, str]:
    """A text in both languages of the demo."""
    return {"en-US": english, "de-DE": german}


def slug_of(name: str) -> str:
    """A name as it stands in the address of a page."""
    plain = re.sub("[äöüßú']", lambda found: PLAIN[found[0]], name.lower())
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


def written(value: Any, indent: int = 0, before: int = 0) -> str:
    """JSON in which whatever fits into a line stands in one; ``before`` characters of it are taken already."""
    short = json.dumps(value, ensure_ascii=False)
    if not value or not isinstance(value, dict | list) or (indent > 2 and before + len(short) < WIDTH):
        return short
    inner = indent + 2
    if isinstance(value, dict):
        names = {json.dumps(name): each for name, each in value.items()}
        parts = [f"{name}: {written(each, inner, inner + len(name) + 2)}" for name, each in names.items()]
    else:
        parts = [written(each, inner, inner) for each in value]
    opening, closing = "{}" if isinstance(value, dict) else "[]"
    pad = " " * inner
    return f"{opening}\n{pad}" + f",\n{pad}".join(parts) + f"\n{' ' * indent}{closing}"


def main() -> None:
    """Write the file anew; what is written by hand keeps its words and its order."""
    file = HERE / "demo.json"
    demo = json.loads(file.read_text(encoding="utf-8"))
    demo["products"], demo["inventory"] = products_and_stock()
    file.write_text(written(demo) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
