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
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils.functional import Promise

from cinema.audit.acting import logging_in
from cinema.security.lockout import LoginForm
from cinema.security.passing import passed

View = Callable[..., HttpResponseBase]

HOME = 10  # the place in the menu of the page that one sees first


@dataclass(frozen=True)
class Page:
    """`permission`: what its visitor needs, None: to be staff. `menu`: its place in the menu, None
    to be left out."""

    route: str
    name: str
    title: str | Promise
    permission: str | None
    menu: int | None
    view: View

    def is_for(self, user: User | AnonymousUser) -> bool:
        return self.permission is None or user.has_perm(self.permission)

    @property
    def guarded(self) -> View:
        @wraps(self.view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.is_for(request.user):
                raise PermissionDenied
            return self.view(request, *args, **kwargs)

        return guarded


PAGES: list[Page] = []


def page(
    route: str,
    *,
    name: str,
    title: str | Promise,
    permission: str | None,
    menu: int | None = None,
) -> Callable[[View], View]:
    """Makes a view a page of the staff's site: `admin:<name>`, at `/admin/<route>`. The outermost
    decorator: what is put around it later is no part of the page."""

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

    login_form = LoginForm

    def has_permission(self, request: HttpRequest) -> bool:
        """Staff who have shown everything that their account asks for at a login."""
        return super().has_permission(request) and passed(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        waits_for_code = request.user.is_active and request.user.is_staff and not passed(request)
        if request.method == "GET" and waits_for_code:
            where = request.GET.urlencode()
            return redirect(f"{reverse('admin:verify')}?{where}")
        with logging_in():
            return super().login(request, extra_context)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        from cinema.security.pages import verify  # which is a page of this site

        own: list[URLPattern | URLResolver] = [
            path(page.route, self.admin_view(page.guarded), name=page.name) for page in PAGES
        ]
        own.append(path("security/verify/", verify, name="verify"))
        return own + super().get_urls()

    def index(  # type: ignore[override]
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponseBase:
        """Today, for whom it concerns; else what there is to do."""
        home = next((page for page in PAGES if page.menu == HOME), None)
        if home and home.is_for(request.user):
            return home.view(request)
        return super().index(request, extra_context)

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
