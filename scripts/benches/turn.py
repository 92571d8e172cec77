"""How long callers wait for an answer, measured in their own RTP and told apart by stage in the server's
record."""

import collections
import random
import sqlite3
import time

from server import Server, say, wait_until

from .common import Peak, by_call_id, head, machine, models, percentile, place, render, shown, spread

STAGES = ["endpoint_wait", "stt_tail", "understand", "decide", "tts_first", "playout", "gap"]
LOADS = [1, 4, 8, 16]
ROUNDS = {1: 4, 2: 3, 4: 2}
# Calls of one round begin at random moments of this span, ms: callers do not speak in step.
SPREAD_MS = 8_000
# The bot answers some prompts with words that depend on the caller: spoken anew the first time. All others
# are made at the server's start.
SPOKEN_ANEW = {"in_transit", "delayed", "delivered", "confirm"}

DIGITS = {"en": "zero one two three four five six seven eight nine".split()}
# What a caller says, long enough for a 35 % share of the call, with hesitation as callers have it: `<400>` is
# silence of 400 ms. `{a}` and `{b}` are the halves of the parcel number; `keys` are pressed.
DIALOGS = {
    "en": ["Hello, good morning. I ordered a lamp about two weeks ago, <300> it was meant to be a present for my sister, "
           "and I was told that it takes three days. Now I would like to know, where is my parcel?",
           "Let me see, <400> it is {a} <450> {b}.",
           "Yes, that is right.",
           "Well, <350> then perhaps I could come and collect it myself, if that is possible. When are you open?",
           "During the week I work until late in the evening, and so does my husband. Are you open on Saturday?",
           "No, thank you very much, that is all I wanted to know."],
    "pl": ["Dzień dobry. Dwa tygodnie temu zamówiłam u państwa lampę, <300> to miał być prezent dla siostry, "
           "miała przyjść w trzy dni i nadal jej nie ma. "
           "Chciałabym się dowiedzieć, gdzie jest moja paczka?",
           "keys",
           "Tak, zgadza się.",
           "No to <350> może przyjadę i odbiorę ją osobiście, jeśli można. W jakich godzinach jest otwarte?",
           "W tygodniu pracuję do późnego wieczora, mąż zresztą też. Czy w sobotę jest otwarte?",
           "Nie, dziękuję bardzo, to wszystko, co chciałam wiedzieć."],
    "ro": ["Bună ziua. Am comandat o lampă acum două săptămâni, <300> era un cadou pentru sora mea, "
           "trebuia să ajungă în trei zile și nu a ajuns. "
           "Aș vrea să știu, unde este coletul meu?",
           "keys",
           "Da, este corect.",
           "Păi <350> atunci poate vin chiar eu să îl ridic, dacă se poate. Care este programul de lucru?",
           "În timpul săptămânii lucrez până seara târziu, și soțul meu la fel. Sâmbătă este deschis?",
           "Nu, mulțumesc frumos, asta este tot ce am vrut să știu."],
}
# The prompts of the demo bot that answer each line.
ANSWERS = [{"ask_number"}, {"confirm"}, {"in_transit", "delayed"}, {"hours"}, {"hours"}, {"goodbye"}]
PLACES = {"en": ["Leeds", "York", "Bath", "Derby", "Exeter", "Bristol", "Durham", "Oxford", "Cardiff", "Dover"],
          "pl": ["Kraków", "Gdynia", "Lublin", "Toruń", "Opole", "Kielce", "Radom", "Sopot", "Zamość", "Elbląg"],
          "ro": ["Cluj", "Brașov", "Sibiu", "Arad", "Oradea", "Galați", "Bacău", "Deva", "Iași", "Turda"]}
CUSTOMER = {"en": "+447700900100", "pl": "+48600100100", "ro": "+40720100100"}


def parcels(server, language, count):
    """New parcel numbers that the back office knows."""
    numbers = random.sample(range(70_000_000, 99_999_999), count)
    with sqlite3.connect(server.dir / "parcels/parcels.sqlite", timeout=30) as store:
        store.executemany("INSERT OR REPLACE INTO parcels (number, status, place, eta_days, phone) VALUES (?, ?, ?, ?, ?)",
                          [(str(number), random.choice(["in_transit", "delayed"]), random.choice(PLACES[language]),
                            random.randrange(6), CUSTOMER[language]) for number in numbers])
    return [str(number) for number in numbers]


def sentence(language, line, number):
    words = [DIGITS[language][int(digit)] for digit in number] if language in DIGITS else number
    return line.format(a=" ".join(words[:4]), b=" ".join(words[4:]))


def scripts(server, language, count):
    """As many callers' steps."""
    numbers = parcels(server, language, count)
    texts = [[sentence(language, line, number) for line in DIALOGS[language]] for number in numbers]
    files = render(server.dir / f"said-{time.monotonic_ns()}",
                   [(language, text) for lines in texts for text in lines if text != "keys"])
    return [[{"keys": number} if text == "keys" else {"say": files[language, text]} for text in lines]
            for number, lines in zip(numbers, texts)]


def starts(calls):
    return sorted(random.uniform(0, SPREAD_MS) for _ in range(calls)) if calls > 1 else [0]


def round_of_calls(server, language, calls):
    steps = scripts(server, language, calls)
    began, cpu = time.monotonic(), server.cpu_s()
    told, callers_s = place(server, [(int(start), one) for start, one in zip(starts(calls), steps)], language)
    took_s, server_s = time.monotonic() - began, server.cpu_s() - cpu
    wait_until("the end of all calls", lambda: server.live_calls() == 0)
    return told, {"took_s": took_s, "server_s": server_s, "callers_s": callers_s}


# --- what came of it -----------------------------------------------------------------------------

def turns_of(told, entry, spoken):
    """Each spoken turn of a call: gap on the wire, whether the bot spoke into it, whether it answered what was
    asked, the server's own figures, and what kind of sentence answered it."""
    plays = [play for play in told["plays"] if play["kind"] == "say" and play["onset"]]
    starts = [start for start, _ in told["bot"]]
    record, events = entry or ({}, [])
    heard = [event for event in events if event["type"] == "caller_said" and event["source"] == "speech"]
    for at, play in enumerate(plays):
        last = play["last_voiced"] or told["ended"]
        until = plays[at + 1]["onset"] if at + 1 < len(plays) else told["ended"] + 1
        answers = [start for start in starts if last < start < until]
        cut = any(play["onset"] + 200 < start <= last for start in starts)
        turn = {"wire": answers[0] - last if answers and not cut else None, "cut": cut,
                "answered": bool(answers) or cut, "right": False, "server": None, "stages": None, "kind": None,
                "answer": None}
        mine = [event for event in heard if abs(event["ended"] - last) < 1_500]
        if mine:
            said = {event["prompt"].split("-")[0] for event in events
                    if event["type"] == "bot_said" and event["turn"] == mine[-1]["turn"]}
            turn["right"] = bool(said & ANSWERS[play["step"]])
        if mine and not cut:
            turn |= server_side(mine[-1], events, spoken)
        yield turn


def server_side(said, events, spoken):
    number = said["turn"]
    timed = next((e["stages"] for e in events if e["type"] == "turn_timed" and e["turn"] == number), None)
    replies = sorted((e for e in events if e["type"] == "bot_said" and e["turn"] == number), key=lambda e: e["started"])
    if not timed or not replies:
        return {}
    first = replies[0]
    if first["prompt"] == "cover":
        kind = "cover"
    else:
        kind = "synthesised" if (first["text"], first["started"]) in spoken else "cached"
    answer = next((e["started"] - said["ended"] for e in replies if e["prompt"] != "cover"), None)
    return {"server": timed["gap_ms"], "stages": timed, "kind": kind, "answer": answer}


def spoken_anew(entries):
    """Sentences that a voice had to make: with words of this caller, said for the first time."""
    sentences = sorted(((e["started"], e["prompt"], e["text"]) for _, events in entries for e in events
                        if e["type"] == "bot_said"))
    seen, anew = set(), set()
    for started, prompt, text in sentences:
        if text not in seen and is_spoken_anew(prompt):
            anew.add((text, started))
        seen.add(text)
    return anew


def is_spoken_anew(prompt):
    return prompt.split("-")[0] in SPOKEN_ANEW


def summed(server, told, used, calls, language, known=()):
    entries = by_call_id(server, told)
    spoken = spoken_anew(list(known) + list(entries.values()))
    turns = [turn for one in told for turn in turns_of(one, entries.get(one["call_id"]), spoken)]
    gaps = [turn["wire"] for turn in turns if turn["wire"] is not None]
    timed = [turn for turn in turns if turn["stages"]]
    kinds = collections.Counter(turn["kind"] for turn in timed)
    of_kind = lambda kind: spread([t["wire"] for t in timed if t["kind"] == kind and t["wire"] is not None])
    errors = [turn["server"] - turn["wire"] for turn in timed if turn["wire"] is not None]
    remainder = [t["gap_ms"] - sum(t[f"{stage}_ms"] for stage in STAGES[:-1]) for t in (turn["stages"] for turn in timed)]
    talking = sum(one["voiced_ms"] for one in told)
    lived = sum(one["ended"] - one["answered"] for one in told if one["answered"])
    return {
        "turn_gap_ms": spread(gaps),
        "stages_ms": {stage: spread([turn["stages"][f"{stage}_ms"] for turn in timed]) for stage in STAGES},
        "by_reply_ms": {kind: {**of_kind(kind), "turns": kinds[kind]} for kind in ("cached", "synthesised", "cover")},
        "answer_ms": spread([turn["answer"] for turn in timed if turn["answer"] is not None]),
        "calls": calls, "calls_placed": len(told), "turns": len(gaps), "turns_said": len(turns),
        "turns_unanswered": sum(not turn["answered"] for turn in turns),
        "turns_cut_off": sum(turn["cut"] for turn in turns),
        "turns_answered_right": sum(turn["right"] for turn in turns),
        "server_minus_wire_ms": {**spread(errors, (5, 50, 95)), "turns": len(errors)},
        "stages_remainder_ms": max(map(abs, remainder), default=0),
        "talk_share": round(talking / lived, 3) if lived else None,
        "failed_calls": [one["error"] for one in told if one["error"]],
        "outcomes": dict(collections.Counter(record["outcome"] or "live" for record, _ in entries.values())),
        "server_cores_used": round(sum(u["server_s"] for u in used) / sum(u["took_s"] for u in used), 2),
        "callers_cores_used": round(sum(u["callers_s"] for u in used) / sum(u["took_s"] for u in used), 3),
        "late_caller_packets": sum(one["late"] for one in told), "language": language,
    }


def load(server, calls, rounds, language):
    """Some rounds of as many calls at once."""
    told, used = [], []
    with Peak(server) as peak:
        for number in range(rounds):
            say(f"{calls} calls at once, {len(DIALOGS[language])} sentences each ({number + 1} of {rounds})")
            one, cost = round_of_calls(server, language, calls)
            told += one
            used.append(cost)
    result = summed(server, told, used, calls, language)
    if not result["turns"]:
        raise RuntimeError(f"no turn was answered: {told}\n{server.log()}")
    return {**result, "rounds": rounds, "rss_peak_kb": peak.kb}


def warm(server, language):
    say("One call to warm up")
    round_of_calls(server, language, 1)
    return server.rss_kb()


def run(args):
    about = {"machine": machine(), "models": models()}
    loads = [args.calls] if args.calls else LOADS
    results = {}
    with Server(calls=max(40, 2 * max(loads))) as server:
        idle_kb = warm(server, args.lang)
        for calls in loads:
            rounds = args.rounds or ROUNDS.get(calls, 1)
            results[calls] = {**load(server, calls, rounds, args.lang), "rss_warm_kb": idle_kb}
    show(results, about)
    return {**results[args.calls], **about} if args.calls else {"loads": results, **about}


def show(results, about):
    head("From the caller's last sound to the bot's first, ms, measured at the caller", about)
    print(f"\n  {'calls at once':36}" + "".join(f"{calls:>8}" for calls in results))
    rows = [("turn gap p50", lambda r: r["turn_gap_ms"]["p50"]), ("turn gap p95", lambda r: r["turn_gap_ms"]["p95"]),
            ("turn gap p99", lambda r: r["turn_gap_ms"]["p99"])]
    for kind in ("cached", "synthesised", "cover"):
        for part in ("p50", "p95"):
            rows.append((f"  first reply {kind} {part}", lambda r, k=kind, p=part: r["by_reply_ms"][k][p]))
        rows.append((f"  first reply {kind}, turns", lambda r, k=kind: r["by_reply_ms"][k]["turns"]))
    rows += [("to the answer, covers aside, p50", lambda r: r["answer_ms"]["p50"]),
             ("to the answer, covers aside, p95", lambda r: r["answer_ms"]["p95"])]
    for stage in STAGES:
        for part in ("p50", "p95"):
            rows.append((f"  in the server: {stage} {part}", lambda r, s=stage, p=part: r["stages_ms"][s][p]))
    rows += [("server's gap minus the wire's, p5", lambda r: r["server_minus_wire_ms"]["p5"]),
             ("server's gap minus the wire's, p50", lambda r: r["server_minus_wire_ms"]["p50"]),
             ("server's gap minus the wire's, p95", lambda r: r["server_minus_wire_ms"]["p95"]),
             ("largest remainder of the stages", lambda r: r["stages_remainder_ms"]),
             ("turns said", lambda r: r["turns_said"]), ("turns unanswered", lambda r: r["turns_unanswered"]),
             ("turns cut off by the bot", lambda r: r["turns_cut_off"]),
             ("turns answered with what was asked", lambda r: r["turns_answered_right"]),
             ("callers talk, share of the call", lambda r: r["talk_share"]),
             ("cores used by the server", lambda r: r["server_cores_used"]),
             ("cores used by the callers", lambda r: r["callers_cores_used"]),
             ("memory of the server, peak, MB", lambda r: r["rss_peak_kb"] // 1024),
             ("callers' packets > 5 ms late", lambda r: r["late_caller_packets"]),
             ("calls that failed", lambda r: len(r["failed_calls"]))]
    for name, value in rows:
        print(f"  {name:36}" + "".join(shown(value(result)) for result in results.values()))
    outcomes = sum((collections.Counter(result["outcomes"]) for result in results.values()), collections.Counter())
    print("  calls ended " + ", ".join(f"{name} {count}" for name, count in outcomes.items()))
