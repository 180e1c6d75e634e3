"""Offices and the people in them.

``Office`` and ``User`` are the only unscoped models here: a user may belong to several offices.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language

from kelola.office.rules import LOGIN_LENGTH, NIP_LENGTH, AppointmentKind, canonical_login
from kelola.office.scope import ScopedModel
from kelola.registry import new_id, new_salt


class Office(models.Model):
    """An office (satuan kerja).

    ``zone`` is an IANA name; ``letter_code`` stands in numbers. Papers carry a letterhead (kop
    surat): the lines of ``letterhead`` above the name, the address and ``contact`` below it;
    ``place`` is where they are signed, and stands before the day.
    ``setup_step`` is the step at which its setting-up stands; 0: nothing is being set up.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    short_name = models.CharField(max_length=60)
    zone = models.CharField(max_length=60)
    letter_code = models.CharField(max_length=40, blank=True)
    letterhead = models.TextField(blank=True)
    address = models.TextField(blank=True)
    place = models.CharField(max_length=60, blank=True)
    contact = models.CharField(max_length=200, blank=True)
    site = models.CharField(max_length=200, blank=True)
    # Documents live above this app, so the picture of the letterhead is named by id only.
    logo_id = models.UUIDField(null=True, blank=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)
    second_factor_required = models.BooleanField(default=False)
    setup_step = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["name"], name="office_name_once"),)
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Finds users by any spelling of their login; users are made by ``services.create_user``."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user with this login, however it was typed."""
        return self.get(login=canonical_login(username or ""))


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who can sign in. Name, NIP and posts belong to ``Person``.

    ``must_change_password``: the present one was given by somebody else and opens nothing but the
    page that changes it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    login = models.CharField(max_length=LOGIN_LENGTH, unique=True)
    email = models.EmailField(blank=True)
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "login"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ("login",)

    def __str__(self) -> str:
        return self.login


class Unit(ScopedModel):
    """A part of the office (bagian, subbagian)."""

    name = models.CharField(max_length=200)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    class Meta(ScopedModel.Meta):
        constraints = (models.UniqueConstraint(fields=["office", "name"], name="office_unit_once"),)
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Person(ScopedModel):
    """Someone who works in the office; may hold posts and may never sign in."""

    name = models.CharField(max_length=200)
    nip = models.CharField(max_length=NIP_LENGTH, blank=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    # The last day of somebody who leaves the office (transfer, retirement).
    leaves_on = models.DateField(null=True, blank=True)
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["office", "nip"], condition=~Q(nip=""), name="office_person_nip_once"
            ),
        )
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Membership(ScopedModel):
    """A user works in an office as this person. ``is_admin`` may change the office's settings."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    person = models.OneToOneField(Person, on_delete=models.PROTECT, related_name="membership")
    is_admin = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["user", "office"], name="office_membership_once"),
        )

    def __str__(self) -> str:
        return f"{self.user_id} in {self.office_id}"


class Post(ScopedModel):
    """A post (jabatan) or a role that the SOP names. SOP actors refer to ``key``."""

    key = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    title_en = models.CharField(max_length=200, blank=True)
    unit = models.ForeignKey(
        Unit, null=True, blank=True, on_delete=models.PROTECT, related_name="posts"
    )

    class Meta(ScopedModel.Meta):
        constraints = (models.UniqueConstraint(fields=["office", "key"], name="office_post_once"),)
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title

    @property
    def label(self) -> str:
        """The title in the reader's language, Indonesian where English is missing."""
        return self.title_en if get_language() == "en" and self.title_en else self.title


class Appointment(ScopedModel):
    """A person holds a post by a decree (SK), from and until a day, both included.

    A Plh. (pelaksana harian) does the work of ``stands_in_for``, a Plt. (pelaksana tugas) that of a
    vacant post, by an order (surat perintah); the holder of a post without an end is neither. An
    order that was recalled before it began ends before it starts.
    """

    post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="appointments")
    kind = models.CharField(
        max_length=10,
        choices=[(kind.value, kind.value) for kind in AppointmentKind],
        default=AppointmentKind.DEFINITIVE.value,
    )
    stands_in_for = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="stand_ins"
    )
    decree_number = models.CharField(max_length=120)
    decree_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)
    # Documents live above this app, so the scanned decree is named by id only.
    decree_file_id = models.UUIDField(null=True, blank=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from"))
                | ~Q(kind=AppointmentKind.DEFINITIVE.value),
                name="office_appointment_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(kind=AppointmentKind.PLH.value, stands_in_for__isnull=False)
                | (~Q(kind=AppointmentKind.PLH.value) & Q(stands_in_for__isnull=True)),
                name="office_plh_stands_in_for_a_holder",
            ),
        )
        indexes = (
            models.Index(fields=["office", "person"], name="office_appointment_person"),
            models.Index(fields=["office", "post"], name="office_appointment_post"),
            models.Index(
                fields=["stands_in_for", "valid_from"],
                condition=Q(stands_in_for__isnull=False),
                name="office_appointment_stand_in",
            ),
        )
        ordering = ("valid_from",)

    def __str__(self) -> str:
        return f"{self.person_id} as {self.post_id}"

    @property
    def recalled(self) -> bool:
        """Whether it ended before it began, and so was never in force."""
        return self.valid_until is not None and self.valid_until < self.valid_from


class Counter(ScopedModel):
    """The last number given in a register of a year."""

    register = models.CharField(max_length=60)
    year = models.PositiveSmallIntegerField()
    value = models.PositiveIntegerField(default=0)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["office", "register", "year"], name="office_counter_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.register}/{self.year}: {self.value}"


class SavedView(ScopedModel):
    """A list as a person likes to see it: ``query`` is the part of the address after ``?``.

    The default is what the list shows when its address asks for nothing.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="saved_views")
    page = models.CharField(max_length=60)
    name = models.CharField(max_length=80)
    query = models.CharField(max_length=1000, blank=True)
    is_default = models.BooleanField(default=False)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=["person", "page", "name"], name="office_saved_view_once"
            ),
            models.UniqueConstraint(
                fields=["person", "page"],
                condition=Q(is_default=True),
                name="office_saved_view_default",
            ),
        )
        ordering = ("name",)

    def __str__(self) -> str:
        return f"{self.page}: {self.name}"
