"""Every change to offices, people and posts.

All are keyword-only with ``by`` (a person's or user's id, or ``system``) and ``at`` (aware), run in
one transaction and write the ledger in it. Rows of an office need its scope open.
"""

from kelola.office.services.access import (
    close_access,
    give_access,
    open_access,
    reset_password,
    set_admin,
    temporary_password,
)
from kelola.office.services.accounts import (
    add_membership,
    change_password,
    create_user,
    deactivate_user,
    end_membership,
)
from kelola.office.services.beginning import (
    FirstAdmin,
    LinkSpent,
    begin_office,
    continue_setup,
    finish_setup,
    make_setup_link,
    setup_link_holds,
    start_office,
)
from kelola.office.services.changes import (
    add_person_of_unit,
    add_post_titled,
    edit_office,
    edit_person,
    edit_post,
    set_logo,
    unit_named,
)
from kelola.office.services.checks import Invalid
from kelola.office.services.doors import (
    check_pin,
    device_digest,
    end_sessions,
    mark_device,
    note_pause,
    note_sign_in,
    remove_pin,
    require_second_factor,
    revoke_device,
    set_pin,
)
from kelola.office.services.factors import (
    Added,
    accept_code,
    accept_passkey,
    add_passkey,
    add_totp,
    clear_factors,
    remove_factor,
    rename_passkey,
    renew_recovery_codes,
)
from kelola.office.services.numbers import next_number
from kelola.office.services.places import (
    OfficeFacts,
    add_person,
    add_post,
    add_unit,
    check_office,
    create_office,
)
from kelola.office.services.posts import (
    appoint,
    end_appointment,
    file_decree,
    renew_appointments,
)
from kelola.office.services.resets import RESET_VALID_FOR, ask_reset, confirm_reset, withdraw_reset

__all__ = [
    "RESET_VALID_FOR",
    "Added",
    "FirstAdmin",
    "Invalid",
    "LinkSpent",
    "OfficeFacts",
    "accept_code",
    "accept_passkey",
    "add_membership",
    "add_passkey",
    "add_person",
    "add_person_of_unit",
    "add_post",
    "add_post_titled",
    "add_totp",
    "add_unit",
    "appoint",
    "ask_reset",
    "begin_office",
    "change_password",
    "check_office",
    "check_pin",
    "clear_factors",
    "close_access",
    "confirm_reset",
    "continue_setup",
    "create_office",
    "create_user",
    "deactivate_user",
    "device_digest",
    "edit_office",
    "edit_person",
    "edit_post",
    "end_appointment",
    "end_membership",
    "end_sessions",
    "file_decree",
    "finish_setup",
    "give_access",
    "make_setup_link",
    "mark_device",
    "next_number",
    "note_pause",
    "note_sign_in",
    "open_access",
    "remove_factor",
    "remove_pin",
    "rename_passkey",
    "renew_appointments",
    "renew_recovery_codes",
    "require_second_factor",
    "reset_password",
    "revoke_device",
    "set_admin",
    "set_logo",
    "set_pin",
    "setup_link_holds",
    "start_office",
    "temporary_password",
    "unit_named",
    "withdraw_reset",
]
