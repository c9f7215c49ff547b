"""Breaks the running demo on purpose, says what should happen, and looks whether it did."""
