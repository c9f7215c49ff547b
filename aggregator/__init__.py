"""The storefront of all cities."""

__version__ = "0.1.0"
