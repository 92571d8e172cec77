//! What callers utter over the bot: recordings, and what a synthetic voice makes of back-channels.

use crate::cli::eval_data::{read_manifest, read_wav};
use crate::decide::bot::Bot;
use crate::decide::load;
use crate::decide::prompts::Prompts;
use crate::hear::phone_band::phone_band;
use crate::hear::resample::{Resampler, to_floats, to_samples};
use crate::language::Language;
use crate::speak::{Speech, TextToSpeech};
use anyhow::{Context, ensure};
use futures::executor::block_on;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

/// Level of a caller's voice: -20 dBFS, as amplitude of 16 bit samples.
pub(in crate::cli) const LEVEL: f32 = 3_277.0;
/// A clip begins and ends where it is louder than this share of its loudest block of 10 ms: -30 dB.
const EDGE: f32 = 0.0316;
const BLOCK_SAMPLES: usize = 80;
/// A noise is heard for a second.
const NOISE_SAMPLES: usize = 8_000;
/// What espeak-ng writes: a WAV header whose lengths are not filled in, then samples at its own rate.
const HEADER_BYTES: usize = 44;
const ESPEAK_HZ: u32 = 22_050;
/// Synthetic callers: variant and words per minute.
const CALLERS: [(&str, &str); 4] = [("m3", "150"), ("m7", "170"), ("f2", "160"), ("f4", "140")];

pub(super) const DISCLOSURE: &str = "Duet.";

/// Something uttered: 8 kHz, trimmed to its sound, at -20 dBFS.
pub(in crate::cli) struct Clip {
    pub name: String,
    pub samples: Vec<i16>,
}

impl Clip {
    pub(in crate::cli) fn new(name: &str, pcm: &[i16]) -> Clip {
        let loud: Vec<f32> = pcm.chunks(BLOCK_SAMPLES).map(crate::hear::echo::rms).collect();
        let edge = loud.iter().copied().fold(0.0, f32::max) * EDGE;
        let first = loud.iter().position(|loud| *loud > edge).unwrap_or(0);
        let last = loud.iter().rposition(|loud| *loud > edge).map_or(0, |last| last + 1);
        let part = &pcm[first * BLOCK_SAMPLES..(last * BLOCK_SAMPLES).min(pcm.len())];
        let voiced: Vec<i16> = part
            .chunks(BLOCK_SAMPLES)
            .filter(|block| crate::hear::echo::rms(block) > edge * 3.0)
            .flatten()
            .copied()
            .collect();
        let gain = LEVEL / crate::hear::echo::rms(&voiced).max(1.0);
        let scaled = part.iter().map(|sample| (f32::from(*sample) * gain) as i16).collect();
        Clip { name: name.to_owned(), samples: scaled }
    }
}

/// The bot with one long sentence instead of a greeting.
pub(super) fn talkative(dir: &Path, language: Language) -> anyhow::Result<Bot> {
    let mut bot = load::load(dir).map_err(|problems| anyhow::anyhow!("{}: {problems:?}", dir.display()))?;
    ensure!(bot.languages.contains(&language), "{}: the bot does not speak {language}", dir.display());
    let text = format!("{} = {DISCLOSURE}\ngreeting = {}\n", bot.disclosure, monologue(language));
    let prompts = Prompts::parse(language, "", "eval", &text);
    let prompts = prompts.map_err(|problems| anyhow::anyhow!("{problems:?}"))?;
    bot.prompts.insert(language, prompts);
    Ok(bot)
}

/// Long enough that nobody waits for its end.
pub(super) fn monologue(language: Language) -> &'static str {
    match language {
        Language::Polish => {
            "Państwa przesyłka została wczoraj nadana w Krakowie i jest teraz w sortowni w Warszawie, skąd jutro \
             rano zabierze ją kurier. Kurier zadzwoni przed przyjazdem, a gdyby nikogo nie było w domu, zostawi \
             paczkę w najbliższym punkcie odbioru, gdzie będzie czekać siedem dni. Jeżeli termin nie odpowiada, \
             można go zmienić na naszej stronie albo poprosić o inny adres doręczenia."
        }
        Language::Romanian => {
            "Coletul dumneavoastră a fost predat ieri la Cluj și se află acum în centrul de sortare din București, \
             de unde va fi preluat mâine dimineață de curier. Curierul va suna înainte de a ajunge, iar dacă nu este \
             nimeni acasă, va lăsa coletul la cel mai apropiat punct de ridicare, unde va rămâne șapte zile. Dacă \
             ziua nu vă convine, o puteți schimba pe pagina noastră sau puteți cere altă adresă de livrare."
        }
        Language::English => {
            "Your parcel was handed in yesterday in Manchester and is now at the sorting centre in London, where a \
             courier will collect it tomorrow morning. The courier will ring before arriving, and if nobody is at \
             home the parcel will be left at the nearest pick-up point, where it stays for seven days. If that day \
             does not suit you, it can be changed on our website, or you can ask for another address."
        }
    }
}

/// Audio of one text.
pub(in crate::cli) fn spoken(
    voice: &dyn TextToSpeech,
    text: &str,
    language: Language,
) -> anyhow::Result<Arc<[i16]>> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        match voice.speak(text, language).await? {
            Speech::Ready(samples) => Ok(samples),
            Speech::Stream(mut chunks) => {
                let mut all = Vec::new();
                while let Some(chunk) = chunks.recv().await {
                    all.extend(chunk?);
                }
                Ok(all.into())
            }
        }
    })
}

/// What listeners say meanwhile, by four synthetic callers: there are no recordings of it.
pub(super) fn backchannels(language: Language) -> anyhow::Result<Vec<Clip>> {
    let texts: &[&str] = match language {
        Language::Polish => {
            &["tak", "no", "no tak", "aha", "[[m'hm]]", "dobrze", "okej", "jasne", "rozumiem", "tak, tak"]
        }
        Language::Romanian => {
            &["da", "da, da", "aha", "[[m'hm]]", "bine", "okay", "sigur", "înțeleg", "așa", "îhî"]
        }
        Language::English => {
            &["yes", "yeah", "okay", "right", "uh-huh", "[[m'hm]]", "I see", "sure", "got it", "aha"]
        }
    };
    all_callers(texts, language)
}

/// The shortest interruptions, which must not be taken for back-channels.
pub(super) fn short_words(language: Language) -> anyhow::Result<Vec<Clip>> {
    let texts: &[&str] = match language {
        Language::Polish => &["nie", "stop", "czekaj", "konsultant", "co?", "halo"],
        Language::Romanian => &["nu", "stop", "stai", "operator", "ce?", "alo"],
        Language::English => &["no", "stop", "wait", "agent", "what?", "hello"],
    };
    all_callers(texts, language)
}

/// Interruptions where there are no recordings.
pub(super) fn sentences(language: Language) -> anyhow::Result<Vec<Clip>> {
    let texts: &[&str] = match language {
        Language::Polish => &[
            "Chwileczkę, a gdzie to jest?",
            "Nie, to nie ta paczka.",
            "Chcę rozmawiać z człowiekiem.",
            "Proszę powtórzyć.",
        ],
        Language::Romanian => &[
            "Stai puțin, unde este?",
            "Nu, nu este coletul acesta.",
            "Vreau să vorbesc cu un om.",
            "Repetați, vă rog.",
        ],
        Language::English => &[
            "Wait, where is that?",
            "No, that is the wrong one.",
            "I want to talk to a person.",
            "Please say that again.",
        ],
    };
    all_callers(texts, language)
}

fn all_callers(texts: &[&str], language: Language) -> anyhow::Result<Vec<Clip>> {
    let pairs = texts.iter().flat_map(|text| CALLERS.map(|caller| (text, caller)));
    pairs.map(|(text, (variant, pace))| espeak(text, language, variant, pace)).collect()
}

fn espeak(text: &str, language: Language, variant: &str, pace: &str) -> anyhow::Result<Clip> {
    let voice = format!("{language}+{variant}");
    let made = Command::new("espeak-ng").args(["-v", &voice, "-s", pace, "--stdout", text]).output();
    let made = made.context("espeak-ng")?;
    ensure!(
        made.status.success() && made.stdout.len() > HEADER_BYTES,
        "espeak-ng did not say {text:?} as {voice}"
    );
    let samples = made.stdout[HEADER_BYTES..].as_chunks::<2>().0.iter().map(|pair| i16::from_le_bytes(*pair));
    let samples: Vec<i16> = samples.collect();
    let at_8_khz = Resampler::new(ESPEAK_HZ, 8_000)?.clip(&to_floats(&samples))?;
    Ok(Clip::new(&format!("{text} ({variant})"), &phone_band(&to_samples(&at_8_khz))))
}

/// The loudest second of each recording.
pub(super) fn noises(manifest: &Path) -> anyhow::Result<Vec<Clip>> {
    let clip = |item: &crate::cli::eval_data::Item| {
        let pcm = read_wav(&item.file)?;
        let energy = |at: &usize| -> i64 {
            let part = &pcm[*at..(*at + NOISE_SAMPLES).min(pcm.len())];
            part.iter().map(|sample| i64::from(*sample).pow(2)).sum()
        };
        let places = (0..pcm.len().saturating_sub(NOISE_SAMPLES).max(1)).step_by(800);
        let from = places.max_by_key(energy).unwrap_or(0);
        let name = item.labels.get("noise").cloned().unwrap_or_default();
        Ok(Clip::new(&name, &phone_band(&pcm[from..(from + NOISE_SAMPLES).min(pcm.len())])))
    };
    read_manifest(manifest)?.iter().map(clip).collect()
}

/// Waits for a future of an engine that has threads of its own.
pub(super) fn wait<T>(future: impl Future<Output = T>) -> T {
    block_on(future)
}
