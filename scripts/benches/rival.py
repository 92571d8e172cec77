"""Pipecat on the same sentences with the same models: scripts/bench-pipecat, which has a Python of its own."""

import json
import subprocess

from server import ROOT, say


def run(args):
    words = ["--json", "--end", args.end]
    words += ["--conversations", str(args.calls)] if args.calls else []
    words += ["--rounds", str(args.rounds)] if args.rounds else []
    say("Pipecat")
    done = subprocess.run([ROOT / "scripts/bench-pipecat", *words], stdout=subprocess.PIPE, text=True)
    if done.returncode:
        raise RuntimeError("scripts/bench-pipecat failed")
    *page, last = done.stdout.rstrip("\n").split("\n")
    print("\n".join(page), flush=True)
    return json.loads(last)
