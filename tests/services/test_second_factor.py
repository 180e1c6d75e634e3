"""Second factors: codes open once, secrets are encrypted, two people take a lost one off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command
from django.db import connection

from kelola.ledger.models import Entry
from kelola.office import services
from kelola.office.mfa import MFAAdapter
from kelola.office.models import Membership, Person, Pin, SecondFactorReset, SessionRow
from kelola.office.scope import office_scope, unscoped
from tests.doors import STEP, code_of, give_pin, give_totp
from tests.people import TOLD, make_people

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 2, 0, 10, tzinfo=UTC)


@pytest.fixture
def people():
    return make_people()


def accept(user, code, at=NOW):
    return services.accept_code(user=user, code=code, by=str(user.pk), at=at)


def told(verb):
    return Entry.objects.filter(verb=verb)


def test_a_code_opens_once_and_no_older_one_after_it(people):
    user = people.andi.user
    secret, _codes = give_totp(user)
    first = code_of(secret, NOW)
    assert accept(user, first).type == "totp"
    # The same code stays on the phone for up to 90 seconds with the drift that is allowed.
    for seconds in (0, 5, 29, 31, 45):
        assert accept(user, first, NOW + timedelta(seconds=seconds)) is None, seconds
    assert accept(user, code_of(secret, NOW - timedelta(seconds=STEP))) is None
    later = NOW + timedelta(seconds=STEP)
    assert accept(user, code_of(secret, later), later).type == "totp"


@pytest.mark.parametrize(
    ("seconds", "opens"), [(-91, False), (-30, True), (0, True), (30, True), (91, False)]
)
def test_a_clock_may_be_one_step_off(people, seconds, opens):
    user = people.andi.user
    secret, _codes = give_totp(user)
    shown = code_of(secret, NOW + timedelta(seconds=seconds))
    assert (accept(user, shown) is not None) is opens


def test_the_code_of_the_set_up_does_not_sign_in(people):
    user, secret = people.andi.user, generate_totp_secret()
    code = code_of(secret, NOW)
    services.add_totp(user=user, secret=secret, code=code, by=str(user.pk), at=NOW)
    assert accept(user, code) is None


def test_a_wrong_first_code_sets_nothing_up(people):
    user, secret = people.andi.user, generate_totp_secret()
    wrong = code_of(generate_totp_secret(), NOW)
    with pytest.raises(services.Invalid, match="Kode ini tidak cocok"):
        services.add_totp(user=user, secret=secret, code=wrong, by=str(user.pk), at=NOW)
    assert not Authenticator.objects.exists()
    assert not told("office.second_factor.added").exists()


def test_there_is_one_app_only(people):
    user = people.andi.user
    give_totp(user)
    secret = generate_totp_secret()
    with pytest.raises(services.Invalid, match="Sudah ada aplikasi kode"):
        services.add_totp(
            user=user, secret=secret, code=code_of(secret, NOW), by=str(user.pk), at=NOW
        )
    assert Authenticator.objects.filter(type="totp").count() == 1


def test_ten_recovery_codes_open_once_each_and_then_nothing(people):
    user = people.andi.user
    _secret, codes = give_totp(user)
    assert len(set(codes)) == 10
    for code in codes:
        assert accept(user, f"{code[:4]} {code[4:]}").type == "recovery_codes"
        assert accept(user, code) is None
    assert told("office.recovery_code.used").count() == 10
    assert told("office.second_factor.failed").count() == 10
    again = services.renew_recovery_codes(user=user, by=str(user.pk), at=NOW)
    assert not set(again) & set(codes)
    assert accept(user, again[0]) is not None


def test_new_recovery_codes_end_the_old_ones_and_need_a_factor(people):
    user = people.andi.user
    with pytest.raises(services.Invalid, match="Pasang dahulu"):
        services.renew_recovery_codes(user=user, by=str(user.pk), at=NOW)
    assert not Authenticator.objects.exists()
    _secret, codes = give_totp(user)
    services.renew_recovery_codes(user=user, by=str(user.pk), at=NOW)
    assert accept(user, codes[0]) is None


def test_secrets_are_encrypted_in_the_table(people, settings):
    secret, codes = give_totp(people.andi.user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT data FROM mfa_authenticator")
        stored = " ".join(str(row[0]) for row in cursor.fetchall())
    assert secret not in stored
    assert not any(code in stored for code in codes)
    row = Authenticator.objects.get(type="totp")
    assert MFAAdapter().decrypt(row.data["secret"]) == secret
    settings.SECRET_KEY = "another-installation"
    with pytest.raises(InvalidToken):
        MFAAdapter().decrypt(row.data["secret"])


def test_the_ledger_knows_ids_alone(people):
    secret, codes = give_totp(people.andi.user)
    accept(people.andi.user, "000000")
    for entry in Entry.objects.filter(verb__startswith="office.second_factor"):
        text = f"{entry.object} {entry.data}"
        assert not any(word in text for word in ("andi", secret, "000000", *codes))
    assert told("office.second_factor.failed").get().object == f"office.user:{people.andi.user.pk}"


def session(user, key):
    return SessionRow.objects.create(
        session_key=key, session_data="", expire_date=NOW, seen_at=NOW, user=user
    )


def test_removing_a_factor_ends_the_other_sessions_and_the_codes(people):
    user = people.andi.user
    give_totp(user)
    session(user, "here"), session(user, "there"), session(people.budi.user, "budi")
    app = Authenticator.objects.get(type="totp")
    services.remove_factor(factor=app, by=str(user.pk), at=NOW, keep="here")
    assert not Authenticator.objects.exists()
    assert set(SessionRow.objects.values_list("pk", flat=True)) == {"here", "budi"}
    assert told("office.second_factor.removed").get().data == {"kind": "totp"}


@pytest.fixture
def office(people):
    """Andi lost the phone; Budi and Cut are administrators."""
    give_totp(people.andi.user)
    give_pin(people.andi.user)
    session(people.andi.user, "lost")
    people.cut.membership.is_admin = True
    with office_scope(people.office.pk):
        people.cut.membership.save()
        yield people


def ask(office, by="budi", about="andi", at=NOW):
    return services.ask_reset(
        membership=getattr(office, about).membership, by=getattr(office, by).person, at=at
    )


def settle(office, row, by, at=NOW, act=services.confirm_reset):
    return act(reset_id=row.pk, by=getattr(office, by).person, at=at)


def test_two_administrators_take_a_factor_off(office):
    row = ask(office)
    assert Authenticator.objects.exists()
    assert settle(office, row, "cut").state == "confirmed"
    assert not Authenticator.objects.exists()
    assert not Pin.objects.exists()
    assert not SessionRow.objects.exists()
    entries = [told(f"office.second_factor_reset.{w}").get() for w in ("asked", "confirmed")]
    assert [e.by for e in entries] == [office.budi.id, office.cut.id]
    assert told("office.second_factor.cleared").get().by == office.cut.id


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("budi", "Anda sendiri yang meminta"),
        ("dewi", "Hanya administrator"),
        ("andi", "Hanya administrator"),
    ],
)
def test_one_person_is_not_two(office, by, words):
    row = ask(office)
    with pytest.raises(services.Invalid, match=words):
        settle(office, row, by)
    assert Authenticator.objects.exists()
    assert SecondFactorReset.objects.get().state == "asked"


def test_one_office_takes_no_factor_off_that_guards_another(office):
    row = ask(office)
    with unscoped("a second office takes the same account in"):
        person = Person(office=office.other.office, name="Andi")
        person.save()
        Membership(office=office.other.office, user=office.andi.user, person=person).save()
    for act in (lambda: ask(office), lambda: settle(office, row, "cut")):
        with pytest.raises(services.Invalid, match="juga membuka kantor lain"):
            act()
    assert Authenticator.objects.exists()


def test_whose_factor_it_is_has_no_say(office):
    give_totp(office.cut.user)
    row = ask(office, about="cut")
    with pytest.raises(services.Invalid, match="pengaman kedua Anda sendiri"):
        settle(office, row, "cut")
    with pytest.raises(services.Invalid, match="Minta administrator lain"):
        ask(office, about="budi")
    with pytest.raises(services.Invalid, match="Hanya administrator"):
        ask(office, by="dewi")


def test_who_asked_must_still_be_an_administrator(office):
    row = ask(office)
    office.budi.membership.is_admin = False
    office.budi.membership.save()
    with pytest.raises(services.Invalid, match="Hanya administrator"):
        settle(office, row, "cut")
    assert Authenticator.objects.exists()


def test_a_request_is_answered_once_and_within_a_day(office):
    row = ask(office)
    with pytest.raises(services.Invalid, match="sudah diminta"):
        ask(office, by="cut")
    with pytest.raises(services.Invalid, match="lebih dari sehari"):
        settle(office, row, "cut", NOW + timedelta(hours=25))
    again = ask(office, at=NOW + timedelta(hours=25))
    settle(office, again, "cut", NOW + timedelta(hours=26), services.withdraw_reset)
    with pytest.raises(services.Invalid, match="sudah diputus"):
        settle(office, again, "cut", NOW + timedelta(hours=26))
    assert Authenticator.objects.exists()


def test_another_office_has_no_say(office):
    row = ask(office)
    with office_scope(office.other.office.pk), pytest.raises(SecondFactorReset.DoesNotExist):
        services.confirm_reset(reset_id=row.pk, by=office.eko.person, at=NOW)


def test_a_sole_administrator_is_freed_on_the_machine(people):
    give_totp(people.budi.user)
    session(people.budi.user, "lost")
    out = StringIO()
    call_command("office", "second-factor-reset", "BUDI", stdout=out)
    assert "budi" in out.getvalue()
    assert not Authenticator.objects.exists()
    assert not SessionRow.objects.exists()
    assert told("office.second_factor.cleared").get().by == "system"
    with pytest.raises(CommandError, match="Tidak ada akun"):
        call_command("office", "second-factor-reset", "siapa")


def test_a_closed_account_and_a_new_password_end_sessions(people):
    user = people.andi.user
    session(user, "here"), session(user, "there")
    services.change_password(
        user=user, password="sembilan-gajah-abu", by=str(user.pk), at=NOW, keep="here"
    )
    assert list(SessionRow.objects.values_list("pk", flat=True)) == ["here"]
    services.deactivate_user(user=user, **TOLD)
    assert not SessionRow.objects.exists()


def test_five_wrong_pins_turn_it_off_until_the_password(people):
    user = people.andi.user
    give_pin(user)

    def check(pin):
        return services.check_pin(user=user, pin=pin, by=str(user.pk), at=NOW)

    for _ in range(4):
        assert not check("111111")
    assert check("482615")  # counts anew
    for _ in range(5):
        assert not check("111111")
    assert not check("482615")
    assert told("office.pin.turned_off").count() == 1
    services.note_sign_in(user=user, entry="pin", by=str(user.pk), at=NOW)
    assert not check("482615")
    services.note_sign_in(user=user, entry="password", by=str(user.pk), at=NOW)
    assert check("482615")


@pytest.mark.parametrize(
    "pin",
    [
        "12345", "1234567890123", "12345a", "", "１２３４５６",  # not 6 to 12 digits
        "111111", "121212", "123123", "123456", "654321", "112233", "147258", "234567",
        "199001", "010190", "19900101",  # in the NIP, or the birthday of it
    ],
)  # fmt: skip
def test_a_pin_that_is_guessed_first_is_refused(people, pin):
    with pytest.raises(services.Invalid):
        services.set_pin(
            user=people.andi.user, pin=pin, known=["199001012015031001"], by="system", at=NOW
        )
    assert not Pin.objects.exists()


def test_a_pin_is_hashed_and_may_be_removed(people, settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
    give_pin(people.andi.user)
    kept = Pin.objects.get().digest
    assert kept.startswith("argon2")
    assert "482615" not in kept
    services.remove_pin(user=people.andi.user, by="system", at=NOW)
    services.remove_pin(user=people.andi.user, by="system", at=NOW)
    assert told("office.pin.removed").count() == 1
