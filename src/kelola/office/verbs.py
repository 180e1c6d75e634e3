"""What happens to offices and people."""

from django.utils.translation import gettext_lazy as _

from kelola.ledger.verbs import verb
from kelola.registry import topics

topics.register("office.history", _("People, posts and accounts"))
verb("office.office.created", _("%(actor)s created the office"))
verb("office.office.changed", _("%(actor)s changed the settings of the office"))
verb("office.setup_link.made", _("%(actor)s made a new address for setting up the first office"))
verb("office.setup.continued", _("%(actor)s came to step %(step)s of setting up the office"))
verb("office.setup.finished", _("%(actor)s finished setting up the office"))
verb(
    "office.people.imported", _("%(actor)s imported people and posts from a file of %(rows)s rows")
)
verb("office.unit.added", _("%(actor)s added the unit %(subject)s"))
verb("office.person.added", _("%(actor)s added %(subject)s"))
verb("office.person.changed", _("%(actor)s changed the data of %(subject)s"))
verb("office.post.added", _("%(actor)s added the post %(subject)s"))
verb("office.post.changed", _("%(actor)s changed the post %(subject)s"))
verb("office.appointment.made", _("%(actor)s appointed %(person)s as %(post)s"))
verb("office.appointment.ended", _("%(actor)s ended the appointment of %(person)s as %(post)s"))
verb(
    "office.appointment.decree_filed",
    _("%(actor)s filed the decree of %(person)s as %(post)s"),
)
verb("office.plh.ordered", _("%(actor)s ordered %(person)s to act as Plh. %(post)s"))
verb("office.plt.ordered", _("%(actor)s ordered %(person)s to act as Plt. %(post)s"))
verb(
    "office.appointment.recalled",
    _("%(actor)s ended the order of %(person)s to act as %(post)s"),
)
verb("office.absence.recorded", _("%(actor)s recorded an absence of %(person)s"))
verb("office.absence.ended", _("%(actor)s ended an absence of %(person)s"))
verb("office.person.left", _("%(actor)s recorded that %(person)s leaves the office after %(day)s"))
verb("office.membership.added", _("%(actor)s gave %(person)s access to this office"))
verb("office.membership.ended", _("%(actor)s ended the access of %(person)s"))
verb("office.membership.restored", _("%(actor)s gave %(person)s their access back"))
verb("office.membership.admin_made", _("%(actor)s made %(person)s an administrator"))
verb("office.membership.admin_unmade", _("%(actor)s ended the administration by %(person)s"))
verb("office.membership.password_reset", _("%(actor)s reset the password of %(person)s"))
verb(
    "office.membership.strayed",
    _("%(person)s asked %(count)s times within an hour for things that this office does not have"),
)
verb("office.user.created", _("%(actor)s created the account %(subject)s"))
verb("office.user.deactivated", _("%(actor)s closed the account %(subject)s"))
verb("office.user.password_changed", _("%(actor)s changed the password of %(subject)s"))
verb("office.user.signed_in", _("%(actor)s signed in"))
verb("office.user.paused", _("Too many wrong passwords for %(subject)s; the door waits"))
verb("office.session.ended", _("%(actor)s signed %(count)s devices of %(subject)s out"))
verb("office.pin.set", _("%(actor)s set a PIN"))
verb("office.pin.removed", _("%(actor)s removed the PIN of %(subject)s"))
verb("office.pin.turned_off", _("The PIN of %(subject)s was turned off after wrong tries"))
verb("office.shared_device.marked", _("%(actor)s marked the shared computer %(subject)s"))
verb("office.shared_device.revoked", _("%(actor)s ended the sharing of the computer %(subject)s"))
verb("office.second_factor.added", _("%(actor)s added a second factor"))
verb("office.second_factor.renamed", _("%(actor)s renamed a passkey"))
verb("office.second_factor.removed", _("%(actor)s removed a second factor of %(subject)s"))
verb("office.second_factor.failed", _("A wrong second factor was given for %(subject)s"))
verb("office.second_factor.cleared", _("%(actor)s took every second factor off %(subject)s"))
verb("office.second_factor.required", _("%(actor)s asks administrators for a second factor"))
verb("office.second_factor.waived", _("%(actor)s asks administrators for no second factor"))
verb("office.recovery_code.used", _("%(actor)s came in by a recovery code"))
verb("office.recovery_codes.renewed", _("%(actor)s made new recovery codes"))
verb(
    "office.second_factor_reset.asked",
    _("%(actor)s asked to take the second factor off %(person)s"),
)
verb(
    "office.second_factor_reset.confirmed",
    _("%(actor)s confirmed taking the second factor off %(person)s"),
)
verb(
    "office.second_factor_reset.withdrawn",
    _("%(actor)s dropped the request to take the second factor off %(person)s"),
)
verb("office.view.saved", _("%(actor)s saved a view of a list"))
verb("office.view.renamed", _("%(actor)s renamed a view of a list"))
verb("office.view.chosen", _("%(actor)s lets a list begin with a view"))
verb("office.view.released", _("%(actor)s lets a list begin with everything"))
verb("office.view.deleted", _("%(actor)s deleted a view of a list"))
