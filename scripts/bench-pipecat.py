"""scripts/bench-pipecat: callers' sentences through Pipecat, from the end of speech to the first audio.

One process a conversation, as Pipecat is deployed. The caller feeds 20 ms frames in real time; the bot
recognises with faster-whisper base int8 and answers with fixed sentences through Piper: there is no language
model in it, so what is measured is the part that Duet has too."""

import argparse
import asyncio
import importlib.metadata
import json
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import time
import wave

from benches import turn
from benches.common import MODELS, head, machine, models, percentile, render, shown, spread

HERE = pathlib.Path(os.environ.get("DUET_PIPECAT_DIR", "."))
LOADS = [1, 4, 8]
ROUNDS = {1: 4, 4: 2}
IN_HZ, OUT_HZ = 16_000, 8_000
FRAME_S = 0.02
# As in scripts/benches/common.py and examples/bench.
PAUSE_S, PATIENCE_S, SHARE, THINK_S = 0.7, 8.0, 0.35, (0.3, 2.5)
AUDIBLE_RMS = 103

# What Duet's demo bot says at the same places.
GREETING = "Hello, this is the automated assistant of the parcel service. How can I help you?"
REPLIES = ["Please tell me the parcel number. It has eight digits.", "I have {number}. Is that right?",
           "Your parcel is on its way. It is at our {place} depot now, and it will be with you in {days} days.",
           "We are open Monday to Friday from 8 a.m. to 8 p.m., and on Saturday from 9 a.m. to 2 p.m. On Sunday we are closed.",
           "On weekdays from 8 a.m. to 8 p.m. On Saturday from 9 a.m. to 2 p.m. We are closed on Sunday.",
           "Thank you for calling. Goodbye."]


# --- one conversation, in a process of its own ----------------------------------------------------

def audible(sound):
    import numpy
    samples = numpy.frombuffer(sound, dtype=numpy.int16).astype(numpy.float64)
    return len(samples) > 0 and float((samples ** 2).mean()) ** 0.5 > AUDIBLE_RMS


def caller_frames(path):
    """16 kHz frames of a file, with the first and the last that one could hear."""
    import numpy
    import soxr
    with wave.open(str(path)) as file:
        samples = numpy.frombuffer(file.readframes(file.getnframes()), dtype=numpy.int16)
    samples = soxr.resample(samples, file.getframerate(), IN_HZ).tobytes()
    size = int(IN_HZ * FRAME_S) * 2
    frames = [samples[at:at + size].ljust(size, b"\0") for at in range(0, len(samples), size)]
    heard = [at for at, frame in enumerate(frames) if audible(frame)]
    return frames, heard[0], heard[-1]


async def converse(plan):
    from loguru import logger
    from pipecat.audio.vad.silero import SileroVADAnalyzer
    from pipecat.frames.frames import InputAudioRawFrame, TTSSpeakFrame
    from pipecat.frames.frames import TranscriptionFrame, UserStoppedSpeakingFrame
    from pipecat.pipeline.pipeline import Pipeline
    from pipecat.pipeline.worker import PipelineParams, PipelineWorker
    from pipecat.processors.audio.vad_processor import VADProcessor
    from pipecat.processors.frame_processor import FrameProcessor
    from pipecat.services.piper.tts import PiperTTSService
    from pipecat.services.whisper.stt import WhisperSTTService
    from pipecat.transports.base_output import BaseOutputTransport
    from pipecat.transports.base_transport import TransportParams
    from pipecat.turns.user_turn_processor import UserTurnProcessor
    from pipecat.workers.runner import WorkerRunner

    logger.remove()
    logger.add(sys.stderr, level="WARNING")
    state = {"reply": 0, "heard": [], "bot": []}

    class Answer(FrameProcessor):
        """Says the next fixed sentence: to every transcript, or when the turn is over."""

        async def process_frame(self, frame, direction):
            await super().process_frame(frame, direction)
            await self.push_frame(frame, direction)
            if isinstance(frame, TranscriptionFrame):
                state["heard"].append((state["reply"], frame.text.strip()))
            wanted = TranscriptionFrame if plan["end"] == "vad" else UserStoppedSpeakingFrame
            if isinstance(frame, wanted):
                await self.push_frame(TTSSpeakFrame(plan["replies"][state["reply"]]))

    class Line(BaseOutputTransport):
        """Takes sound at the pace of a telephone and notes when it could be heard."""

        free_at = 0.0

        async def start(self, frame):
            await super().start(frame)
            await self.set_transport_ready(frame)

        async def write_audio_frame(self, frame):
            now = time.monotonic()
            if audible(frame.audio):
                state["bot"].append(now)
            self.free_at = max(now, self.free_at) + len(frame.audio) / 2 / frame.sample_rate
            await asyncio.sleep(max(0, self.free_at - time.monotonic() - FRAME_S))
            return True

    stt = WhisperSTTService(device="cpu", compute_type="int8",
                            settings=WhisperSTTService.Settings(model=str(HERE / "whisper-base"), language="en"))
    tts = PiperTTSService(download_dir=MODELS, settings=PiperTTSService.Settings(voice="en_US-joe-medium"))
    line = Line(TransportParams(audio_out_enabled=True, audio_out_sample_rate=OUT_HZ))
    chain = [VADProcessor(vad_analyzer=SileroVADAnalyzer()), stt]
    if plan["end"] == "turn":
        chain.append(UserTurnProcessor())
    worker = PipelineWorker(Pipeline([*chain, Answer(), tts, line]),
                            params=PipelineParams(audio_in_sample_rate=IN_HZ, audio_out_sample_rate=OUT_HZ),
                            idle_timeout_secs=None)
    sentences = [caller_frames(path) for path in plan["files"]]
    # The engines' first use is slower; a server in use has that behind it.
    async for _ in stt.run_stt(b"".join(sentences[0][0])):
        pass
    for _ in tts._voice.synthesize(GREETING):
        pass

    runner = WorkerRunner(handle_sigint=False)
    running = asyncio.create_task(_run(runner, worker))
    await asyncio.sleep(0.5)
    print("ready", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    await asyncio.sleep(plan["start_ms"] / 1_000)
    began = time.monotonic()
    await worker.queue_frame(TTSSpeakFrame(GREETING))
    plays, voiced_s = await talk(worker, InputAudioRawFrame, sentences, state, began)
    print(json.dumps({"plays": plays, "bot": state["bot"], "heard": state["heard"], "ended": time.monotonic(),
                      "began": began, "voiced_s": voiced_s}), flush=True)
    running.cancel()
    os._exit(0)


async def _run(runner, worker):
    await runner.add_workers(worker)
    await runner.run()


async def talk(worker, frame_of, sentences, state, began):
    """Speaks when the bot has finished, or has said nothing for long; silence is sent all the time."""
    silence = bytes(int(IN_HZ * FRAME_S) * 2)
    plays, voiced_s, waiting_since, tick = [], 0.0, began, 0
    speaking = None
    think_until = None
    while True:
        now = time.monotonic()
        frame = silence
        if speaking:
            frames, first, last, at = speaking
            frame = frames[at]
            if at == first:
                plays[-1]["onset"] = now
            if at == last:
                plays[-1]["last_voiced"] = now
            if first <= at <= last:
                voiced_s += FRAME_S
                waiting_since = now
            speaking = (frames, first, last, at + 1) if at + 1 < len(frames) else None
        else:
            answered = bool(state["bot"]) and state["bot"][-1] > waiting_since
            quiet = not state["bot"] or now - state["bot"][-1] > PAUSE_S
            ours = quiet and (answered or now - waiting_since > PATIENCE_S)
            if ours and len(plays) == len(sentences):
                return plays, voiced_s
            if ours and think_until is None:
                wanted = began + voiced_s / SHARE - now
                think_until = now + min(max(wanted, THINK_S[0]), THINK_S[1]) + random.uniform(0, 0.2)
            if ours and think_until is not None and now >= think_until:
                state["reply"] = len(plays)
                speaking = (*sentences[len(plays)], 0)
                plays.append({"onset": None, "last_voiced": None})
                think_until = None
        await worker.queue_frame(frame_of(audio=frame, sample_rate=IN_HZ, num_channels=1))
        tick += 1
        await asyncio.sleep(max(0, began + tick * FRAME_S - time.monotonic()))


# --- many of them ----------------------------------------------------------------------------------

def plans(folder, count, end):
    language = "en"
    numbers = [f"{random.randrange(70_000_000, 99_999_999)}" for _ in range(count)]
    texts = [[turn.sentence(language, line, number) for line in turn.DIALOGS[language]] for number in numbers]
    files = render(folder, [(language, text) for lines in texts for text in lines])
    for number, lines, start in zip(numbers, texts, turn.starts(count)):
        spelled = " ".join(number)
        place, days = random.choice(turn.PLACES[language]), random.randrange(2, 6)
        yield {"files": [str(files[language, text]) for text in lines], "start_ms": start, "end": end,
               "replies": [reply.format(number=spelled, place=place, days=days) for reply in REPLIES]}


def started(plan):
    child = subprocess.Popen([sys.executable, "-B", __file__, "--converse"], stdin=subprocess.PIPE,
                             stdout=subprocess.PIPE, text=True)
    child.stdin.write(json.dumps(plan) + "\n")
    child.stdin.flush()
    return child


def memory_kb(child):
    """Its peak; none once it has ended and is only waited for."""
    status = pathlib.Path(f"/proc/{child.pid}/status").read_text()
    return int(status.split("VmHWM:")[1].split()[0]) if "VmHWM:" in status else None


def cpu_s(child):
    fields = pathlib.Path(f"/proc/{child.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def round_of(folder, count, end):
    children = [started(plan) for plan in plans(folder, count, end)]
    told, memory, used = [], [], 0.0
    try:
        for child in children:
            if child.stdout.readline().strip() != "ready":
                raise RuntimeError("a conversation did not start")
        began, before = time.monotonic(), sum(cpu_s(child) for child in children)
        for child in children:
            child.stdin.write("go\n")
            child.stdin.flush()
        alive = list(children)
        last = {}
        while alive:
            time.sleep(0.5)
            for child in list(alive):
                if child.poll() is None:
                    kb = memory_kb(child)
                    last[child.pid] = (kb, cpu_s(child)) if kb else last.get(child.pid, (0, 0.0))
                else:
                    alive.remove(child)
        told = [json.loads(child.stdout.readline() or "null") for child in children]
        memory = [kb for kb, _ in last.values()]
        used = (sum(cpu for _, cpu in last.values()) - before) / (time.monotonic() - began)
    finally:
        for child in children:
            if child.poll() is None:
                child.kill()
                child.wait()
    return told, memory, used


def judged(told):
    """As scripts/bench does: gap, cut off or unanswered, for each sentence."""
    for one in told:
        plays = one["plays"]
        # Stretches of sound: a start after at least 100 ms of silence.
        starts = [at for n, at in enumerate(one["bot"]) if n == 0 or at - one["bot"][n - 1] > 0.1]
        for n, play in enumerate(plays):
            last = play["last_voiced"]
            until = plays[n + 1]["onset"] if n + 1 < len(plays) else one["ended"] + 1
            cut = any(play["onset"] + 0.2 < start <= last for start in starts)
            answers = [start for start in starts if last < start < until]
            yield {"gap": round((answers[0] - last) * 1_000) if answers and not cut else None,
                   "cut": cut, "answered": bool(answers) or cut}


def run(args):
    about = {"machine": machine(), "models": models()}
    loads, results = args.conversations or LOADS, {}
    with tempfile.TemporaryDirectory() as folder:
        for count in loads:
            turns, memory, used, talking, lived = [], [], [], 0.0, 0.0
            for number in range(args.rounds or ROUNDS.get(count, 1)):
                print(f"{count} conversations at once ({number + 1})", file=sys.stderr, flush=True)
                told, kb, cores = round_of(pathlib.Path(folder) / f"{count}-{number}", count, args.end)
                dead = sum(one is None for one in told)
                if dead:
                    raise RuntimeError(f"{dead} conversations ended without a word")
                turns += judged(told)
                memory += kb
                used.append(cores)
                talking += sum(one["voiced_s"] for one in told)
                lived += sum(one["ended"] - one["began"] for one in told)
            gaps = [one["gap"] for one in turns if one["gap"] is not None]
            results[count] = {
                "turn_gap_ms": spread(gaps), "turns": len(gaps), "turns_said": len(turns),
                "turns_unanswered": sum(not one["answered"] for one in turns),
                "turns_cut_off": sum(one["cut"] for one in turns),
                "memory_mb_each": round(percentile(memory, 0.5) / 1024) if memory else None,
                "cores_used": round(sum(used) / len(used), 2), "talk_share": round(talking / lived, 3),
            }
    result = {"loads": results, "end": args.end, "pipecat": importlib.metadata.version("pipecat-ai"), **about}
    show(result)
    return result


def show(result):
    head(f"Pipecat {result['pipecat']}, answering when {'the voice detector stops' if result['end'] == 'vad' else 'its default strategy ends the turn'}: "
         "from the caller's last sound to the first audible output, ms", result)
    print("  in Pipecat: Silero, faster-whisper base int8, Piper en_US-joe-medium; every reply synthesised")
    loads = result["loads"]
    print(f"\n  {'conversations at once':34}" + "".join(f"{count:>8}" for count in loads))
    rows = [("gap p50", lambda r: r["turn_gap_ms"]["p50"]), ("gap p95", lambda r: r["turn_gap_ms"]["p95"]),
            ("turns said", lambda r: r["turns_said"]), ("turns unanswered", lambda r: r["turns_unanswered"]),
            ("turns cut off by the bot", lambda r: r["turns_cut_off"]), ("cores used", lambda r: r["cores_used"]),
            ("memory of each, MB", lambda r: r["memory_mb_each"]), ("callers talk, share", lambda r: r["talk_share"])]
    for name, value in rows:
        print(f"  {name:34}" + "".join(shown(value(one)) for one in loads.values()))


def main():
    if sys.argv[1:] == ["--converse"]:
        asyncio.run(converse(json.loads(sys.stdin.readline())))
        return
    parser = argparse.ArgumentParser(prog="scripts/bench-pipecat", description=__doc__)
    parser.add_argument("--conversations", type=int, action="append", help="how many at once; may be given again")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--end", choices=["vad", "turn"], default="vad", help="what ends a turn")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    args = parser.parse_args()
    try:
        result = run(args)
    except (RuntimeError, OSError, subprocess.SubprocessError) as error:
        sys.exit(f"error: {error}")
    if args.json:
        print(json.dumps(result))


if __name__ == "__main__":
    main()
