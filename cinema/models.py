from cinema.audit.models import Change

__all__ = ["Change"]
