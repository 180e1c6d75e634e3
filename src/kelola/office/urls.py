"""Addresses of sign-in and account, people, posts and the office's settings.

Every app's ``urls.py`` names the policy of each of its addresses in ``POLICIES``. The face lies
below the policies, so the policies of its addresses stand here.
"""

from __future__ import annotations

from allauth.account import views as allauth
from allauth.mfa.base import views as factors
from allauth.mfa.webauthn import views as passkeys
from django.urls import path
from django.views.decorators.http import require_POST

from kelola.office.policies import Policy, member, office_admin, public, signed_in
from kelola.office.views import (
    account,
    account_factors,
    account_lock,
    account_settings,
    entry,
    people,
    posts,
    saved,
    settings,
    switching,
)

urlpatterns = [
    path("masuk/", allauth.login, name="account_login"),
    path("masuk/konfirmasi/", allauth.reauthenticate, name="account_reauthenticate"),
    path("keluar/", require_POST(allauth.logout), name="account_logout"),
    path("akun/sandi/", allauth.password_change, name="account_change_password"),
    path("masuk/kode/", factors.authenticate, name="mfa_authenticate"),
    path("masuk/kunci/", passkeys.login_webauthn, name="mfa_login_webauthn"),
    path("masuk/konfirmasi/kode/", factors.reauthenticate, name="mfa_reauthenticate"),
    path(
        "masuk/konfirmasi/kunci/",
        passkeys.reauthenticate_webauthn,
        name="mfa_reauthenticate_webauthn",
    ),
    path("masuk/pin/", account_lock.pin_sign_in, name="pin_sign_in"),
    path("kunci/", account_lock.screen_lock, name="screen_lock"),
    path("akun/", account.account, name="account"),
    path("akun/perangkat/keluarkan/", account.sessions_end, name="sessions_end"),
    path("akun/pin/", account.pin, name="pin"),
    path("akun/pengaman/", account_factors.second_factors, name="second_factors"),
    path("akun/pengaman/aplikasi/", account_factors.totp_add, name="totp_add"),
    path("akun/pengaman/kunci/", account_factors.passkey_add, name="passkey_add"),
    path("akun/pengaman/kunci/nama/", account_factors.passkey_rename, name="passkey_rename"),
    path("akun/pengaman/lepas/", account_factors.factor_remove, name="factor_remove"),
    path("akun/pengaman/kode/", account_factors.recovery_codes, name="recovery_codes"),
    path("pengaturan/masuk/", account_settings.sign_in_settings, name="sign_in_settings"),
    path(
        "pengaturan/masuk/pc-bersama/",
        account_settings.shared_device_mark,
        name="shared_device_mark",
    ),
    path(
        "pengaturan/masuk/pc-bersama/cabut/",
        account_settings.shared_device_revoke,
        name="shared_device_revoke",
    ),
    path("pengaturan/masuk/pengaman/", account_settings.factor_reset_ask, name="factor_reset_ask"),
    path(
        "pengaturan/masuk/pengaman/putuskan/",
        account_settings.factor_reset_settle,
        name="factor_reset_settle",
    ),
    path("akun/ditutup/", allauth.account_inactive, name="account_inactive"),
    path("pegawai/", people.people, name="people"),
    path("pegawai/tambah/", people.person_add, name="person_add"),
    path("pegawai/<uuid:person_id>/", people.person, name="person"),
    path("pegawai/<uuid:person_id>/ubah/", people.person_edit, name="person_edit"),
    path("pegawai/<uuid:person_id>/akun/", entry.person_give, name="person_give"),
    path("pegawai/<uuid:person_id>/akun/sandi/", entry.person_reset, name="person_reset"),
    path("pegawai/<uuid:person_id>/akun/peran/", entry.person_admin, name="person_admin"),
    path("pegawai/<uuid:person_id>/akun/tutup/", entry.person_close, name="person_close"),
    path("pegawai/<uuid:person_id>/akun/buka/", entry.person_open, name="person_open"),
    path("jabatan/", posts.posts, name="posts"),
    path("jabatan/tambah/", posts.post_add, name="post_add"),
    path("jabatan/<uuid:post_id>/", posts.post, name="post"),
    path("jabatan/<uuid:post_id>/ubah/", posts.post_edit, name="post_edit"),
    path(
        "jabatan/pengangkatan/<uuid:appointment_id>/akhiri/",
        posts.appointment_end,
        name="appointment_end",
    ),
    path("pengaturan/kantor/", settings.settings_office, name="settings_office"),
    path("kantor/ganti/", switching.office_switch, name="office_switch"),
    path("tampilan/", saved.saved_view_add, name="saved_view_add"),
    path("tampilan/<uuid:view_id>/", saved.saved_view_change, name="saved_view_change"),
]

POLICIES: dict[str, Policy] = {
    "account_login": public,
    "account_reauthenticate": signed_in,
    "account_logout": public,
    "account_change_password": signed_in,
    "account_inactive": public,
    "mfa_authenticate": public,
    "mfa_login_webauthn": public,
    "mfa_reauthenticate": signed_in,
    "mfa_reauthenticate_webauthn": signed_in,
    "pin_sign_in": public,
    "screen_lock": signed_in,
    "account": signed_in,
    "sessions_end": signed_in,
    "pin": signed_in,
    "second_factors": signed_in,
    "totp_add": signed_in,
    "passkey_add": signed_in,
    "passkey_rename": signed_in,
    "factor_remove": signed_in,
    "recovery_codes": signed_in,
    "sign_in_settings": office_admin,
    "shared_device_mark": office_admin,
    "shared_device_revoke": office_admin,
    "factor_reset_ask": office_admin,
    "factor_reset_settle": office_admin,
    "people": member,
    "person": member,
    "person_add": office_admin,
    "person_edit": office_admin,
    "person_give": office_admin,
    "person_reset": office_admin,
    "person_admin": office_admin,
    "person_close": office_admin,
    "person_open": office_admin,
    "posts": member,
    "post": member,
    "post_add": office_admin,
    "post_edit": office_admin,
    "appointment_end": office_admin,
    "settings_office": office_admin,
    "office_switch": member,
    "saved_view_add": member,
    "saved_view_change": member,
    "ui_theme": public,
    "set_language": public,
}
