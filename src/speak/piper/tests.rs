use super::*;
use crate::speak::level::speech_rms;

fn voice() -> Option<Piper> {
    let dir = std::env::var("DUET_MODELS_DIR").unwrap_or_else(|_| "models".to_owned());
    let onnx = Path::new(&dir).join("en_US-joe-medium.onnx");
    let espeak = Espeak::find(Path::new("espeak-ng"));
    let (true, Ok(espeak)) = (onnx.exists(), espeak) else {
        println!("skipped: {} or espeak-ng is not there", onnx.display());
        return None;
    };
    let limits = PiperLimits { workers: 1, queue_sentences: 1 };
    Some(Piper::load(&onnx, None, espeak, limits).unwrap())
}

async fn say(voice: &Piper, text: &str) -> Vec<i16> {
    voice.say(text, Language::English, Patience::Now).await.unwrap()
}

/// Share of the energy below and above `hz`, by one-pole filters: enough to tell speech from noise.
fn share_below(audio: &[i16], hz: f32) -> f32 {
    let a = (-std::f32::consts::TAU * hz / 8_000.0).exp();
    let (mut low, mut below, mut all) = (0.0f32, 0.0f32, 0.0f32);
    for sample in audio.iter().map(|s| f32::from(*s)) {
        low = (1.0 - a) * sample + a * low;
        below += low * low;
        all += sample * sample;
    }
    below / all
}

#[tokio::test]
async fn a_sentence_has_the_length_loudness_and_spectrum_of_speech() {
    let Some(voice) = voice() else { return };
    let audio = say(&voice, "Your parcel will arrive on Tuesday, between nine and twelve.").await;
    let float: Vec<f32> = audio.iter().map(|s| f32::from(*s) / 32_768.0).collect();
    let rms_db = 20.0 * speech_rms(&float).unwrap().log10();
    let seconds = audio.len() as f32 / 8_000.0;
    assert!((2.0..6.0).contains(&seconds), "{seconds} s");
    assert!((-23.0..-19.0).contains(&rms_db), "{rms_db} dBFS");
    assert!(audio.iter().all(|s| s.unsigned_abs() < 32_000), "clipped");
    assert!(share_below(&audio, 1_000.0) > 0.4, "{}", share_below(&audio, 1_000.0));
}

#[tokio::test]
async fn a_longer_text_takes_longer_to_say() {
    let Some(voice) = voice() else { return };
    let short = say(&voice, "Yes.").await.len();
    let long = say(&voice, "Yes, I have found your parcel and it is on its way to you.").await.len();
    assert!(long > 3 * short, "{short} and {long} samples");
}

#[tokio::test]
async fn phonemes_carry_the_marks_and_stress_the_voice_was_trained_on() {
    let Some(voice) = voice() else { return };
    let phonemes = voice.phonemes("Hello, world!").await.unwrap();
    assert_eq!(phonemes, "həlˈoʊ, wˈɜːld!");
    assert_eq!(ids::ids(&voice.json, &phonemes).skipped, 0);
}

#[tokio::test]
async fn a_full_queue_refuses_at_once_and_the_worker_goes_on() {
    let Some(voice) = voice() else { return };
    let wanted: Vec<i32> = ids::ids(&voice.json, "həlˈoʊ, wˈɜːld!").ids;
    // One is being made, one waits; of six at once some must be refused.
    let all = futures::future::join_all((0..6).map(|_| voice.pool.run(wanted.clone(), Patience::Now))).await;
    let refused = all.iter().filter(|r| matches!(r, Err(TtsError::Overloaded { limit: 1 }))).count();
    assert!((1..6).contains(&refused), "{refused} refused");
    assert!(voice.pool.run(wanted, Patience::Wait).await.is_ok());
}

#[test]
fn a_file_that_is_no_voice_is_named() {
    let Ok(espeak) = Espeak::find(Path::new("espeak-ng")) else {
        println!("skipped: espeak-ng is not there");
        return;
    };
    let dir = tempfile::tempdir().unwrap();
    let onnx = dir.path().join("bad.onnx");
    std::fs::write(&onnx, "no model").unwrap();
    let json = r#"{"audio":{"sample_rate":22050},"espeak":{"voice":"en-us"},
        "phoneme_id_map":{"^":[1],"_":[0],"$":[2]}}"#;
    std::fs::write(json_path(&onnx), json).unwrap();
    let Err(error) = Piper::load(&onnx, None, espeak, PiperLimits::default()) else {
        panic!("loaded a text file as a voice");
    };
    assert!(error.to_string().contains("bad.onnx"), "{error}");
}
