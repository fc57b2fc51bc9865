"""A customer's own attributes: name, e-mail address, numbers, custom fields, and how it signs in."""

from datetime import date
from typing import Any

from msgspec.structs import replace

from handcart.domain.acting import Acting
from handcart.domain.custom_fields import CustomFieldsDraft, FieldContainer
from handcart.domain.customer import (
    AuthenticationMode,
    Customer,
    check_customer_number,
    check_email,
    check_password,
    check_texts,
)
from handcart.domain.customers.action import CustomerAction
from handcart.domain.errors import CustomerNumberFixed, InvalidInput, RequiredField
from handcart.domain.references import ResourceIdentifier
from handcart.domain.updates.attributes import check_key, check_locale


class SetAttribute(CustomerAction):
    """An action with one field, which is called as the customer's: set it, or remove it where it is left out."""

    def check(self, customer: Customer, acting: Acting) -> None:
        """Refuse a value that the attribute cannot have."""

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """The same value changes nothing."""
        (name,) = self.__struct_fields__
        value = getattr(self, name)
        if value == getattr(customer, name):
            return customer
        check_texts(self)
        self.check(customer, acting)
        return replace(customer, **{name: value})


class SetFirstName(SetAttribute, tag="setFirstName"):
    """Set or remove the given name."""

    first_name: str | None = None


class SetLastName(SetAttribute, tag="setLastName"):
    """Set or remove the family name."""

    last_name: str | None = None


class SetMiddleName(SetAttribute, tag="setMiddleName"):
    """Set or remove the middle name."""

    middle_name: str | None = None


class SetTitle(SetAttribute, tag="setTitle"):
    """Set or remove the title, such as ``Dr.``."""

    title: str | None = None


class SetSalutation(SetAttribute, tag="setSalutation"):
    """Set or remove the salutation."""

    salutation: str | None = None


class SetDateOfBirth(SetAttribute, tag="setDateOfBirth"):
    """Set or remove the day of birth."""

    date_of_birth: date | None = None


class SetCompanyName(SetAttribute, tag="setCompanyName"):
    """Set or remove the company's name."""

    company_name: str | None = None


class SetVatId(SetAttribute, tag="setVatId"):
    """Set or remove the VAT number."""

    vat_id: str | None = None


class SetExternalId(SetAttribute, tag="setExternalId"):
    """Set or remove the id that another system knows the customer by."""

    external_id: str | None = None


class SetLocale(SetAttribute, tag="setLocale"):
    """Set or remove the language."""

    locale: str | None = None

    def check(self, customer: Customer, acting: Acting) -> None:
        """Raises InvalidField for a language that neither the acting site nor the project speaks."""
        check_locale(self.locale, acting)


class SetKey(SetAttribute, tag="setKey"):
    """Set or remove the key, unique in the project."""

    key: str | None = None

    def check(self, customer: Customer, acting: Acting) -> None:
        """Raises InvalidField for a malformed key; a duplicate is found by the database."""
        check_key(self.key)


class SetCustomerNumber(SetAttribute, tag="setCustomerNumber"):
    """Set the number that people call the customer by; once set, it stays."""

    customer_number: str | None = None

    def check(self, customer: Customer, acting: Acting) -> None:
        """Raises CustomerNumberFixed, InvalidField; a duplicate is found by the database."""
        if customer.customer_number is not None:
            raise CustomerNumberFixed()
        check_customer_number(self.customer_number)


class ChangeEmail(CustomerAction, tag="changeEmail"):
    """Change the e-mail address, which then is not verified."""

    email: str

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises InvalidField; an address that another customer has is found by the database."""
        if self.email == customer.email:
            return customer
        check_email(self.email)
        return replace(customer, email=self.email, is_email_verified=False)


class SetAuthenticationMode(CustomerAction, tag="setAuthenticationMode"):
    """Sign in with a password, which is set, or elsewhere, which removes it."""

    auth_mode: AuthenticationMode
    password: str | None = None

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """A new password counts as a change, though the document does not show it. Raises RequiredField."""
        if self.auth_mode == "Password":
            if self.password is None:
                raise RequiredField(field="password")
            check_password(self.password)
            return replace(customer, authentication_mode="Password")
        if self.password is not None:
            raise InvalidInput(detail="A customer with the authMode ExternalAuth has no password.")
        if customer.authentication_mode == "ExternalAuth":
            return customer
        return replace(customer, authentication_mode="ExternalAuth")


class SetCustomType(CustomerAction, tag="setCustomType"):
    """Give the customer custom fields of a type, or take them away."""

    type: ResourceIdentifier | None = None
    fields: FieldContainer | None = None

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises InvalidField for a field that the type does not have."""
        draft = CustomFieldsDraft(type=self.type, fields=self.fields) if self.type is not None else None
        custom = acting.catalogue.types.custom_of(draft, kind="customer")
        return customer if custom == customer.custom else replace(customer, custom=custom)


class SetCustomField(CustomerAction, tag="setCustomField"):
    """Set one custom field of the customer, or remove it."""

    name: str
    value: Any = None

    def apply(self, customer: Customer, acting: Acting) -> Customer:
        """Raises InvalidField for a field that the customer's type does not have."""
        custom = acting.catalogue.types.custom_with(customer.custom, name=self.name, value=self.value)
        return customer if custom == customer.custom else replace(customer, custom=custom)
