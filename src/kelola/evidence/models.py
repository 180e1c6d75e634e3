"""Files by content, and the documents that show them."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kelola.evidence.rules.kinds import BY_MEDIA_TYPE, Kind
from kelola.office.scope import ScopedModel
from kelola.registry import new_salt


class TextState(models.TextChoices):
    """How far reading the text of a file for the search has come."""

    WAITING = "waiting", _("Not read yet")
    READ = "read", _("Text can be searched")
    UNREADABLE = "unreadable", _("Text can't be read")
    NONE = "none", _("Without text")


class Condition(models.TextChoices):
    """What the last look at the bytes on the disk found."""

    UNCHECKED = "unchecked", _("Not yet checked")
    WHOLE = "whole", _("Unchanged")
    ALTERED = "altered", _("Altered")
    MISSING = "missing", _("Missing")


class StoredFile(ScopedModel):
    """Bytes of one office, kept once. ``size`` is in bytes.

    Its text is read by a job, which tries again at ``text_next_at``; ``condition`` is what the
    daily check found at ``checked_at``.
    """

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    media_type = models.CharField(max_length=100)
    created_at = models.DateTimeField()
    text_state = models.CharField(
        max_length=10, choices=TextState.choices, default=TextState.WAITING
    )
    text_attempts = models.PositiveSmallIntegerField(default=0)
    text_next_at = models.DateTimeField(null=True)
    condition = models.CharField(
        max_length=10, choices=Condition.choices, default=Condition.UNCHECKED
    )
    checked_at = models.DateTimeField(null=True)

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["office", "sha256"], name="evidence_file_once"),
        )
        indexes = (
            models.Index(fields=["office", "text_state", "created_at"], name="evidence_file_text"),
            models.Index(fields=["office", "checked_at"], name="evidence_file_checked"),
            models.Index(fields=["office", "condition"], name="evidence_file_condition"),
        )

    def __str__(self) -> str:
        return self.sha256

    @property
    def path(self) -> Path:
        """Where the bytes lie; no part of it comes from a person."""
        folder = Path(settings.FILES_DIR) / str(self.office_id)
        return folder / self.sha256[:2] / self.sha256

    @property
    def kind(self) -> Kind:
        """What the bytes are."""
        return BY_MEDIA_TYPE[self.media_type]


class FileText(ScopedModel):
    """What was read out of a file, for the search."""

    file = models.OneToOneField(StoredFile, on_delete=models.CASCADE, related_name="read_text")
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.file_id)


class Document(ScopedModel):
    """A file under a name, added to something (``subject``, for example ``sop.step:<id>``)."""

    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="documents")
    name = models.CharField(max_length=200)
    subject = models.CharField(max_length=120)
    added_by = models.CharField(max_length=36)
    added_at = models.DateTimeField()
    salt = models.CharField(max_length=32, default=new_salt, editable=False)

    class Meta(ScopedModel.Meta):
        ordering = ("added_at", "id")
        indexes = (
            models.Index(fields=["office", "subject"], name="evidence_document_subject"),
            models.Index(fields=["office", "-added_at", "-id"], name="evidence_document_newest"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def size(self) -> int:
        """Bytes."""
        return self.file.size

    @property
    def media_type(self) -> str:
        """The type its bytes have."""
        return self.file.media_type

    @property
    def viewable(self) -> bool:
        """Whether a browser may show it instead of saving it."""
        return self.file.kind.viewable


class SealKey(models.Model):
    """The public part of a key that this installation seals papers with, or once did.

    Not scoped: a key belongs to the installation. Old keys stay, so that old papers still verify.
    """

    key_id = models.CharField(primary_key=True, max_length=16)
    public = models.CharField(max_length=64)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("created_at",)

    def __str__(self) -> str:
        return self.key_id


class IssuedPaper(ScopedModel):
    """A sealed paper that was given out: what its seal says, and the very bytes.

    ``digest`` is of the content before it was set in type, ``sha256`` of the PDF file; ``fonts``
    is of the type it was set in. The same content is issued once.
    """

    kind = models.CharField(max_length=80)
    number = models.CharField(max_length=80)
    on = models.DateField()
    digest = models.CharField(max_length=64)
    seal = models.CharField(max_length=600)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, db_index=True)
    fonts = models.CharField(max_length=64)
    issued_by = models.CharField(max_length=36)
    issued_at = models.DateTimeField()

    class Meta(ScopedModel.Meta):
        constraints = (
            models.UniqueConstraint(fields=["office", "digest"], name="evidence_paper_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"
