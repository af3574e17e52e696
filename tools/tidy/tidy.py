#!/usr/bin/env python3
"""Checks the rules of STYLE.md and ARCHITECTURE.md that a program can check.

Usage: tidy.py [--root DIR] [--only RULE[,RULE…]] [--list]

Prints a line per finding and ends with 1 if there are any. Exceptions stand in ratchet.txt beside
this file, one a line, with a reason; one that is not needed any more is a finding itself.
"""

import argparse
import sys
from pathlib import Path

import layering
import text_rules
from tree import Finding, Tree

CHECKS = [
    layering.check_include_table,
    layering.check_include_cycles,
    layering.check_heavy_headers,
    text_rules.check_sizes,
    text_rules.check_names,
    text_rules.check_injected,
    text_rules.check_forbidden,
    text_rules.check_memory_pool,
    text_rules.check_machine_paths,
    text_rules.check_columns,
    text_rules.check_format,
    text_rules.check_links,
    text_rules.check_readmes,
]


def read_ratchet(path):
    """Key -> line number. A line is `rule path[:function]  # reason`."""
    exceptions, findings = {}, []
    lines = path.read_text(encoding="utf-8").split("\n") if path.exists() else []
    for number, line in enumerate(lines, 1):
        entry, _, reason = line.partition("#")
        if not entry.strip():
            continue
        if not reason.strip():
            findings.append(Finding("ratchet", path.name, number, "an exception needs a reason"))
        exceptions[" ".join(entry.split())] = number
    return exceptions, findings


def run(tree, checks, ratchet, all_checks_run=True):
    """All findings that no exception covers."""
    exceptions, findings = read_ratchet(ratchet)
    used = set()
    for check in checks:
        for finding in check(tree):
            if finding.key in exceptions:
                used.add(finding.key)
            else:
                findings.append(finding)
    for key, number in exceptions.items():
        if all_checks_run and key not in used:
            findings.append(Finding("ratchet", ratchet.name, number,
                                    f"'{key}' is not needed any more: remove it"))
    return findings


def name_of(check):
    return check.__name__.removeprefix("check_").replace("_", "-")


def main():
    here = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--root", type=Path, default=here.parent.parent)
    parser.add_argument("--only", default="", help="checks to run, separated by commas")
    parser.add_argument("--list", action="store_true", help="list the checks")
    arguments = parser.parse_args()
    if arguments.list:
        for check in CHECKS:
            print(f"{name_of(check):16} {check.__doc__}")
        return 0
    wanted = [name for name in arguments.only.split(",") if name]
    unknown = set(wanted) - {name_of(check) for check in CHECKS}
    if unknown:
        parser.error(f"no such check: {', '.join(sorted(unknown))} (see --list)")
    checks = [check for check in CHECKS if not wanted or name_of(check) in wanted]
    findings = run(Tree(arguments.root), checks, here / "ratchet.txt", all_checks_run=not wanted)
    for finding in sorted(findings, key=lambda f: (f.path, f.line)):
        print(finding)
    print(f"tidy: {len(findings)} findings", file=sys.stderr)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
