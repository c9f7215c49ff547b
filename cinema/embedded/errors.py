class EmbeddedPostgresError(Exception):
    """One sentence: what was wrong and what to do about it."""
