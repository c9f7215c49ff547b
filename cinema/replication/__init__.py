"""Read replicas: who may be read from, and how a caller sees its own writes.

`position`    where a write is in the primary's log, as a signed token callers carry
`monitor`     what each server is known to be: alive, how far it has replayed, how far behind
`reading`     which server answers one read request
`router`      makes Django's ORM follow that choice
`middleware`  the token in and out; no write is acknowledged that no standby has

The measured facts behind it: docs/adr/0003-replicas.md and 0004-durability.md.
"""
