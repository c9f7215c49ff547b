"""The staff's site: Django's admin with pages of its own, each for a task that somebody does daily.

A page is a view with a permission. It is named here by a decorator where it is written, and so
stands in the menu of exactly those who may open it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import admin
from django.contrib.auth.models import AnonymousUser, User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise

View = Callable[..., HttpResponseBase]


@dataclass(frozen=True)
class Page:
    """`permission`: what its visitor needs. `menu`: its place in the menu, None to be left out."""

    route: str
    name: str
    title: str | Promise
    permission: str
    menu: int | None
    view: View

    def is_for(self, user: User | AnonymousUser) -> bool:
        return user.has_perm(self.permission)

    def guarded(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.is_for(request.user):
            raise PermissionDenied
        return self.view(request, *args, **kwargs)


PAGES: list[Page] = []


def page(
    route: str, *, name: str, title: str | Promise, permission: str, menu: int | None = None
) -> Callable[[View], View]:
    """Makes a view a page of the staff's site: `admin:<name>`, at `/admin/<route>`."""

    def register(view: View) -> View:
        PAGES.append(Page(route, name, title, permission, menu, view))
        return view

    return register


def answer(
    request: HttpRequest, template: str, context: dict[str, Any], *, status: int | None = None
) -> TemplateResponse:
    """A page of the staff's site; `context` has at least its `title`."""
    shared = admin.site.each_context(request)
    return TemplateResponse(request, template, {**shared, **context}, status=status)


class StaffSite(admin.AdminSite):
    """Also what `admin.site` is: see `cinema.apps.StaffSiteConfig`."""

    def get_urls(self) -> list[URLPattern | URLResolver]:
        own: list[URLPattern | URLResolver] = [
            path(page.route, self.admin_view(wraps(page.view)(page.guarded)), name=page.name)
            for page in PAGES
        ]
        return own + super().get_urls()

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        return {**super().each_context(request), "menu": self._menu(request)}

    def _menu(self, request: HttpRequest) -> list[dict[str, Any]]:
        if not self.has_permission(request):
            return []
        shown = [page for page in PAGES if page.menu is not None and page.is_for(request.user)]
        shown.sort(key=lambda page: page.menu or 0)
        entries = [(page.title, reverse(f"admin:{page.name}")) for page in shown]
        return [
            {"title": title, "url": url, "current": request.path == url} for title, url in entries
        ]
