"""Every address of the server; member pages are one shell that routes in the browser."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularJSONAPIView

from config import health
from vault import pages

# Pages that exist; the same list decides which paths the shell answers.
MEMBER_PAGES = ("", "signup/", "login/", "trash/")

urlpatterns = [
    *(path(page, pages.shell) for page in MEMBER_PAGES),
    path("sw.js", pages.service_worker),
    path("api/v1/schema", SpectacularJSONAPIView.as_view(), name="schema"),
    path("api/v1/", include("vault.urls")),
    path("admin/", admin.site.urls),
    path("healthz", health.healthz),
    path("readyz", health.readyz),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
