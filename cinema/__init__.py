"""What a provider runs on."""

__version__ = "0.1.0"
