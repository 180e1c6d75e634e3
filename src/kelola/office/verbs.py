"""What happens to offices and people."""

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb

verb("office.office.created", _("%(actor)s created the office"))
verb("office.unit.added", _("%(actor)s added the unit %(subject)s"))
verb("office.person.added", _("%(actor)s added %(subject)s"))
verb("office.post.added", _("%(actor)s added the post %(subject)s"))
verb("office.appointment.made", _("%(actor)s appointed %(person)s as %(post)s"))
verb("office.appointment.ended", _("%(actor)s ended the appointment of %(person)s as %(post)s"))
verb("office.membership.added", _("%(actor)s gave %(person)s access to this office"))
verb("office.membership.ended", _("%(actor)s ended the access of %(person)s"))
verb("office.user.created", _("%(actor)s created the account %(subject)s"))
verb("office.user.deactivated", _("%(actor)s closed the account %(subject)s"))
verb("office.user.password_changed", _("%(actor)s changed the password of %(subject)s"))
