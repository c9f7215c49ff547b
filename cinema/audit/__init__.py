"""The audit trail: who changed what, from what, to what, recorded by the database itself.

Triggers (migration 0003) write a row per change, whoever made it: a page, the API, a command, a
statement by hand. Who it was comes from `pghistory.context`, see `cinema.audit.acting`.
"""
