#!/usr/bin/env python3
"""Replays the recorded wizard sessions with the original and with stepflow, and compares calls per second.

    python3 benches/wizard_vs_original/run.py [--venv FOLDER] [--seconds N]

The original (dataknobs-bots 0.6.9) is installed into a virtual environment in a temporary folder, unless a folder
with one is given. Both sides play the same calls: those of tests/data/wizard that are answers by fields, or
navigation, up to the first of a session that is neither or that failed. The definition is loaded before; a state is
made anew for every session. Logging is off, and there are no hooks. Of many rounds the fastest counts, for both.
"""

import argparse
import asyncio
import copy
import json
import logging
import pathlib
import subprocess
import sys
import tempfile
import time
import venv

HERE = pathlib.Path(__file__).resolve().parent
SESSIONS = HERE.parent.parent / "tests" / "data" / "wizard"
ORIGINAL = [
    "dataknobs-bots==0.6.9",
    "dataknobs-common==1.3.8",
    "dataknobs-llm==0.5.5",
    "dataknobs-fsm==0.1.14",
]
# What they import; the rest of what they ask for is not needed by a wizard.
NEEDED = [
    "beautifulsoup4",
    "jinja2",
    "json_stream",
    "more_itertools",
    "nltk",
    "pandas",
    "psycopg2-binary",
    "pydantic",
    "python-dotenv",
    "pyyaml",
    "requests",
    "typing_extensions",
]
NEEDED_ALONE = [
    "dataknobs-config",
    "dataknobs-data",
    "dataknobs-structures",
    "dataknobs-utils",
    "dataknobs-xization",
]


def calls_of(session):
    """The calls up to the first that is no answer and no navigation, or at which something failed."""
    calls = []
    for row in session["calls"]:
        call, fields = row["call"], row["call"].get("input")
        fields = {} if fields is None else fields
        known = call.get("navigation") in (None, "back", "skip", "restart")
        if call["op"] != "advance" or row.get("raised") or not isinstance(fields, dict) or not known:
            break
        if any(key.startswith("_") for key in fields):
            break
        calls.append((fields, call.get("navigation")))
    return calls


def functions(described):
    def function(rule):
        def run(data, *_, **__):
            data = getattr(data, "data", data)
            over = (data.get(rule["field"]) or 0) > rule["limit"]
            data[rule["set"]] = rule["over"] if over else rule["under"]
            return data

        return run

    return {name: function(rule) for name, rule in (described or {}).items()}


def play(seconds):
    """Runs inside the virtual environment."""
    logging.disable(logging.CRITICAL)
    from dataknobs_bots.reasoning.wizard import WizardReasoning, WizardState

    sessions = []
    for path in sorted(SESSIONS.glob("*.trace.json")):
        trace = json.loads(path.read_text())
        for session in trace["sessions"]:
            calls = calls_of(session)
            if not calls or session["options"].get("initial"):
                continue
            engine = WizardReasoning.from_config(
                {
                    "wizard_config": str(SESSIONS / trace["config"]),
                    "custom_functions": functions(trace.get("functions")),
                }
            )
            sessions.append((engine, calls))

    async def once():
        for engine, calls in sessions:
            state = WizardState(current_stage=engine.initial_stage)
            for fields, navigation in calls:
                await engine.advance(copy.copy(fields), state, navigation=navigation)

    async def run():
        await once()
        calls, least, begun = sum(len(calls) for _, calls in sessions), float("inf"), time.perf_counter()
        while time.perf_counter() - begun < seconds:
            # Time of the processor, since a round is long enough to be interrupted on a busy machine.
            round_begun = time.process_time()
            await once()
            least = min(least, time.process_time() - round_begun)
        print(json.dumps({"what": "original", "sessions": len(sessions), "calls": calls, "seconds": least}))

    asyncio.run(run())


def original(folder, seconds):
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        pip = [str(python), "-m", "pip", "install", "--quiet"]
        subprocess.run([*pip, *NEEDED], check=True)
        subprocess.run([*pip, "--no-deps", *ORIGINAL, *NEEDED_ALONE], check=True)
    command = [str(python), str(HERE / "run.py"), "--play", "--seconds", str(seconds)]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()[-1])


def ours():
    command = ["cargo", "bench", "-p", "stepflow-benches", "--features", "wizard", "--bench", "wizard_vs_original"]
    out = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=HERE).stdout
    return [json.loads(line) for line in out.splitlines() if line.startswith("{")]


def main():
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--venv", type=pathlib.Path, help="a folder for, or with, the original")
    arguments.add_argument("--seconds", type=float, default=10.0, help="how long the original plays")
    arguments.add_argument("--play", action="store_true", help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.play:
        play(given.seconds)
        return
    with tempfile.TemporaryDirectory() as folder:
        theirs = original(given.venv or pathlib.Path(folder), given.seconds)
    rows = ours()
    yardstick = theirs["calls"] / theirs["seconds"]
    print(f"{'':<34}{'sessions':>9}{'calls/s':>12}{'ratio':>8}   target")
    print(f"{'the original':<34}{theirs['sessions']:>9}{yardstick:>12,.0f}{1:>8}")
    names = {"advance": "stepflow, advance", "fields": "stepflow, with the fifteen fields"}
    for row in rows:
        if row["what"] in names:
            rate = row["calls"] / row["seconds"]
            target = "100" if row["what"] == "advance" else ""
            name = names[row["what"]]
            print(f"{name:<34}{row['sessions']:>9}{rate:>12,.0f}{rate / yardstick:>8.0f}   {target}")
    print(f"\n{'visits remembered':<34}{'ns/answer':>10}{'ns/back':>10}")
    for row in rows:
        if row["what"] == "history":
            print(f"{row['visits']:<34}{row['answer']:>10,.0f}{row['back']:>10,.0f}")


if __name__ == "__main__":
    sys.exit(main())
