"""Names and numbers with the part hidden that would tell who it is."""

from __future__ import annotations


def mask_phone(phone: str) -> str:
    """A phone number with its middle hidden: 138****1234."""
    if len(phone) >= 11:
        return f"{phone[:3]}****{phone[-4:]}"
    return f"****{phone[-2:]}" if len(phone) >= 8 else "****"


def mask_name(name: str) -> str:
    """A name of which only the first character is left: 王**."""
    return f"{name[:1]}**"
