"""The figures that Duet promises, beside what was measured in this run."""

from .density import SPEECH_GAP_MS


def percent(part, whole):
    return f"{part / whole:.1%}" if whole else "-"


def pair(figures):
    return f"{figures['p50'] or '-'} / {figures['p95'] or '-'}"


def times(ours, theirs):
    return f"{ours / theirs:.2f}" if ours and theirs else "-"


def rows(results):
    loads, wire, scenes = results["turn"]["loads"], results["barge"]["wire"], results["barge"]["scenes"]
    density, pipecat = results["density"], results["pipecat"]["loads"]
    one, eight = loads[1], loads[8]
    yield "turn gap p50 / p95, reply from the cache, 1 call, ms", "500 / 800", pair(one["by_reply_ms"]["cached"])
    yield "turn gap p50 / p95, reply synthesised, 1 call, ms", "700 / 1100", pair(one["by_reply_ms"]["synthesised"])
    yield "turn gap p50 / p95, 8 calls, ms", "900 / 1600", pair(eight["turn_gap_ms"])
    yield "turns cut off at 8 calls", "5 %", percent(eight["turns_cut_off"], eight["turns_said"])
    for language, figures in ((name, one) for name, one in results["ends"].items() if len(name) == 2):
        yield f"pauses cut off, recordings, {language}", "5 %", f"{figures['at_end_silence']['cutoffs']:.1%}"
    yield "speech onset to silence on the wire, p95, ms", "250", wire["stop_ms"]["p95"]
    for language, figures in scenes.items():
        yield f"sentences lost to back-channels, {language}", "10 %", f"{figures['backchannels_lose']:.1%}"
    yield "gap p50 against Pipecat's, 1 call", "0.50", times(one["turn_gap_ms"]["p50"], pipecat["1"]["turn_gap_ms"]["p50"])
    yield "gap p50 against Pipecat's, 8 calls", "0.33", times(eight["turn_gap_ms"]["p50"], pipecat["8"]["turn_gap_ms"]["p50"])
    yield "turns unanswered at 8 calls; Pipecat's", "0", f"{eight['turns_unanswered']}; {pipecat['8']['turns_unanswered']}"
    yield "bridged G.711 calls on one core", "2000", density["g711_bridged_per_core"]
    yield f"calls with speech, turn gap p95 < {SPEECH_GAP_MS} ms", "24", density["with_speech_on_2_cores"]
    yield "memory of a live call with speech, kB", "1024", density["memory_per_call_with_speech_kb"]


def show(results):
    print(f"Promised and measured in this run\n\n  {'':52}{'promised':>12}{'measured':>16}")
    for name, promised, measured in rows(results):
        print(f"  {name:52}{promised:>12}{measured if measured is not None else '-':>16}")
