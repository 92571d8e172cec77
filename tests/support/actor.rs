//! A voice for the phones of the tests.

use duet::language::Language;
use duet::speak::TextToSpeech;
use duet::speak::voices::{VoiceConfig, VoiceSpec, Voices};
use std::sync::Arc;

/// Speech for the phones of the tests.
pub struct Actor {
    voice: Arc<dyn TextToSpeech>,
}

impl Actor {
    pub fn new() -> Actor {
        let onnx = super::models_dir().join("en_US-joe-medium.onnx");
        let mut config = VoiceConfig::default();
        config.voices.insert(Language::English, VoiceSpec::Piper { onnx, speaker: None });
        Actor { voice: Voices::load(&config).expect("run `duet models fetch` first") }
    }

    /// Half a second of silence, then the words.
    pub async fn speak(&self, text: &str) -> Vec<i16> {
        let speech = self.voice.speak(text, Language::English).await.unwrap();
        let mut samples = vec![0; 4000];
        match speech {
            duet::speak::Speech::Ready(ready) => samples.extend_from_slice(&ready),
            duet::speak::Speech::Stream(mut chunks) => {
                while let Some(chunk) = chunks.recv().await {
                    samples.extend(chunk.unwrap());
                }
            }
        }
        samples
    }
}
