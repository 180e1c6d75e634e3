"""Fifteen stories, one per strand of SOP/AS/29, each from its opening to its last activity."""

from __future__ import annotations

import pytest

from tests.browser.team import KASUBAG, Act, finish, give_back, go_on, hand_to

BOTH = pytest.mark.both_engines


def test_policy_goes_from_the_programme_to_its_execution(team):
    subject = "Pelatihan keamanan informasi"
    team["budi"].open_run("Perumusan kebijakan TI", subject)
    team.carry(
        subject,
        [
            Act("budi", "A1", hand_to("Sekretaris")),
        ],
    )
