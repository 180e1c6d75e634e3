"""The menu entries of SOPs and their runs."""

from django.utils.translation import gettext_lazy as _

from kelola.registry import MenuEntry, SettingsPage, lists, menu, settings_pages
from kelola.ui.shell import Shortcut, shortcuts

GROUP = _("Governance")

menu.register("sop.runs", MenuEntry(_("Runs"), "runs", "runs", GROUP, order=20))
menu.register("sop.run_new", MenuEntry(_("Open a run"), "run_new", "open", GROUP, order=10))
menu.register("sop.done_new", MenuEntry(_("Record"), "done_new", "clock", GROUP, order=5))
menu.register("sop.sops", MenuEntry(_("SOP"), "sops", "sop", GROUP, order=30))
shortcuts.register("sop.runs", Shortcut(letter="a"))
menu.register("sop.months", MenuEntry(_("Close the month"), "months", "calendar", GROUP, order=25))
menu.register("sop.evidence", MenuEntry(_("Evidence map"), "evidence_map", "file", GROUP, order=35))
menu.register("sop.week", MenuEntry(_("This week"), "week", "plan", GROUP, order=22))
shortcuts.register("sop.done_new", Shortcut(letter="c", phone=_("Record")))
shortcuts.register("sop.run_new", Shortcut(letter="b"))
shortcuts.register("sop.sops", Shortcut(letter="s", phone=_("SOP")))
lists.register("sop.runs", "runs")
settings_pages.register(
    "sop.handovers",
    SettingsPage(
        _("Hand-over of posts"),
        _("Who hands which posts to whom, with the minutes for both to sign."),
        "handovers",
        order=35,
    ),
)
