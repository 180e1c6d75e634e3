"""Addresses of the notices and who may open them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from django.urls import URLPattern

    from kelola.office.policies import Policy

urlpatterns: list[URLPattern] = []

POLICIES: dict[str, Policy] = {}
