"""Whether the bot is silent when a caller speaks into its words, and speaks on when one only murmurs: real
calls with synthetic callers, and `duet eval barge` on recorded interruptions and noises."""

from server import Server, VOICES, MODELS, say, wait_until

from .common import by_call_id, head, machine, models, place, render, shown, spread, stretches
from .ends import DATA, LANGUAGES, evaluated, share
from .turn import parcels, sentence

# Silence of the bot that is no pause within a sentence, ms.
STOPPED_MS = 400
# The record takes a murmur for one within this time of its onset, ms.
NOTICED_MS = 4_000
# The bot may pause for a murmur; a caller who waits so long knows that it has finished, ms.
PAUSE_MS = 2_500
CALLS, ROUNDS = 4, 3
# Where recorded callers of a language are; none for Romanian.
RECORDED = {"en": "asterisk_en_8k", "pl": "nemo_pl"}
NOISES = "noise_bg"

# In order: what is said, how, and how long after the bot began to speak, ms.
DIALOGS = {
    "en": [("say", "When are you open?"), ("interrupt", 1_500, "Sorry, where is my parcel?"), ("murmur", 900, 0),
           ("say", "It is {a} {b}."), ("interrupt", 1_300, "Yes, that is right."), ("murmur", 1_000, 1),
           ("say", "Are you open on Saturday?"), ("murmur", 2_000, 2), ("say", "No, thank you, that is all.")],
    "pl": [("say", "W jakich godzinach jest otwarte?"), ("interrupt", 1_500, "Przepraszam, gdzie jest moja paczka?"),
           ("murmur", 900, 0), ("keys",), ("interrupt", 1_300, "Tak, zgadza się."), ("murmur", 1_000, 1),
           ("say", "Czy w sobotę jest otwarte?"), ("murmur", 2_000, 2), ("say", "Nie, dziękuję, to wszystko.")],
    "ro": [("say", "Care este programul de lucru?"), ("interrupt", 1_500, "Scuze, unde este coletul meu?"),
           ("murmur", 900, 0), ("keys",), ("interrupt", 1_300, "Da, este corect."), ("murmur", 1_000, 1),
           ("say", "Sâmbătă este deschis?"), ("murmur", 2_000, 2), ("say", "Nu, mulțumesc, asta este tot.")],
}
MURMURS = {"en": ["Mm-hmm.", "Okay.", "Uh-huh.", "Right.", "Yeah."], "pl": ["Mhm.", "Tak.", "Aha.", "Dobrze.", "No."],
           "ro": ["Mhm.", "Da.", "Aha.", "Bine.", "Da, da."]}


def steps_of(language, number, turn, files):
    murmurs = MURMURS[language]
    for what in DIALOGS[language]:
        if what[0] == "keys":
            yield {"keys": number}
        elif what[0] == "say":
            yield {"say": files[language, sentence(language, what[1], number)]}
        elif what[0] == "interrupt":
            yield {"interrupt": [files[language, what[2]], what[1]]}
        else:
            yield {"murmur": [files[language, murmurs[(turn + what[2]) % len(murmurs)]], what[1]]}


def texts_of(language, numbers):
    for what in DIALOGS[language]:
        if what[0] == "say":
            yield from (sentence(language, what[1], number) for number in numbers)
        elif what[0] == "interrupt":
            yield what[2]
    yield from MURMURS[language]


def stop_of(told, play):
    """From the onset of the caller's speech to the bot's last audible packet, ms; none when the bot was
    silent at the onset."""
    for start, end in stretches(told, STOPPED_MS):
        if start < play["onset"] <= end + 60:
            return max(0, end - play["onset"])
    return None


def murmur_of(play, events):
    """What a murmur did to the sentence that the bot was saying: `lost` for good, `paused`, or `none`; with the
    pause's length, ms. None when the bot had finished anyway."""
    onset = play["onset"]
    said = [e for e in events if e["type"] == "bot_said" and e["started"] <= onset]
    if not said or onset > said[-1]["started"] + said[-1]["heard_ms"] + 300:
        return None
    if said[-1]["heard_ms"] < said[-1]["total_ms"]:
        return "lost", None
    stops = [e["silent_ms"] for e in events if e["type"] == "false_stop" and onset <= e["at"] <= onset + NOTICED_MS]
    return ("paused", max(stops)) if any(stops) else ("none", None)


def run(args):
    about = {"machine": machine(), "models": models()}
    language = args.lang
    result = {"wire": on_the_wire(args, language), "language": language, **about}
    # Scenes of `eval barge` need no wall clock, but a machine that nothing else uses: decodes take their time.
    result["scenes"] = {one: scenes(one, args.limit) for one in args.langs or LANGUAGES}
    show(result)
    return result


def on_the_wire(args, language):
    rounds, calls = args.rounds or ROUNDS, args.calls or CALLS
    stops, never, murmurs, missed, errors = [], 0, [], 0, []
    with Server(calls=40) as server:
        for number in range(rounds):
            say(f"{calls} calls with interruptions and murmurs ({number + 1} of {rounds})")
            numbers = parcels(server, language, calls)
            files = render(server.dir / f"barge-{number}", [(language, text) for text in texts_of(language, numbers)])
            plans = [(500 * n, list(steps_of(language, one, n + number, files))) for n, one in enumerate(numbers)]
            told, _ = place(server, plans, language, pause_ms=PAUSE_MS)
            wait_until("the end of all calls", lambda: server.live_calls() == 0)
            entries = by_call_id(server, told)
            for one in told:
                errors += [one["error"]] if one["error"] else []
                _, events = entries.get(one["call_id"], ({}, []))
                for play in one["plays"]:
                    missed += play["kind"] == "missed"
                    if play["kind"] == "interrupt" and play["onset"]:
                        stop = stop_of(one, play)
                        if stop is not None and stop <= 3_000:
                            stops.append(stop)
                        else:
                            never += stop is not None
                    if play["kind"] == "murmur" and play["onset"]:
                        murmurs.append(murmur_of(play, events))
    judged = [one for one in murmurs if one]
    of = lambda what: sum(kind == what for kind, _ in judged)
    return {
        "stop_ms": spread(stops), "interruptions": len(stops) + never, "never_stopped": never,
        "murmurs": len(judged), "murmurs_lost": of("lost"), "murmurs_paused": of("paused"),
        "pause_ms": spread([ms for _, ms in judged if ms]), "moments_missed": missed, "calls": calls,
        "failed_calls": errors,
    }


def scenes(language, limit):
    """What `duet eval barge` says, with recordings where there are some."""
    say(f"Scenes with interruptions, back-channels and noises, {language}")
    words = ["--lang", language, "--limit", str(limit), "--voice", VOICES[language].replace("piper:", f"piper:{MODELS}/")]
    recorded = DATA / RECORDED.get(language, "-") / "manifest.tsv"
    if recorded.is_file():
        words += ["--manifest", recorded]
    if (DATA / NOISES / "manifest.tsv").is_file():
        words += ["--noises", DATA / NOISES / "manifest.tsv"]
    return evaluated("barge", *words)


def show(result):
    head("Interruptions and murmurs", result)
    wire = result["wire"]
    print(f"\n  real calls, measured at the caller ({wire['calls']} at once, {result['language']})")
    print(f"  {'':44}{'p50':>8}{'p95':>8}{'p99':>8}")
    for name, figures, count in [("speech onset to the last audible packet, ms", wire["stop_ms"], f"{wire['interruptions']} interruptions"),
                                 ("pause for a murmur, ms", wire["pause_ms"], f"{wire['murmurs_paused']} pauses")]:
        print(f"  {name:44}{shown(figures['p50'])}{shown(figures['p95'])}{shown(figures['p99'])}   {count}")
    print(f"  the bot did not stop within 3 s: {wire['never_stopped']}; sentences lost to a murmur: {wire['murmurs_lost']} of "
          f"{wire['murmurs']}; failed calls: {len(wire['failed_calls'])}")
    print(f"\n  duet eval barge{'':29}{'stop p50':>9}{'p95':>6}{'missed':>8}   lost to back-channels, paused   to noises, paused")
    for language, one in result["scenes"].items():
        stop = one["stop_ms"]
        print(f"    {language}, {one['interruptions']} interruptions, {one['backchannels']} back-channels, {one['noises']} noises".ljust(46)
              + f"{shown(stop['p50'])}{shown(stop['p95'], 6)}{share(one['not_stopped']):>8}{share(one['backchannels_lose']):>15}"
              + f"{share(one['backchannels_pause']):>15}{share(one['noises_lose']):>12}{share(one['noises_pause']):>8}")
