"""Fixture F in the database, without the loader: what `examples/reference.json` says, as rows."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from argon2 import PasswordHasher

from handcart.domain.permissions import ROLE_BEHAVIOURS
from handcart.domain.products.types import DEFAULT_PRODUCT_TYPE_ID
from handcart.store.products import product_decoder, skus_of
from tests.database import Sql

FILE = Path(__file__).parents[1] / "examples" / "reference.json"
NOW = datetime.now(UTC)
STAMPS = {"version": 1, "createdAt": "2026-01-01T00:00:00.000Z", "lastModifiedAt": "2026-01-01T00:00:00.000Z"}
TAKEN = {"types": "type", "channels": "channel", "taxCategories": "tax-category", "zones": "zone"}
TAKEN |= {"shippingMethods": "shipping-method", "sites": "store", "businessUnits": "business-unit"}
DEFAULTS: dict[str, dict[str, Any]] = {
    "shipping-method": {"active": True},
    "business-unit": {"status": "Active"},
    "store": {"productSelections": []},
}


def money(value: dict[str, Any]) -> dict[str, Any]:
    return {"type": "centPrecision", "fractionDigits": 2, **value}


class Rows:
    def __init__(self, sql: Sql) -> None:
        self.sql = sql
        self.file = json.loads(FILE.read_text())
        self.project = self.file["project"]["key"]
        self.ids: dict[tuple[str, str], str] = {}

    def by_id(self, value: Any) -> Any:
        if isinstance(value, list):
            return [self.by_id(each) for each in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"typeId", "key"}:
            return {"typeId": value["typeId"], "id": self.ids[value["typeId"], value["key"]]}
        if set(value) == {"currencyCode", "centAmount"}:
            return money(value)
        return {name: self.by_id(each) for name, each in value.items()}

    def insert(self, table: str, **values: Any) -> None:
        marks = ", ".join(f"${number}" for number in range(2, len(values) + 2))
        self.sql.execute(
            f"INSERT INTO {table} (project, {', '.join(values)}) VALUES ($1, {marks})", self.project, *values.values()
        )

    def resource(self, kind: str, name: str, document: dict[str, Any]) -> None:
        text = json.dumps(document, ensure_ascii=False).encode()
        key = document.get("key")
        self.insert("resources", kind=kind, id=name, key=key, version=1, document=text, created_at=NOW, modified_at=NOW)


def load(sql: Sql) -> str:
    rows = Rows(sql)
    file = rows.file
    settings = {**file["project"], "version": 1, "createdAt": STAMPS["createdAt"]}
    sql.execute("INSERT INTO projects (key, document) VALUES ($1, $2)", rows.project, json.dumps(settings).encode())
    for section, kind in [*TAKEN.items(), ("customers", "customer"), ("products", "product")]:
        for each in file[section]:
            rows.ids[kind, each["key"]] = str(uuid4())
    _load_resources(rows)
    _load_products(rows)
    _load_people(rows)
    return rows.project


def _load_resources(rows: Rows) -> None:
    for section, kind in TAKEN.items():
        for each in rows.file[section]:
            document = {"id": rows.ids[kind, each["key"]], **STAMPS, **DEFAULTS.get(kind, {}), **rows.by_id(each)}
            if kind == "store" and each.get("host"):
                document["registrableDomain"] = ".".join(each["host"].rsplit(".", 2)[-2:])
            for rate in document.get("zoneRates", ()):
                for shipping_rate in rate["shippingRates"]:
                    shipping_rate.setdefault("tiers", [])
            rows.resource(kind, document["id"], document)
    for group in rows.file["siteGroups"]:
        rows.resource("site-group", group["id"], {**group, "sites": [each["id"] for each in group["sites"]]})


def _load_products(rows: Rows) -> None:
    for each in rows.file["products"]:
        variant = {"id": 1, "attributes": [], "images": [], "assets": [], **rows.by_id(each["masterVariant"])}
        variant["prices"] = [{"id": str(uuid4()), **price} for price in variant["prices"]]
        facts = {name: each[name] for name in ("name", "slug", "description")}
        facts |= {"categories": [], "masterVariant": variant, "variants": [], "searchKeywords": {}, "attributes": []}
        product = {
            "id": rows.ids["product", each["key"]],
            **STAMPS,
            "key": each["key"],
            "productType": {"typeId": "product-type", "id": DEFAULT_PRODUCT_TYPE_ID},
            "taxCategory": rows.by_id(each["taxCategory"]),
            "masterData": {"current": facts, "staged": facts, "published": True, "hasStagedChanges": False},
        }
        text = json.dumps(product, ensure_ascii=False).encode()
        rows.insert(
            "products",
            id=product["id"],
            key=each["key"],
            version=1,
            published=True,
            document=text,
            created_at=NOW,
            modified_at=NOW,
        )
        for sku, search_text in skus_of(product_decoder.decode(text)).items():
            rows.insert("product_skus", sku=sku, product_id=product["id"], search_text=search_text)
    for each in rows.file["inventory"]:
        rows.insert(
            "inventory",
            id=uuid4(),
            sku=each["sku"],
            channel_id=rows.by_id(each["supplyChannel"])["id"],
            version=1,
            quantity_on_stock=each["quantityOnStock"],
            available_quantity=each["quantityOnStock"],
            created_at=NOW,
            modified_at=NOW,
        )


def _load_people(rows: Rows) -> None:
    password = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("pw")
    for each in rows.file["customers"]:
        document = {
            "id": rows.ids["customer", each["key"]],
            **STAMPS,
            "addresses": [],
            "isEmailVerified": False,
            "shippingAddressIds": [],
            "billingAddressIds": [],
        }
        document |= {name: value for name, value in each.items() if name != "password"}
        document |= {"stores": [], "authenticationMode": "Password", "customerGroupAssignments": []}
        rows.insert(
            "customers",
            id=document["id"],
            key=each["key"],
            email=each["email"],
            stores=[],
            password_hash=password,
            version=1,
            document=json.dumps(document).encode(),
            created_at=NOW,
            modified_at=NOW,
        )
    for key, behaviours in ROLE_BEHAVIOURS.items():
        rows.insert("roles", key=key, name=key, behaviours=sorted(behaviours))
    for each in rows.file["staff"]:
        rows.insert(
            "staff",
            id=uuid4(),
            username=each["username"],
            name=each["name"],
            password_hash=password,
            roles=each["roles"],
        )
    for each in rows.file["apiClients"]:
        digest = sha256("\0".join((rows.project, each["id"], each["secret"])).encode()).digest()
        scopes = [f"{scope}:{rows.project}" for scope in each["scopes"]]
        rows.insert("api_clients", id=each["id"], secret_hash=digest, name=each["name"], scopes=scopes)
