"""The addresses of the API under /api/v1/ (spec §6)."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
