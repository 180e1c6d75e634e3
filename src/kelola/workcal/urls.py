"""Addresses of the calendar: everybody reads it, administrators change it."""

from __future__ import annotations

from django.urls import path

from kelola.office.policies import Policy, member, office_admin
from kelola.workcal.views import changes, confirmation, dues, withdrawals, year

urlpatterns = [
    path("kalender/", year.calendar, name="calendar"),
    path("kalender/hitung/", dues.calendar_due, name="calendar_due"),
    path("kalender/pengesahan/", confirmation.calendar_confirm, name="calendar_confirm"),
    path("kalender/hari/", changes.calendar_day, name="calendar_day"),
    path("kalender/penutupan/", changes.calendar_closure, name="calendar_closure"),
    path("kalender/jam/", changes.calendar_hours, name="calendar_hours"),
    path("kalender/jam-lain/", changes.calendar_season, name="calendar_season"),
    path("kalender/zona/", changes.calendar_zone, name="calendar_zone"),
    path(
        "kalender/hari/<uuid:row_id>/cabut/",
        withdrawals.calendar_withdraw_day,
        name="calendar_withdraw_day",
    ),
    path(
        "kalender/penutupan/<uuid:row_id>/cabut/",
        withdrawals.calendar_withdraw_closure,
        name="calendar_withdraw_closure",
    ),
    path(
        "kalender/jam-lain/<uuid:row_id>/cabut/",
        withdrawals.calendar_withdraw_season,
        name="calendar_withdraw_season",
    ),
]

POLICIES: dict[str, Policy] = {
    "calendar": member,
    "calendar_due": member,
    "calendar_confirm": office_admin,
    "calendar_day": office_admin,
    "calendar_closure": office_admin,
    "calendar_hours": office_admin,
    "calendar_season": office_admin,
    "calendar_zone": office_admin,
    "calendar_withdraw_day": office_admin,
    "calendar_withdraw_closure": office_admin,
    "calendar_withdraw_season": office_admin,
}
