"""What happens to an office's working calendar."""

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb
from kelola.registry import topics

topics.register("workcal.history", _("Working calendar"))
verb("workcal.hours.set", _("%(actor)s set the working hours from %(effective_from)s"))
verb("workcal.zone.set", _("%(actor)s set the time zone %(zone)s from %(effective_from)s"))
verb(
    "workcal.season.declared",
    _("%(actor)s set other working hours from %(starts_on)s to %(ends_on)s"),
)
verb(
    "workcal.season.withdrawn",
    _("%(actor)s withdrew the other working hours from %(starts_on)s to %(ends_on)s"),
)
verb("workcal.day.declared_off", _("%(actor)s declared %(on)s a day off"))
verb("workcal.day.declared_worked", _("%(actor)s declared %(on)s a working day"))
verb("workcal.day.withdrawn", _("%(actor)s withdrew what was declared about %(on)s"))
verb("workcal.closure.declared", _("%(actor)s declared the office closed on %(on)s"))
verb("workcal.closure.withdrawn", _("%(actor)s withdrew the closure on %(on)s"))
verb("workcal.year.confirmed", _("%(actor)s confirmed the working calendar of %(year)s"))
