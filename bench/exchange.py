"""What it costs to write an SOP in the formats of others.

python -m bench exchange
"""

from __future__ import annotations

import statistics

from bench.ground import ms, p95, table, timed

ROUNDS = 50
TARGET = "≤ 50 ms"


def main() -> None:
    """Measure and print."""
    from kelola.sop.definition import loader  # noqa: PLC0415 - after the environment is set
    from kelola.sop.exchange.bpmn import bpmn_xml  # noqa: PLC0415
    from kelola.sop.exchange.files import yaml_text  # noqa: PLC0415

    sop = loader.load(loader.library()[0].path)
    rows = []
    for name, make in (("BPMN, fifteen strands", bpmn_xml), ("YAML", yaml_text)):
        times = [timed(lambda make=make: make(sop)) for _ in range(ROUNDS)]
        target = TARGET if make is bpmn_xml else ""
        rows.append((f"{name}, first", ms(times[0]), target))
        rows.append((f"{name}, median of {ROUNDS}", ms(statistics.median(times)), target))
        rows.append((f"{name}, p95", ms(p95(times)), target))
    table("SOP/AS/29 in the formats of others", rows)


if __name__ == "__main__":
    main()
