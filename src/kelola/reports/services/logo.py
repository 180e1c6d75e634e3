"""The picture of the office's letterhead."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from kelola.evidence.services import RefusedFile, store_file
from kelola.office import services as office_services
from kelola.office.services import Invalid
from kelola.reports import press
from kelola.reports.rules import logos

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.files.uploadedfile import UploadedFile

    from kelola.office.models import Office


@transaction.atomic
def change_logo(*, office: Office, picture: UploadedFile[Any], by: str, at: datetime) -> Office:
    """Keep a picture with the office's files and put it on its letterhead.

    Needs the office's scope. Papers that were issued keep the letterhead they had.

    Raises:
        Invalid: it is no PNG or JPEG, too large, or can't be printed.

    """
    body = picture.read(logos.MOST_BYTES + 1)
    _check(body)
    try:
        document = store_file(
            office=office.pk,
            stream=io.BytesIO(body),
            name=picture.name or "",
            subject=f"office.office:{office.pk}",
            by=by,
            at=at,
        )
    except RefusedFile as refusal:
        raise Invalid("picture", refusal.reason) from refusal
    return office_services.set_logo(
        office=office, logo_id=document.pk, sha256=document.file.sha256, by=by, at=at
    )


def _check(body: bytes) -> None:
    if len(body) > logos.MOST_BYTES:
        raise Invalid("picture", _("It is larger than 500 KB. Make the picture smaller."))
    key = logos.kind_of(body)
    if key is None:
        raise Invalid("picture", _("Only PNG and JPEG. Save the picture in one of these formats."))
    if not logos.sides_fit(key, body):
        told = _("No side may be longer than %(most)d pixels. Make the picture smaller.")
        raise Invalid("picture", told % {"most": logos.MOST_PIXELS})
    if not press.prints(key, body):
        raise Invalid(
            "picture", _("This picture can't be printed. Open it, save it again as PNG, choose it.")
        )


def remove_logo(*, office: Office, by: str, at: datetime) -> Office:
    """Take the logo off the letterhead; its file stays with the papers that bear it."""
    return office_services.set_logo(office=office, logo_id=None, sha256="", by=by, at=at)
