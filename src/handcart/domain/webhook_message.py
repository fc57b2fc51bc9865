"""What a webhook tells: an order in the words of Oracle Commerce beside the wire's own, or the receipt of a merge.

A guest's ``anonymousId`` is a bearer secret and is in neither.
"""

from typing import Any

from msgspec.structs import replace

from handcart.domain.cart import LineItem
from handcart.domain.document import Timestamp, encode
from handcart.domain.event import plain
from handcart.domain.order import Order
from handcart.domain.receipt import MergeReceipt


def order_message(order: Order) -> bytes:
    """``{type, timestamp, siteId, order}``: the order's document, and besides ``orderId``, ``profileId``,
    ``submittedDate``, ``commerceItems`` and ``shippingGroups``, with the site of each item (S4-38).
    """
    document: dict[str, Any] = plain(replace(order, anonymous_id=None))
    document |= {
        "orderId": order.id,
        "profileId": order.customer_id,
        "submittedDate": _submitted_at(order),
        "commerceItems": [_commerce_item(each) for each in order.line_items],
        "shippingGroups": [_shipping_group(order)] if order.shipping_address is not None else [],
    }
    submitted_at = _submitted_at(order)
    return encode({"type": "orderSubmit", "timestamp": submitted_at, "siteId": order.site_id, "order": document})


def _submitted_at(order: Order) -> Timestamp:
    """An offline order is submitted long after it was begun."""
    return next((each.at for each in order.status_history if each.status == "Submitted"), order.created_at)


def _commerce_item(line: LineItem) -> dict[str, Any]:
    return {
        "id": line.id,
        "productId": line.product_id,
        "sku": line.variant.sku,
        "catalogRefId": line.variant.sku,
        "quantity": line.quantity,
        "siteId": line.site_id,
        "unitPrice": plain(line.price.value),
        "totalPrice": plain(line.total_price),
    }


def _shipping_group(order: Order) -> dict[str, Any]:
    shipping = order.shipping_info
    return {
        "shippingAddress": plain(order.shipping_address),
        "shippingMethod": shipping.shipping_method_name if shipping is not None else None,
        "price": plain(shipping.price) if shipping is not None else None,
        "items": [{"commerceItemId": each.id, "quantity": each.quantity} for each in order.line_items],
    }


def merge_message(receipt: MergeReceipt) -> bytes:
    """``{type, timestamp, merge}``: the receipt, with the site of each line."""
    return encode({"type": "cartMerge", "timestamp": receipt.at, "merge": receipt})
