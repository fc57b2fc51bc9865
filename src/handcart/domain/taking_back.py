"""A cart being put back, value by value; in the end it is read as a cart again."""

from typing import Any

import msgspec
from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.cart import Cart, CustomLineItem, ItemState, LineItem, cart_decoder
from handcart.domain.document import encode
from handcart.domain.event import plain
from handcart.domain.intents import ORDER
from handcart.domain.ledger import Ledger
from handcart.domain.line import INITIAL_STATE, is_same_line, with_quantity
from handcart.domain.price_selection import circumstances_of
from handcart.domain.shipping_price import shipping_of

_line_decoder = msgspec.json.Decoder(LineItem)


class TakenBack:
    """The present cart, and what it becomes. ``refused``: path, reason, how it is now, how it was."""

    def __init__(self, cart: Cart, ledger: Ledger) -> None:
        self._cart = cart
        self._ledger = ledger
        self._whole: dict[str, Any] = plain(cart)
        self._lines: dict[str, dict[str, Any]] = {
            f"{kind}/{each['id']}": each for kind in ("lineItems", "customLineItems") for each in self._whole[kind]
        }
        self._quantities: dict[str, int] = {path: line["quantity"] for path, line in self._lines.items()}
        self._now = dict(self._quantities)
        self._order: list[str] = []
        """The order to be put back, if any."""
        self._method = _method_of(cart)
        self.refused: list[tuple[str, Any, Any, Any]] = []

    def quantity(self, line: str) -> int:
        """How many there are of a line now."""
        return self._quantities.get(line, 0)

    def is_there(self, path: str) -> bool:
        """Whether there is something to set this value of: lines go and come before anything is said of them."""
        head, *steps = path.split("/")
        return head not in ("lineItems", "customLineItems") or self.quantity(f"{head}/{steps[0]}") > 0

    def set_quantity(self, line: str, quantity: int) -> None:
        """Let a line go (0), stay, or come back as it was when it went."""
        if line not in self._lines:
            if quantity == 0 or line not in self._ledger.removed:
                return
            self._lines[line] = dict(self._ledger.removed[line][1])
        self._quantities[line] = quantity

    def set_value(self, path: str, value: Any) -> None:
        """Put one value back; None takes it away."""
        head, *steps = path.split("/")
        if path == ORDER:
            self._order = value or []
        elif head in ("lineItems", "customLineItems"):
            _set_in_line(self._lines[f"{head}/{steps[0]}"], steps[1:], value)
        elif head == "discountCodes":
            self._set_code(steps[0], is_there=bool(value))
        elif head == "itemShippingAddresses":
            self._set_item_address(steps[0], value)
        elif head == "shippingInfo":
            self._method = value
        elif head == "custom":
            _set_custom(self._whole, steps, value)
        else:
            _put(self._whole, head, value)

    def _set_code(self, code_id: str, *, is_there: bool) -> None:
        codes = [each for each in self._whole["discountCodes"] if each["discountCode"]["id"] != code_id]
        if is_there:
            code = {"discountCode": {"typeId": "discount-code", "id": code_id}, "state": "DoesNotMatchCart"}
            codes.append(code)
        self._whole["discountCodes"] = codes

    def _set_item_address(self, key: str, address: dict[str, Any] | None) -> None:
        addresses = {each["key"]: each for each in self._whole["itemShippingAddresses"]}
        _put(addresses, key, address)
        self._whole["itemShippingAddresses"] = list(addresses.values())

    def cart(self, acting: Acting) -> Cart:
        """The cart that this makes, not priced yet."""
        self._drop_what_came_again()
        self._keep_addresses_in_use()
        lines = [self._lines[f"lineItems/{each}"] for each in self._placed()]
        customs = [line for path, line in self._lines.items() if path.startswith("custom") and self._quantities[path]]
        whole = {**self._whole, "lineItems": lines, "customLineItems": customs}
        cart = cart_decoder.decode(encode(whole))
        cart = replace(
            cart,
            line_items=tuple(self._counted(each, acting) for each in cart.line_items),
            custom_line_items=tuple(self._counted_custom(each) for each in cart.custom_line_items),
        )
        return self._shipped(cart, acting)

    def _drop_what_came_again(self) -> None:
        """A line that went and was put in anew since does not come back beside that, if that is somebody's word by now:
        what is left of it, or what somebody has made of it after an operator.
        """
        for path in [each for each in self._coming() if self._quantities[each] > 0]:
            went = self._ledger.removed[path][0]
            for other, added in self._ledger.added.items():
                if added > went and other in self._lines and self._are_same(path, other) and self._holds(other):
                    now, was = self._quantities[other], self._quantities[path]
                    self.refused.append((f"{path}/quantity", "AddedAgain", now, was))
                    self._quantities[path] = 0
                    break

    def _holds(self, line: str) -> bool:
        """Whether a line stays; one of an operator's alone does where another hand has said how many."""
        if self._quantities[line] > 0:
            return True
        if line not in self._now or not self._ledger.units[line].is_touched:
            return False
        self._quantities[line] = self._now[line]
        return True

    def _coming(self) -> list[str]:
        return [each for each in self._lines if each not in self._now]

    def _are_same(self, path: str, other: str) -> bool:
        line, there = self._lines[path], self._lines[other]
        if path.startswith("customLineItems"):
            return other.startswith("customLineItems") and line["slug"] == there["slug"]
        if not other.startswith("lineItems"):
            return False
        return is_same_line(_line_from(line), _line_from(there)) or (
            line.get("key") is not None and line.get("key") == there.get("key")
        )

    def _keep_addresses_in_use(self) -> None:
        kept = {each["key"] for each in self._whole["itemShippingAddresses"]}
        for address in plain(self._cart.item_shipping_addresses):
            is_used = any(address["key"] in _goes_to(x) for path, x in self._lines.items() if self._quantities[path])
            if address["key"] not in kept and is_used:
                self._whole["itemShippingAddresses"].append(address)
                self.refused.append((f"itemShippingAddresses/{address['key']}", "StillUsed", address, None))

    def _placed(self) -> list[str]:
        """The ids of the lines in order; one that comes back stands behind what it stood behind."""
        placed = [each.id for each in self._cart.line_items if self._quantities[f"lineItems/{each.id}"] > 0]
        for path in self._lines:
            line_id = path.partition("/")[2]
            if path.startswith("lineItems/") and self._quantities[path] > 0 and line_id not in placed:
                before = self._ledger.removed[path][2]
                ahead = before[: before.index(line_id)] if line_id in before else []
                at = max((placed.index(each) + 1 for each in ahead if each in placed), default=0)
                placed.insert(at, line_id)
        there, named = set(placed), set(self._order)
        ordered = iter([each for each in self._order if each in there])
        return [next(ordered) if each in named else each for each in placed]

    def _counted(self, line: LineItem, acting: Acting) -> LineItem:
        counted = with_quantity(line, self._quantities[f"lineItems/{line.id}"], acting.now)
        details = counted.shipping_details
        if details is None:
            return counted
        is_valid = sum(each.quantity for each in details.targets) == counted.quantity
        return replace(counted, shipping_details=replace(details, valid=is_valid))

    def _counted_custom(self, line: CustomLineItem) -> CustomLineItem:
        quantity = self._quantities[f"customLineItems/{line.id}"]
        if quantity == line.quantity:
            return line
        return replace(line, quantity=quantity, state=(ItemState(quantity=quantity, state=INITIAL_STATE),))

    def _shipped(self, cart: Cart, acting: Acting) -> Cart:
        now, was = _method_of(cart), self._method
        if was == now:
            return cart
        if was is None:
            return replace(cart, shipping_info=None)
        catalogue = acting.catalogue
        method = catalogue.shipping_methods.get(was)
        currency = circumstances_of(cart, acting.site, acting.now).currency
        shipping = shipping_of(method, cart, catalogue=catalogue, currency=currency, subtotal=0) if method else None
        if shipping is None:
            self.refused.append(("shippingInfo", "ShippingMethodNotAvailable", now, was))
            return cart
        return replace(cart, shipping_info=shipping)


def _method_of(cart: Cart) -> str | None:
    method = cart.shipping_info.shipping_method if cart.shipping_info is not None else None
    return method.id if method is not None else None


def _put(within: dict[str, Any], name: str, value: Any) -> None:
    if value is None:
        within.pop(name, None)
    else:
        within[name] = value


def _set_in_line(line: dict[str, Any], steps: list[str], value: Any) -> None:
    if steps[0] == "custom":
        _set_custom(line, steps[1:], value)
    elif steps[0] == "price":
        line.update(value if value is not None else {"priceMode": "Platform"})
    elif steps[0] == "shippingDetails":
        _put(line, "shippingDetails", {"targets": value, "valid": True} if value is not None else None)
    else:
        _put(line, steps[0], value)


def _set_custom(within: dict[str, Any], steps: list[str], value: Any) -> None:
    """The type (no steps), which takes all fields with it, or one field of a type."""
    custom = within.get("custom")
    if not steps:
        if value is None:
            within.pop("custom", None)
        elif custom is None or custom["type"]["id"] != value:
            within["custom"] = {"type": {"typeId": "type", "id": value}, "fields": {}}
    elif custom is not None and custom["type"]["id"] == steps[0]:
        fields = dict(custom["fields"])
        _put(fields, steps[1], value)
        within["custom"] = {**custom, "fields": fields}


def _goes_to(line: dict[str, Any]) -> set[str]:
    details = line.get("shippingDetails")
    return {each["addressKey"] for each in details["targets"]} if details is not None else set()


def _line_from(line: dict[str, Any]) -> LineItem:
    return _line_decoder.decode(encode(line))
