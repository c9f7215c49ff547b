"""What the OWASP API Security Top 10 (2023) warns of, asked of all addresses or fields at once, so
that a new one is asked too. docs/threat-model.md says where the rest is tested."""
