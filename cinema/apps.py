from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class CinemaConfig(AppConfig):
    name = "cinema"
    verbose_name = "Cinema"


class StaffSiteConfig(AdminConfig):
    default_site = "cinema.site.StaffSite"
