class Failed(Exception):
    """A sentence. Of a run in which anything failed no figure is reported."""
