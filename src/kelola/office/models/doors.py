"""How people come in: sessions, PINs, shared computers, and lost second factors."""

from __future__ import annotations

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import Q

from kelola.office.models.people import Membership, Person, User
from kelola.office.scope import ScopedModel


class SessionRow(AbstractBaseSession):
    """A browser that is signed in, or about to be. The key is kept as its digest.

    Whoever reads the table cannot come in with what stands there. A deleted row is signed out.
    """

    session_key = models.CharField(max_length=64, primary_key=True)
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")
    entry = models.CharField(max_length=10, blank=True)
    address = models.CharField(max_length=45, blank=True)
    agent = models.CharField(max_length=300, blank=True)
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"session of {self.user_id}"


class SetupLink(models.Model):
    """The address at which the first office is set up, kept as a digest; gone with that office."""

    digest = models.CharField(max_length=64, unique=True)
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"set-up link until {self.expires_at}"


class Pin(models.Model):
    """What a user types on a shared computer instead of the password. Wrong tries turn it off."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="pin")
    digest = models.CharField(max_length=200)
    failures = models.PositiveSmallIntegerField(default=0)
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"PIN of {self.user_id}"


class SharedDevice(ScopedModel):
    """A computer that several people of the office use, known by the secret in its cookie."""

    name = models.CharField(max_length=80)
    secret_digest = models.CharField(max_length=64, unique=True)
    marked_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class SecondFactorReset(ScopedModel):
    """An administrator asks to take off somebody's second factor; another one confirms."""

    class State(models.TextChoices):
        """Asked, and then what became of it."""

        ASKED = "asked"
        CONFIRMED = "confirmed"
        WITHDRAWN = "withdrawn"

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="resets")
    state = models.CharField(max_length=10, choices=State.choices, default=State.ASKED)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    settled_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    settled_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["membership"], condition=Q(state="asked"), name="office_reset_asked_once"
            ),
        )
        ordering = ("-asked_at",)

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.state}"
