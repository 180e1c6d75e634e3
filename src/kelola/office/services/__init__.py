"""Every change to offices, people and posts.

All are keyword-only with ``by`` (a person's or user's id, or ``system``) and ``at`` (aware), run in
one transaction and write the ledger in it. Rows of an office need its scope open.
"""

from kelola.office.services.accounts import (
    add_membership,
    change_password,
    create_user,
    deactivate_user,
    end_membership,
)
from kelola.office.services.checks import Invalid
from kelola.office.services.numbers import next_number
from kelola.office.services.places import add_person, add_post, add_unit, create_office
from kelola.office.services.posts import appoint, end_appointment

__all__ = [
    "Invalid",
    "add_membership",
    "add_person",
    "add_post",
    "add_unit",
    "appoint",
    "change_password",
    "create_office",
    "create_user",
    "deactivate_user",
    "end_appointment",
    "end_membership",
    "next_number",
]
