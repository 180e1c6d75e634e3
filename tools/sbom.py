"""The bill of materials: every package that Kelola pins, with its hashes and its licence.

    python tools/sbom.py [FILE]

Writes CycloneDX 1.6 to ``build/sbom.cdx.json`` from the hashed requirements and the front-end lock,
so it lists what an installation takes, not what this machine happens to hold. The same pins give
the same bytes: no time, no address, no path. What only builds, installs or tests Kelola has the
scope ``excluded``. Licences are read from the installed packages, and from ``SAID`` below where a
package does not name its own as SPDX does.
"""

from __future__ import annotations

import base64
import json
import re
import sys
import uuid
from dataclasses import dataclass
from importlib import metadata
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "build" / "sbom.cdx.json"
REQUIREMENTS = ("base", "dev", "build", "uv")  # the first is what runs
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==(\S+)", re.MULTILINE)
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
VIA = re.compile(r"^ +# via (.+)$", re.MULTILINE)
VERSION = re.compile(r'^__version__ = "(.+)"$', re.MULTILINE)
PACKAGES = "node_modules/"
NAMESPACE = uuid.UUID("6ba7b811-9dad-11d1-80b4-00c04fd430c8")  # RFC 9562: for URLs
OURS = "kelola"

# What packages write in their own words, as SPDX spells it.
SPELLED = {
    "Apache 2.0": "Apache-2.0",
    "BSD 2-Clause License": "BSD-2-Clause",
    "MIT License": "MIT",
    "MIT license": "MIT",
    "PSFL": "PSF-2.0",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: ISC License (ISCL)": "ISC",
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}
# Read in the licence files of packages that name none, or whose platform this is not.
SAID = {
    "colorama": "BSD-3-Clause",
    "fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    "huey": "MIT",
    "puremagic": "MIT",
    "pytest-django": "BSD-3-Clause",
    "python-dateutil": "Apache-2.0 OR BSD-3-Clause",
    "qrcode": "BSD-3-Clause",
    "segno": "BSD-3-Clause",
    "spiffworkflow": "LGPL-3.0-or-later",
    "sqlparse": "BSD-3-Clause",
}
SPDX = re.compile(r"[A-Za-z0-9.+-]+( (AND|OR|WITH) [A-Za-z0-9.+-]+)*")


@dataclass(frozen=True, slots=True)
class Package:
    """One pinned package. ``asked_by`` are the packages (or wish lists) that want it."""

    kind: str
    name: str
    version: str
    hashes: tuple[tuple[str, str], ...]
    licence: str
    runs: bool
    asked_by: frozenset[str] = frozenset()

    @property
    def url(self) -> str:
        """The package URL, by which others know it."""
        return f"pkg:{self.kind}/{quote(self.name, safe='/')}@{quote(self.version)}"


def canonical(name: str) -> str:
    """Return the one spelling of a Python package's name."""
    return re.sub(r"[-_.]+", "-", name).lower()


def licence_of(name: str) -> str:
    """Return the licence of an installed package as SPDX spells it, or nothing."""
    if name in SAID:
        return SAID[name]
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    fields = ("License-Expression", "License", "Classifier")
    for text in (text for field in fields for text in told.get_all(field, [])):
        if text in SPELLED:
            return SPELLED[text]
        if SPDX.fullmatch(text) and text != "UNKNOWN":
            return str(text)
    return ""


def python_packages(name: str) -> list[Package]:
    """Return the packages of one file of requirements."""
    text = (ROOT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")
    starts = [m.start() for m in PIN.finditer(text)] + [len(text)]
    found = []
    for begin, end in pairwise(starts):
        part = text[begin:end]
        pin, via = PIN.match(part), VIA.search(part)
        if pin is None:
            raise ValueError(part)
        wanted = canonical(pin[1])
        found.append(
            Package(
                kind="pypi",
                name=wanted,
                version=pin[2],
                hashes=tuple(("SHA-256", one) for one in sorted(HASH.findall(part))),
                licence=licence_of(wanted),
                runs=name == "base",
                asked_by=frozenset(via[1].split(", ")) if via else frozenset(),
            )
        )
    return found


def front_packages() -> list[Package]:
    """Return the packages of the front-end lock; ``dev`` ones are for tests."""
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    wished = lock[""]["dependencies"]
    found = []
    for place, told in lock.items():
        if not place:
            continue
        name = place.rpartition(PACKAGES)[2]
        way, _dash, digest = told["integrity"].partition("-")
        found.append(
            Package(
                kind="npm",
                name=name,
                version=told["version"],
                hashes=((f"SHA-{way[3:]}", base64.b64decode(digest).hex()),),
                licence=told.get("license", ""),
                runs=not told.get("dev", False),
                asked_by=frozenset({"-r requirements/base.in"} if name in wished else ()),
            )
        )
    return found


def packages() -> list[Package]:
    """Return every pinned package once, in order; what runs counts before what tests."""
    found: dict[str, Package] = {}
    for one in (*(p for name in REQUIREMENTS for p in python_packages(name)), *front_packages()):
        found.setdefault(one.url, one)
    return sorted(found.values(), key=lambda one: one.url)


def component(one: Package) -> dict[str, Any]:
    """Return a package as CycloneDX writes it."""
    licence: list[dict[str, Any]] = []
    if one.licence:
        joined = " " in one.licence
        licence = [{"expression": one.licence} if joined else {"license": {"id": one.licence}}]
    return {
        "type": "library",
        "bom-ref": one.url,
        "name": one.name,
        "version": one.version,
        "scope": "required" if one.runs else "excluded",
        "hashes": [{"alg": way, "content": digest} for way, digest in one.hashes],
        **({"licenses": licence} if licence else {}),
        "purl": one.url,
    }


def dependencies(every: list[Package], root: str) -> list[dict[str, Any]]:
    """Return who asks for whom; the product asks for its own wishes."""
    asked: dict[str, set[str]] = {root: set(), **{one.url: set() for one in every}}
    urls: dict[str, list[str]] = {}
    for one in every:
        urls.setdefault(one.name, []).append(one.url)
    for one in every:
        for who in one.asked_by:
            if who == "-r requirements/base.in":
                asked[root].add(one.url)
            for url in urls.get(canonical(who), ()) if not who.startswith("-") else ():
                asked[url].add(one.url)
    return [{"ref": ref, "dependsOn": sorted(parts)} for ref, parts in sorted(asked.items())]


def bill() -> dict[str, Any]:
    """Return the whole bill of materials."""
    source = (ROOT / "src" / "kelola" / "__init__.py").read_text(encoding="utf-8")
    told = VERSION.search(source)
    if told is None:
        raise ValueError("src/kelola/__init__.py names no version")
    root = f"pkg:generic/{OURS}@{told[1]}"
    every = packages()
    product = {
        "type": "application",
        "bom-ref": root,
        "name": OURS,
        "version": told[1],
        "licenses": [{"license": {"id": "Apache-2.0"}}],
        "purl": root,
    }
    made = {
        "components": [component(one) for one in every],
        "dependencies": dependencies(every, root),
    }
    content = json.dumps({"product": product, **made}, sort_keys=True)
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(NAMESPACE, content)}",
        "version": 1,
        "metadata": {"component": product},
        **made,
    }


def main(arguments: list[str]) -> int:
    """Write the bill; return the exit code."""
    target = Path(arguments[0]) if arguments else TARGET
    target.parent.mkdir(parents=True, exist_ok=True)
    made = bill()
    target.write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    unknown = [c["name"] for c in made["components"] if "licenses" not in c]
    print(f"{len(made['components'])} packages, {len(unknown)} without a known licence", *unknown)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
