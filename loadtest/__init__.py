"""Visitors, buyers and bots in numbers, and the proof that no seat was sold twice meanwhile.

Speaks the provider's API from outside, and shares no Python with the provider or the site;
`torture` and `bench` start servers of their own, as the demo does.
"""
