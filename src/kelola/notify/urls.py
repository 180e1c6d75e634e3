"""Addresses of the notices."""

from __future__ import annotations

from django.urls import URLPattern, path

from kelola.notify.views import news, webhooks, wishes
from kelola.office.policies import Policy, member, office_admin

urlpatterns: list[URLPattern] = [
    path("kabar/", news.news, name="news"),
    path("kabar/dibaca/", news.news_read, name="news_read"),
    path("kabar/<uuid:news_id>/", news.news_open, name="news_open"),
    path("akun/kabar/", wishes.news_wishes, name="news_wishes"),
    path("akun/kabar/uji/", wishes.news_test, name="news_test"),
    path("pengaturan/surat/", wishes.outbox, name="outbox"),
    path("pengaturan/webhook/", webhooks.webhooks, name="webhooks"),
    path("pengaturan/webhook/<uuid:webhook_id>/", webhooks.webhook, name="webhook"),
    path(
        "pengaturan/webhook/<uuid:webhook_id>/rahasia/",
        webhooks.webhook_renew,
        name="webhook_renew",
    ),
    path("pengaturan/webhook/<uuid:webhook_id>/uji/", webhooks.webhook_try, name="webhook_try"),
    path(
        "pengaturan/webhook/kiriman/<uuid:delivery_id>/",
        webhooks.delivery_again,
        name="delivery_again",
    ),
]

POLICIES: dict[str, Policy] = {
    "news": member,
    "news_read": member,
    "news_open": member,
    "news_wishes": member,
    "news_test": member,
    "outbox": office_admin,
    "webhooks": office_admin,
    "webhook": office_admin,
    "webhook_renew": office_admin,
    "webhook_try": office_admin,
    "delivery_again": office_admin,
}
