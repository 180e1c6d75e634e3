"""Who acts for a post on a day, and which orders of a Plh. or Plt. fit it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kelola.office.rules import (
    ActingFlaw,
    AppointmentKind,
    DecreeState,
    acting_flaw,
    decree_state,
    outlasts_months,
    who_acts,
)

DAY = date(2026, 11, 2)
CUT, BUDI, ANDI = uuid4(), uuid4(), uuid4()
PLH, PLT, DEFINITIVE = AppointmentKind.PLH, AppointmentKind.PLT, AppointmentKind.DEFINITIVE


@dataclass(frozen=True)
class Held:
    person_id: UUID
    valid_from: date
    valid_until: date | None = None
    kind: str = DEFINITIVE
    stands_in_for_id: UUID | None = None
    pk: UUID = field(default_factory=uuid4)


def day(n: int) -> date:
    return DAY + timedelta(days=n)


CUT_HOLDS = Held(CUT, day(-300))


def stand_in(first: int, last: int) -> Held:
    return Held(BUDI, day(first), day(last), PLH, CUT_HOLDS.pk)


@given(st.integers(-9, 9), st.integers(-3, 9), st.integers(-12, 12))
def test_either_the_holder_acts_or_who_stands_in_and_never_both(first, length, on):
    order = stand_in(first, first + length)
    acting = who_acts([CUT_HOLDS, order], day(on))
    assert acting == ([order] if first <= on <= first + length else [CUT_HOLDS])


def test_a_new_holder_is_not_kept_out_by_an_order_for_the_one_before():
    before = Held(CUT, day(-300), day(3))
    order = Held(BUDI, day(0), day(9), PLH, before.pk)
    after = Held(ANDI, day(4))
    assert who_acts([before, order, after], day(5)) == [order, after]


@pytest.mark.parametrize(
    ("kind", "person", "period", "held", "flaw"),
    [
        (PLH, BUDI, (day(0), day(5)), [CUT_HOLDS], None),
        (PLH, BUDI, (day(0), None), [CUT_HOLDS], ActingFlaw.WITHOUT_END),
        (PLH, CUT, (day(0), day(5)), [CUT_HOLDS], ActingFlaw.ONESELF),
        (PLH, BUDI, (day(0), day(5)), [], ActingFlaw.VACANT),
        (PLH, BUDI, (day(0), day(5)), [Held(CUT, day(-9), day(4))], ActingFlaw.VACANT),
        (PLH, BUDI, (day(0), day(5)), [Held(CUT, day(1))], ActingFlaw.VACANT),
        (PLH, BUDI, (day(0), day(5)), [CUT_HOLDS, Held(ANDI, day(-9))], ActingFlaw.SEVERAL),
        (PLH, ANDI, (day(5), day(9)), [CUT_HOLDS, stand_in(0, 5)], ActingFlaw.TAKEN),
        (PLH, ANDI, (day(6), day(9)), [CUT_HOLDS, stand_in(0, 5)], None),
        (PLH, ANDI, (day(0), day(9)), [CUT_HOLDS, stand_in(0, -1)], None),
        (PLT, BUDI, (day(0), day(5)), [], None),
        (PLT, BUDI, (day(0), day(5)), [Held(CUT, day(-9), day(-1))], None),
        (PLT, BUDI, (day(0), day(5)), [CUT_HOLDS], ActingFlaw.HELD),
        (PLT, ANDI, (day(0), day(5)), [Held(BUDI, day(5), day(8), PLT)], ActingFlaw.TAKEN),
    ],
)
def test_an_order_fits_the_post_or_says_why_not(kind, person, period, held, flaw):
    assert acting_flaw(kind, person, period, held) is flaw


@pytest.mark.parametrize(
    ("first", "last", "longer"),
    [
        (date(2026, 1, 15), date(2026, 4, 14), False),
        (date(2026, 1, 15), date(2026, 4, 15), True),
        (date(2026, 11, 1), date(2027, 1, 31), False),
        (date(2026, 11, 1), date(2027, 2, 1), True),
        (date(2026, 11, 30), date(2027, 2, 28), False),
        (date(2026, 11, 30), date(2027, 3, 1), True),
        (date(2026, 1, 1), None, True),
    ],
)
def test_three_months_of_a_plt(first, last, longer):
    assert outlasts_months((first, last), 3) is longer


def test_an_order_recalled_before_it_began_is_over():
    assert decree_state(day(5), day(4), day(0)) is DecreeState.ENDED
