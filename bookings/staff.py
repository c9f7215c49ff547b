"""What staff may do with bookings, over the API as in the admin."""

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser, User


def may_sell(user: User | AnonymousUser | AbstractBaseUser) -> bool:
    """Sell as the box office does."""
    return _may(user, "bookings.add_booking")


def may_cancel(user: User | AnonymousUser | AbstractBaseUser) -> bool:
    """Cancel without the notice that buyers give."""
    return _may(user, "bookings.change_booking")


def _may(user: User | AnonymousUser | AbstractBaseUser, permission: str) -> bool:
    return isinstance(user, User) and user.is_staff and user.has_perm(permission)
