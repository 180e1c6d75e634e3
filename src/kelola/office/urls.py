"""Addresses of sign-in and account.

Every app's ``urls.py`` names the policy of each of its addresses in ``POLICIES``. The face lies
below the policies, so the policies of its addresses stand here.
"""

from __future__ import annotations

from allauth.account import views as allauth
from django.urls import path
from django.views.decorators.http import require_POST

from kelola.office.policies import Policy, member, public, signed_in
from kelola.office.views import switching

urlpatterns = [
    path("masuk/", allauth.login, name="account_login"),
    path("masuk/konfirmasi/", allauth.reauthenticate, name="account_reauthenticate"),
    path("keluar/", require_POST(allauth.logout), name="account_logout"),
    path("akun/sandi/", allauth.password_change, name="account_change_password"),
    path("akun/ditutup/", allauth.account_inactive, name="account_inactive"),
    path("kantor/ganti/", switching.office_switch, name="office_switch"),
]

POLICIES: dict[str, Policy] = {
    "account_login": public,
    "account_reauthenticate": signed_in,
    "account_logout": public,
    "account_change_password": signed_in,
    "account_inactive": public,
    "office_switch": member,
    "ui_theme": public,
    "set_language": public,
}
