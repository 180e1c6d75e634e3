"""Addresses of SOPs, runs and steps, each with its policy."""

from __future__ import annotations

from django.urls import path

from kelola.office.policies import Policy, member
from kelola.sop.views import opening, runs, sops, steps

urlpatterns = [
    path("alur/", runs.runs, name="runs"),
    path("alur/buka/", opening.run_new, name="run_new"),
    path("alur/buka/<uuid:sop_id>/<str:strand>/", opening.run_open, name="run_open"),
    path("alur/<uuid:run_id>/", runs.run, name="run"),
    path("alur/<uuid:run_id>/batalkan/", runs.run_cancel, name="run_cancel"),
    path("langkah/<uuid:step_id>/", steps.step, name="step"),
    path("langkah/<uuid:step_id>/kerjakan/", steps.step_claim, name="step_claim"),
    path("langkah/<uuid:step_id>/kelengkapan/", steps.step_requirement, name="step_requirement"),
    path("langkah/<uuid:step_id>/selesaikan/", steps.step_finish, name="step_finish"),
    path("langkah/<uuid:step_id>/hentikan-jam/", steps.step_pause, name="step_pause"),
    path("langkah/<uuid:step_id>/jalankan-jam/", steps.step_resume, name="step_resume"),
    path("langkah/<uuid:step_id>/output/", runs.step_output, name="step_output"),
    path("sop/", sops.sops, name="sops"),
    path("sop/<uuid:sop_id>/", sops.sop, name="sop"),
]

POLICIES: dict[str, Policy] = {
    "runs": member,
    "run_new": member,
    "run_open": member,
    "run": member,
    "run_cancel": member,
    "step": member,
    "step_claim": member,
    "step_requirement": member,
    "step_finish": member,
    "step_pause": member,
    "step_resume": member,
    "step_output": member,
    "sops": member,
    "sop": member,
}
