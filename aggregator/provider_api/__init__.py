"""The provider API as the pages use it: questions in the field's words, answers as plain objects.

Everything raises CityUnavailable when the city can't be asked or answers nonsense, and Refused when
it says no.
"""
