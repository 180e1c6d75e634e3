"""Addresses of the notices."""

from __future__ import annotations

from django.urls import URLPattern, path

from kelola.notify.views import news, wishes
from kelola.office.policies import Policy, member, office_admin

urlpatterns: list[URLPattern] = [
    path("kabar/", news.news, name="news"),
    path("kabar/dibaca/", news.news_read, name="news_read"),
    path("kabar/<uuid:news_id>/", news.news_open, name="news_open"),
    path("akun/kabar/", wishes.news_wishes, name="news_wishes"),
    path("akun/kabar/uji/", wishes.news_test, name="news_test"),
    path("pengaturan/surat/", wishes.outbox, name="outbox"),
]

POLICIES: dict[str, Policy] = {
    "news": member,
    "news_read": member,
    "news_open": member,
    "news_wishes": member,
    "news_test": member,
    "outbox": office_admin,
}
