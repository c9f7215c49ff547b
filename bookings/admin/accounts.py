"""Accounts of staff: one that has sold stays, like everything that was sold."""

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from bookings.models import Booking
from cinema.admin import RefusingAdmin
from movies.refusals import InUse

admin.site.unregister(User)


@admin.register(User)
class AccountAdmin(RefusingAdmin, UserAdmin):
    def remove(self, obj: User) -> None:
        """Asked before Django would read every booking that the account has sold."""
        if Booking.objects.filter(sold_by=obj.pk).exists():
            raise InUse(
                str(obj),
                _("tickets were sold by this account. Take away “Active” instead, which locks it"),
            )
        User.objects.get(pk=obj.pk).delete()
