"""Addresses of SOPs, runs and steps, each with its policy."""

from __future__ import annotations

from django.urls import path

from kelola.office.policies import Policy, member, office_admin, signer
from kelola.sop.views import (
    actors,
    lists,
    opening,
    orders,
    papers,
    runs,
    sops,
    steps,
    undone,
    versions,
)

urlpatterns = [
    path("alur/", lists.runs, name="runs"),
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
    path("langkah/<uuid:step_id>/tidak-dilaksanakan/", undone.step_undone, name="step_undone"),
    path(
        "langkah/<uuid:step_id>/jawab/",
        undone.step_answer,
        name="step_answer",
    ),
    path("langkah/<uuid:step_id>/perintah-lisan/", orders.step_order, name="step_order"),
    path("perintah-lisan/sahkan/", orders.orders_ratify, name="orders_ratify"),
    path("alur/<uuid:run_id>/lembar/", papers.run_paper, name="run_paper"),
    path("langkah/<uuid:step_id>/output/", papers.step_output, name="step_output"),
    path("langkah/<uuid:step_id>/lembar/", papers.step_paper, name="step_paper"),
    path("langkah/<uuid:step_id>/lembar/kosong/", papers.step_blank, name="step_blank"),
    path("sop/<uuid:sop_id>/formulir/<str:activity>/", papers.sop_blank, name="sop_blank"),
    path("sop/", sops.sops, name="sops"),
    path("sop/<uuid:sop_id>/", sops.sop, name="sop"),
    path("sop/<uuid:sop_id>/pelaksana/", actors.sop_actors, name="sop_actors"),
    path("sop/<uuid:sop_id>/pelaksana/beri/", actors.sop_role_assign, name="sop_role_assign"),
    path("sop/<uuid:sop_id>/pelaksana/lepas/", actors.sop_role_unassign, name="sop_role_unassign"),
    path("sop/<uuid:sop_id>/pelaksana/sahkan/", actors.sop_roles_ratify, name="sop_roles_ratify"),
    path("sop/<uuid:sop_id>/versi/", versions.sop_versions, name="sop_versions"),
    path(
        "sop/<uuid:sop_id>/versi/<uuid:version_id>/",
        versions.sop_version_change,
        name="sop_version_change",
    ),
]

POLICIES: dict[str, Policy] = {
    "runs": member,
    "run_new": member,
    "run_open": member,
    "run": member,
    "run_cancel": signer,
    "step": member,
    "step_claim": member,
    "step_requirement": member,
    "step_finish": member,
    "step_pause": member,
    "step_resume": member,
    "step_order": signer,
    "orders_ratify": signer,
    "step_undone": signer,
    "step_answer": signer,
    "run_paper": member,
    "step_output": member,
    "step_paper": member,
    "step_blank": member,
    "sop_blank": member,
    "sops": member,
    "sop": member,
    "sop_actors": member,
    "sop_role_assign": office_admin,
    "sop_role_unassign": office_admin,
    "sop_roles_ratify": office_admin,
    "sop_version_change": office_admin,
    "sop_versions": member,
}
