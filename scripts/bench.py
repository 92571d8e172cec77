"""scripts/bench: measures a release build with real SIP calls on this machine."""

import argparse
import json
import signal
import subprocess
import sys
import time

from benches import active_call, barge, bridge, density, desk, ends, page, rival, summary, turn

# In the order in which `all` runs them.
PARTS = {"turn": turn, "ends": ends, "barge": barge, "density": density, "bridge": bridge, "pipecat": rival}


def everything(args):
    """All parts in one run, side by side, then the figures that are promised."""
    results = {}
    for name, part in PARTS.items():
        began = time.monotonic()
        results[name] = part.run(args)
        print(f"  ({name} took {time.monotonic() - began:.0f} s)\n", flush=True)
    summary.show(results)
    return results


def positive(text):
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("expected 1 or more")
    return number


def options(command, *wanted):
    """Every part sees every option; of these the command line offers what makes sense."""
    command.set_defaults(calls=None, rounds=None, langs=None, lang="en", every=1, limit=30, only=None, end="vad")
    languages = sorted(turn.DIALOGS)
    known = {
        "--calls": {"type": positive, "help": "calls at once; else as documented, one load after the other"},
        "--rounds": {"type": positive, "help": "how often so many calls are placed"},
        "--lang": {"choices": languages, "help": "what callers of real calls speak; else en"},
        "--langs": {"choices": languages, "action": "append", "help": "a language of the recordings; else all three"},
        "--every": {"type": positive, "help": "only every so many-th recording"},
        "--limit": {"type": positive, "help": "most recorded interruptions of a language; else 30"},
        "--only": {"choices": density.PARTS, "action": "append", "help": "one of the parts; may be given again"},
        "--end": {"choices": ["vad", "turn"], "help": "what ends a turn in Pipecat"},
    }
    for name in wanted:
        command.add_argument(name, **known[name])
    command.add_argument("--json", action="store_true", help="one JSON object as the last line")


def parse():
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="PART")
    for name, about, run, wanted in [
        ("turn", "how long callers wait for an answer, and where that time goes", turn.run, ["--calls", "--rounds", "--lang"]),
        ("ends", "how often callers are cut off, on recordings with pauses", ends.run, ["--langs", "--every"]),
        ("barge", "how fast the bot stops for a caller, how often for a murmur", barge.run,
         ["--calls", "--rounds", "--lang", "--langs", "--limit"]),
        ("density", "bridged calls, calls with speech, calls per second, memory", density.run, ["--only", "--lang"]),
        ("bridge", "how soon a person is announced, and what the bridge adds", bridge.run, ["--rounds", "--lang"]),
        ("desk", "50 agents' pages and 200 calls: cards, lines, the wall", desk.run, ["--calls", "--lang"]),
        ("page", "an agent in a real browser: paint, card, answer to voice", page.run, ["--rounds", "--lang"]),
        ("pipecat", "the same sentences and models in Pipecat", rival.run, ["--calls", "--rounds", "--end"]),
        ("active-call", "SIP calls per second and memory of a call beside the crate active-call", active_call.run, []),
        ("all", "all but active-call, desk and page in one run, about an hour", everything, ["--lang"]),
    ]:
        command = commands.add_parser(name, help=about)
        command.set_defaults(run=run)
        options(command, *wanted)
    return parser.parse_args()


def main():
    args = parse()
    # Ended from outside, everything that was started is stopped all the same.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        result = args.run(args)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"error: {error}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
