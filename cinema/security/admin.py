"""Brings the pages, and takes away those of django-otp: they would show every secret."""

import django_otp.plugins.otp_static.admin
import django_otp.plugins.otp_totp.admin  # noqa: F401 both register theirs
from django.contrib import admin
from django_otp.plugins.otp_static.models import StaticDevice
from django_otp.plugins.otp_totp.models import TOTPDevice

from cinema.security import colleagues, pages  # noqa: F401

admin.site.unregister([StaticDevice, TOTPDevice])
