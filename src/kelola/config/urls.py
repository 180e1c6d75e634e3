"""Every address of the product, gathered from the apps."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("kelola.home.urls")),
    path("", include("kelola.api.urls")),
    path("", include("kelola.office.urls")),
    path("", include("kelola.workcal.urls")),
    path("", include("kelola.sop.urls")),
    path("", include("kelola.reports.urls")),
    path("", include("kelola.notify.urls")),
    path("", include("kelola.evidence.urls")),
    path("", include("kelola.ui.urls")),
]

handler400 = "kelola.ui.views.bad_request"
handler403 = "kelola.ui.views.forbidden"
handler404 = "kelola.ui.views.not_found"
handler500 = "kelola.ui.views.server_error"
