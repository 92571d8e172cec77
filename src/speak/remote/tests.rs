use super::*;
use crate::engines::scripted::{Asked, Script, Scripted, at_once};
use crate::speak::voice::tests::{Scripted as LocalVoice, all_of};
use crate::speak::voice::{Fallback, Sentences};
use crate::speak::wav::tests::wav;
use crate::speak::{Speech, TextToSpeech};
use tokio::sync::Notify;

/// A second of tone at 16 kHz with 100 ms of silence in front.
fn tone() -> Vec<i16> {
    let tone = (0..16_000).map(|n| ((n as f32 * 0.2).sin() * 3_000.0) as i16);
    std::iter::repeat_n(0, 1_600).chain(tone).collect()
}

fn voice(server: &Scripted, format: Format) -> RemoteVoice {
    let request = SpeechRequest { model: "tts-1".into(), voice: "alloy".into(), format };
    RemoteVoice::new(Arc::new(server.endpoint("tts")), request)
}

fn with_fallback(server: &Scripted) -> Sentences {
    let first = Arc::new(voice(server, Format::Wav));
    let voice = Arc::new(Fallback::new(first, LocalVoice::new("second")));
    Sentences { voice, language: Language::English }
}

fn rms(samples: &[i16]) -> f32 {
    let floats: Vec<f32> = samples.iter().map(|sample| f32::from(*sample) / 32_768.0).collect();
    level::speech_rms(&floats).unwrap()
}

#[tokio::test]
async fn the_server_gets_model_voice_and_text_and_its_audio_comes_at_the_common_loudness() {
    let server = Scripted::start(Script::Says(wav(16_000, &tone()).into())).await;
    let said = voice(&server, Format::Wav).say("Hello.", Language::English, Patience::Now).await.unwrap();
    assert!((7_900..=8_400).contains(&said.len()), "a second at 8 kHz: {}", said.len());
    assert!((rms(&said) - level::SPEECH_RMS).abs() < 0.01, "{}", rms(&said));
    let [Asked { path, authorization, body }] = &server.asked()[..] else { panic!("one request") };
    assert_eq!((path.as_str(), authorization.as_deref()), ("/v1/audio/speech", Some("Bearer secret")));
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    let expected = json!({ "model": "tts-1", "voice": "alloy", "input": "Hello.", "response_format": "wav" });
    assert_eq!(body, expected);
}

#[tokio::test]
async fn bare_samples_are_taken_at_the_rate_agreed_on() {
    let bytes: Vec<u8> = tone().iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let server = Scripted::start(Script::Says(bytes.into())).await;
    let voice = voice(&server, Format::Pcm { rate_hz: 16_000 });
    let said = voice.say("Hello.", Language::English, Patience::Now).await.unwrap();
    assert!((7_900..=8_400).contains(&said.len()), "{}", said.len());
}

#[tokio::test]
async fn the_caller_hears_the_beginning_while_the_end_is_being_made() {
    let whole = wav(16_000, &tone());
    let (first, second) = whole.split_at(whole.len() / 2);
    let go_on = Arc::new(Notify::new());
    let script = Script::InTwo(first.to_vec().into(), second.to_vec().into(), go_on.clone());
    let server = Scripted::start(script).await;
    let voice = voice(&server, Format::Wav);
    // The loudness is known from the sentence before.
    *voice.gain.lock().unwrap() = Some(1.5);
    let Parts::Stream(mut parts) =
        voice.say_in_parts("Hello.", Language::English, Patience::Now).await.unwrap()
    else {
        panic!("a stream");
    };
    // The server says nothing more until this part was heard.
    let mut said = parts.recv().await.unwrap().unwrap();
    go_on.notify_one();
    while let Some(part) = parts.recv().await {
        said.extend(part.unwrap());
    }
    assert!((7_900..=8_400).contains(&said.len()), "{}", said.len());
    assert!((rms(&said) - 1.5 * 3_000.0 / 32_768.0 * std::f32::consts::FRAC_1_SQRT_2).abs() < 0.005);
}

#[tokio::test]
async fn whatever_the_server_does_the_sentence_is_spoken_by_the_local_voice() {
    let faults = [
        Script::Silent,
        Script::Status(500, "out of memory"),
        Script::Status(404, "no such voice"),
        Script::Says("{\"error\": \"json instead of audio\"}".into()),
        Script::Says(wav(16_000, &[]).into()),
        Script::Says("".into()),
        Script::Stalls(wav(16_000, &[]).into()),
        Script::BreaksOff(wav(16_000, &tone()[..4_000]).into(), at_once()),
    ];
    for fault in faults {
        let server = Scripted::start(fault).await;
        let speech = with_fallback(&server).speak("Hello.", Language::English).await.unwrap();
        assert_eq!(all_of(speech).await.unwrap(), vec![1; 60], "ten samples a letter: the local voice");
    }
}

#[tokio::test]
async fn a_sentence_that_breaks_off_in_the_middle_ends_with_an_error() {
    let hang_up = Arc::new(Notify::new());
    let script = Script::BreaksOff(wav(16_000, &tone()).into(), hang_up.clone());
    let server = Scripted::start(script).await;
    let voice = voice(&server, Format::Wav);
    *voice.gain.lock().unwrap() = Some(1.0);
    let sentences = Sentences { voice: Arc::new(voice), language: Language::English };
    let speech = sentences.speak("Hello.", Language::English).await.unwrap();
    let Speech::Stream(mut parts) = speech else { panic!("a stream") };
    assert!(parts.recv().await.unwrap().is_ok_and(|part| !part.is_empty()));
    hang_up.notify_one();
    assert!(matches!(all_of(Speech::Stream(parts)).await, Err(TtsError::Engine(_))));
}

#[tokio::test]
async fn a_check_wants_sound_and_not_just_a_status() {
    let server = Scripted::start(Script::Says(wav(16_000, &tone()).into())).await;
    assert_eq!(voice(&server, Format::Wav).check().await, Ok(()));
    let server = Scripted::start(Script::Says(wav(16_000, &[0; 8_000]).into())).await;
    let error = voice(&server, Format::Wav).check().await.unwrap_err();
    assert!(error.to_string().contains("without sound"), "{error}");
}
