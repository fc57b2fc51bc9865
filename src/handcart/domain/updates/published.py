"""The update actions of the published interface."""

PUBLISHED_CART_ACTIONS = frozenset(
    """addCustomLineItem addCustomShippingMethod addDiscountCode addItemShippingAddress addLineItem addPayment
    addShippingMethod addShoppingList applyDeltaToCustomLineItemShippingDetailsTargets
    applyDeltaToLineItemShippingDetailsTargets changeCustomLineItemMoney changeCustomLineItemPriceMode
    changeCustomLineItemQuantity changeLineItemQuantity changeLineItemsOrder changePriceRoundingMode
    changeTaxCalculationMode changeTaxMode changeTaxRoundingMode freezeCart lockCart recalculate removeCustomLineItem
    removeDiscountCode removeItemShippingAddress removeLineItem removePayment removeShippingMethod setAnonymousId
    setBillingAddress setBillingAddressCustomField setBillingAddressCustomType setBusinessUnit setCartTotalTax
    setCountry setCustomField setCustomLineItemCustomField setCustomLineItemCustomType
    setCustomLineItemRecurrenceInfo setCustomLineItemShippingDetails setCustomLineItemTaxAmount
    setCustomLineItemTaxRate setCustomShippingMethod setCustomType setCustomerEmail setCustomerGroup setCustomerId
    setDeleteDaysAfterLastModification setDirectDiscounts setEstimatedDelivery setItemShippingAddressCustomField
    setItemShippingAddressCustomType setKey setLineItemCustomField setLineItemCustomType
    setLineItemDistributionChannel setLineItemInventoryMode setLineItemPrice setLineItemRecurrenceInfo
    setLineItemShippingDetails setLineItemSupplyChannel setLineItemTaxAmount setLineItemTaxRate
    setLineItemTotalPrice setLocale setPurchaseOrderNumber setReservationExpirationInMinutes setShippingAddress
    setShippingAddressCustomField setShippingAddressCustomType setShippingCustomField setShippingCustomType
    setShippingMethod setShippingMethodTaxAmount setShippingMethodTaxRate setShippingRateInput unfreezeCart unlockCart
    updateItemShippingAddress""".split()
)
"""Every action of the published interface: one that is not built yet is refused by name, never as unknown."""

OWN_CART_ACTIONS = frozenset({"adjustLineItemPrice"})
"""Handcart's own actions beside those."""
