"""Memeriksa paket bukti Kelola: python3 verify.py di dalam folder hasil ekstrak.

Selesai dengan 0 bila utuh, 1 bila ada yang berubah, hilang, atau ditambahkan. Cukup Python 3.8,
tanpa pustaka lain dan tanpa jaringan. Tidak ada berkas yang diubah.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, Tuple

MANIFEST, SIDE = "manifest.json", "manifest.sha256"
EXTRACT, SPINE = "buku/catatan.jsonl", "buku/rantai.txt"
HEAD, ANCHOR = "buku/kepala.json", "buku/jangkar.json"
DOMAIN = b"kelola-ledger-1\n"
FIELDS = {"acting_for", "at", "by", "data", "object", "office", "prev", "seq", "verb"}
CHUNK = 1024 * 1024
ODD = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError)


def canonical(value: Any) -> str:
    """Return the one spelling of a JSON value."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def spelled(manifest: Any) -> bytes:
    """Return the one spelling of a manifest."""
    return (json.dumps(manifest, indent=1, sort_keys=True) + "\n").encode()


def digest_of(path: Path) -> Tuple[str, int]:
    """Return SHA-256 and size of a file."""
    seen, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        for chunk in iter(lambda: file.read(CHUNK), b""):
            seen.update(chunk)
            size += len(chunk)
    return seen.hexdigest(), size


def safe(text: str) -> str:
    """Return a name without anything that a terminal would obey."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def present(root: Path) -> List[str]:
    """Return every file below the folder, links too, by its relative name."""
    found = []
    for folder, folders, files in os.walk(str(root)):
        links = [n for n in folders if os.path.islink(os.path.join(folder, n))]
        for name in files + links:
            path = os.path.relpath(os.path.join(folder, name), str(root))
            found.append(path.replace(os.sep, "/"))
    return sorted(found)


def manifest_of(root: Path, findings: List[str]) -> Dict[str, Any]:
    """Read the manifest and compare it with its own digest."""
    body = (root / MANIFEST).read_bytes()
    digest = hashlib.sha256(body).hexdigest()
    print("Sidik manifest: " + digest)
    try:
        side = (root / SIDE).read_bytes()
    except OSError:
        findings.append("HILANG    " + SIDE)
    else:
        if side != "{}  {}\n".format(digest, MANIFEST).encode():
            findings.append("BERUBAH   {} atau {}: sidiknya tidak cocok".format(MANIFEST, SIDE))
    manifest = json.loads(body.decode())
    if spelled(manifest) != body or manifest["kelola_pack"] != 1:
        findings.append("BERUBAH   " + MANIFEST)
    for name, told in manifest["files"].items():
        if type(told["sha256"]) is not str or type(told["size"]) is not int:
            raise ValueError(name)
    return dict(manifest)


def leaves(name: str) -> bool:
    """Tell whether a name points out of the folder."""
    return name.startswith("/") or "\\" in name or ":" in name or ".." in name.split("/")


def check_files(root: Path, files: Dict[str, Any], findings: List[str]) -> None:
    """Compare every file with what the manifest says."""
    there = set(present(root)) - {MANIFEST, SIDE}
    for name in sorted(files):
        path = root / name
        if leaves(name):
            findings.append("BERUBAH   {}: nama {} tidak sah".format(MANIFEST, safe(name)))
        elif name not in there or path.is_symlink() or not path.is_file():
            findings.append("HILANG    " + safe(name))
        elif digest_of(path) != (files[name]["sha256"], files[name]["size"]):
            findings.append("BERUBAH   " + safe(name))
    findings.extend("TAMBAHAN  " + safe(name) for name in sorted(there - set(files)))


def spine(root: Path) -> Iterator[Tuple[int, str]]:
    """Yield number and hash of each entry from the first of the extract to the head."""
    with (root / SPINE).open(encoding="ascii") as file:
        for line in file:
            number, value = line.rstrip("\n").split(" ")
            yield int(number), value


def entry_hash(entry: Dict[str, Any]) -> str:
    """Return the hash of an entry as Kelola computes it."""
    covered = {name: entry[name] for name in FIELDS}
    return hashlib.sha256(DOMAIN + canonical(covered).encode()).hexdigest()


def fault_of(line: str, chain: str) -> Tuple[str, Dict[str, Any]]:
    """Return what is wrong with a line of the extract, or nothing, and the entry."""
    entry = json.loads(line)
    if canonical(entry) != line or set(entry) != FIELDS | {"hash"}:
        return "bentuknya lain", entry
    if entry["office"] != chain:
        return "dari kantor lain", entry
    if entry_hash(entry) != entry["hash"]:
        return "isinya tidak cocok dengan sidiknya", entry
    return "", entry


def check_ledger(root: Path, findings: List[str]) -> int:
    """Recompute each line, and find it at its place in the chain up to the head."""
    head = json.loads((root / HEAD).read_text(encoding="utf-8"))
    links, before, count = spine(root), (head["first"] - 1, ""), 0
    with (root / EXTRACT).open(encoding="utf-8", newline="\n") as file:
        for count, line in enumerate(file, 1):
            fault, entry = fault_of(line.rstrip("\n"), head["chain"])
            place = before
            while not fault and place[0] < entry["seq"]:
                before, place = place, next(links, (sys.maxsize, ""))
                if place[0] != before[0] + 1:
                    raise ValueError("baris {}: rantai terputus".format(count))
            if not fault and place != (entry["seq"], entry["hash"]):
                fault = "urutannya atau tempatnya dalam rantai lain"
            if not fault and before[1] and before[1] != entry["prev"]:
                fault = "tidak menyambung ke catatan sebelumnya"
            if fault:
                findings.append("BERUBAH   {} baris {}: {}".format(EXTRACT, count, fault))
                return count
            before = place
    if count != head["entries"] or before != (head["last"], head["hash"]) or next(links, None):
        findings.append("BERUBAH   {}: tidak sampai ke kepala rantai".format(EXTRACT))
    if count and json.loads((root / ANCHOR).read_text(encoding="utf-8"))["heads"] != {
        head["chain"]: [head["last"], head["hash"]]
    }:
        findings.append("BERUBAH   {}: kepala rantai lain".format(ANCHOR))
    return count


def check(root: Path) -> int:
    """Check the folder and say what was found; return the exit code."""
    findings: List[str] = []
    count, files = 0, {}
    try:
        files = manifest_of(root, findings)["files"]
        check_files(root, files, findings)
    except ODD as error:
        findings.append("BERUBAH   {}: tidak terbaca ({})".format(MANIFEST, type(error).__name__))
    try:
        count = check_ledger(root, findings)
    except ODD as error:
        findings.append("BERUBAH   buku: {}".format(safe(str(error)) or type(error).__name__))
    for line in findings:
        print(line)
    if findings:
        print("TIDAK UTUH: {} temuan.".format(len(findings)))
        return 1
    print("UTUH: {} berkas dan {} catatan sesuai.".format(len(files), count))
    print("Cocokkan sidik manifest dengan yang tercatat di Kelola, halaman Map bukti.")
    return 0


if __name__ == "__main__":
    sys.exit(check(Path(__file__).resolve().parent))
