"""Run by the environment of PM4Py: reads a log and tells as JSON what is in it."""

import json
import sys

import pandas as pd
import pm4py

file = sys.argv[1]
if file.endswith(".csv"):
    rows = pd.read_csv(file, sep=";", encoding="utf-8-sig")
    rows["time:timestamp"] = pd.to_datetime(rows["time:timestamp"], utc=True)
    frame = pm4py.format_dataframe(
        rows,
        case_id="case:concept:name",
        activity_key="concept:name",
        timestamp_key="time:timestamp",
    )
else:
    frame = pm4py.read_xes(file)
done = frame[frame["lifecycle:transition"] == "complete"]
ways = pm4py.get_variants(done)
sys.stdout.write(
    json.dumps(
        {
            "marks": len(frame),
            "runs": sorted(map(str, frame["case:concept:name"].unique())),
            "variants": sorted("-".join(way) for way in ways),
            "people": sorted(map(str, done["org:resource"].dropna().unique())),
            "roles": sorted(map(str, frame["org:role"].dropna().unique())),
            "attempts": sorted(map(int, frame["sop:attempt"].unique())),
            "transitions": sorted(map(str, frame["lifecycle:transition"].unique())),
            "first": frame["time:timestamp"].min().isoformat(),
        }
    )
)
