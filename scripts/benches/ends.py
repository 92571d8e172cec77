"""Whether callers are let finish: `duet eval turns` over recordings with pauses, against silence alone and
against smart-turn. No calls: every wait is worked out from the sound, with the time that decodes took."""

import json
import os
import pathlib
import subprocess

from server import DUET, MODELS, ROOT, say

from .common import head, machine, models, shown

DATA = pathlib.Path(os.environ.get("DUET_SHARED_DATA") or ROOT.parent / "shared/data")
SEED = 1
LANGUAGES = ["en", "pl", "ro"]
# As `hear.end_silence_ms` is by default.
WAYS = [("Duet", lambda r: r), ("Duet, decodes taken for free", lambda r: r["without_decode_time"]),
        ("silence alone", lambda r: r["silence_only"]), ("smart-turn v3.2", lambda r: r["smart_turn"])]


def recordings():
    """The manifest of the set, built where it is missing; None where there is nothing to build it from."""
    folder = ROOT / "target/turn-set"
    if not (folder / "manifest.tsv").is_file():
        if not (DATA / "nemo_pl").is_dir():
            say(f"skipped: {DATA} has no recordings (DUET_SHARED_DATA names another folder)")
            return None
        say("Building the recordings")
        subprocess.run([ROOT / "scripts/turn-set", folder, "--seed", str(SEED), "--data", DATA], check=True,
                       stdout=subprocess.DEVNULL)
    return folder / "manifest.tsv"


def evaluated(*words):
    done = subprocess.run([DUET, "eval", *words, "--json", "--models", MODELS], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(f"duet eval {words[0]}: {done.stderr.strip()}")
    return json.loads(done.stdout.splitlines()[-1])


def run(args):
    result = {"machine": machine(), "models": models()}
    manifest = recordings()
    if not manifest:
        return {**result, "skipped": "no recordings"}
    for language in args.langs or LANGUAGES:
        say(f"Turns with pauses, {language}")
        result[language] = evaluated("turns", "--manifest", manifest, "--lang", language, "--every", str(args.every))
    result["every"] = args.every
    show(result)
    return result


def share(value):
    return "-" if value is None else f"{value:.1%}"


def rounded(value):
    return None if value is None else round(value)


def show(result):
    head("Ends of turns on recordings with pauses: share of pauses taken for the end", result)
    if result["every"] > 1:
        print(f"  only every {result['every']}th recording")
    for language in (one for one in LANGUAGES if one in result):
        one = result[language]
        chosen = one["at_end_silence"]
        print(f"\n  {language}: {one['turns']} turns, {chosen['pauses']} pauses; cut-offs at a mean latency of 300, 600, 1000 ms; "
              "latency at 5 % cut-offs, ms")
        for name, part in WAYS:
            if way := part(one):
                at = [way[f"cutoffs_at_{ms}"] for ms in (300, 600, 1000)]
                print(f"    {name:30}" + "".join(f"{share(value):>8}" for value in at)
                      + shown(rounded(way["latency_ms_at_5pct_cutoffs"]), 9))
            else:
                print(f"    {name:30}   not compared: duet models fetch smart-turn-v3.2-cpu.onnx")
        latency = chosen["latency_ms"]
        print(f"    as configured ({one['end_silence_ms']} ms): {share(chosen['cutoffs'])} of pauses, {share(chosen['turns_cut'])} "
              f"of turns cut off; latency p50 {latency['p50']}, p95 {latency['p95']} ms")
