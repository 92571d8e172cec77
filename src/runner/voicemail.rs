//! Messages after the call: the recogniser writes them down, and they go when their time is over.

use super::Parts;
use crate::engines::Urgency;
use crate::hear::{Hint, SpeechToText, SttError, Transcript};
use crate::language::Language;
use crate::record::voicemail::{Voicemail, Words, pieces};
use std::sync::Arc;
use std::time::Duration;

/// A piece that the recogniser had no time for is tried so often, with this between.
const ATTEMPTS: u32 = 20;
const AGAIN: Duration = Duration::from_secs(15);
/// Above this probability of no speech a piece has no words, 0..1.
const NO_SPEECH: f32 = 0.8;
/// Between two looks for messages whose time is over.
const SWEEP_EVERY: Duration = Duration::from_secs(3_600);

/// Writes a message down, and tells those who may read it.
pub(super) async fn write(parts: Arc<Parts>, message: Voicemail, said: Arc<[i16]>) {
    let languages = parts.bots.get(&message.bot).map(|bot| bot.parts.bot.languages.clone());
    let others = languages.unwrap_or_default().into_iter().filter(|other| *other != message.language);
    let hint = Hint { languages: vec![message.language], others: others.collect(), ..Hint::default() };
    let words = match recognise(&*parts.stt, &hint, &said, AGAIN).await {
        Ok(words) => words,
        Err(error) => {
            tracing::warn!(call.id = %message.call_id, %error, "a message was not recognised; people must listen");
            Words::Failed
        }
    };
    if let Err(error) = parts.desk.write_voicemail(&message, words).await {
        tracing::error!(call.id = %message.call_id, %error, "the words of a message could not be written down");
    }
}

/// The words of all pieces; a recogniser that is busy with callers is asked again.
async fn recognise(
    stt: &dyn SpeechToText,
    hint: &Hint,
    said: &[i16],
    again: Duration,
) -> Result<Words, SttError> {
    let (mut text, mut language, mut sure, mut letters) = (String::new(), None::<Language>, 0.0, 0.0);
    for piece in pieces(said) {
        let heard = patiently(stt, hint, &said[piece], again).await?;
        let words = heard.text.trim();
        if words.is_empty() || heard.no_speech > NO_SPEECH {
            continue;
        }
        if !text.is_empty() {
            text.push(' ');
        }
        text.push_str(words);
        language.get_or_insert(heard.language);
        sure += heard.confidence * words.len() as f32;
        letters += words.len() as f32;
    }
    Ok(match language {
        Some(language) => Words::Written { text, language, confidence: sure / letters },
        None => Words::Failed,
    })
}

async fn patiently(
    stt: &dyn SpeechToText,
    hint: &Hint,
    piece: &[i16],
    again: Duration,
) -> Result<Transcript, SttError> {
    let mut tried = 1;
    loop {
        let mut recognition = stt.start(hint.clone());
        recognition.set_urgency(Urgency::Note);
        recognition.push(piece);
        match recognition.decode().await {
            Err(SttError::Engine(error)) => return Err(SttError::Engine(error)),
            Err(error) if tried >= ATTEMPTS => return Err(error),
            Err(_) => tokio::time::sleep(again).await,
            Ok(heard) => return Ok(heard),
        }
        tried += 1;
    }
}

/// Writes down what an earlier run left without words, one after the other; then erases for ever what is too old.
pub async fn look_after(parts: Arc<Parts>) {
    for message in parts.desk.unwritten_voicemails().await.unwrap_or_default() {
        match parts.desk.voicemail_samples(&message.id).await {
            Ok(said) => write(parts.clone(), message, said.into()).await,
            Err(error) => tracing::error!(%error, "a message of an earlier run cannot be read"),
        }
    }
    let mut sweep = tokio::time::interval(SWEEP_EVERY);
    loop {
        sweep.tick().await;
        let before = parts.clock.now() - parts.keep_messages;
        match parts.desk.erase_voicemails_before(before).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "messages whose time was over were erased"),
            Err(error) => tracing::error!(%error, "messages whose time is over could not be erased"),
        }
        match parts.desk.erase_letters_before(parts.clock.now() - parts.keep_letters).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "messages of threads whose time was over were erased"),
            Err(error) => tracing::error!(%error, "messages of threads could not be erased"),
        }
        let before = parts.clock.now() - parts.keep_follow_ups;
        match parts.desk.erase_follow_ups_before(before).await {
            Ok(0) => {}
            Ok(erased) => tracing::info!(erased, "tasks whose time was over were erased"),
            Err(error) => tracing::error!(%error, "tasks whose time is over could not be erased"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;
    use futures::future::BoxFuture;
    use std::collections::VecDeque;
    use std::sync::{Mutex, PoisonError};

    /// A recogniser that answers each decode as it is told, with the length of what it was given.
    struct Scripted(Arc<Mutex<VecDeque<Result<&'static str, SttError>>>>);

    struct One(Arc<Mutex<VecDeque<Result<&'static str, SttError>>>>);

    impl SpeechToText for Scripted {
        fn name(&self) -> &str {
            "scripted"
        }

        fn start(&self, _: Hint) -> Box<dyn crate::hear::Recognition> {
            Box::new(One(self.0.clone()))
        }
    }

    impl crate::hear::Recognition for One {
        fn push(&mut self, _: &[i16]) {}
        fn set_urgency(&mut self, urgency: Urgency) {
            assert_eq!(urgency, Urgency::Note, "callers go first");
        }
        fn cancel(&mut self) {}
        fn decode(&mut self) -> BoxFuture<'static, Result<Transcript, SttError>> {
            let next = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
            let heard = |text: &str| Transcript {
                text: text.into(),
                language: Language::Polish,
                confidence: 0.8,
                no_speech: if text == "hum" { 0.95 } else { 0.0 },
                finished: None,
                queued_ms: 0,
                decode_ms: 1,
            };
            async move { next.expect("no more was expected").map(heard) }.boxed()
        }
    }

    async fn written(
        answers: Vec<Result<&'static str, SttError>>,
        seconds: usize,
    ) -> Result<Words, SttError> {
        let stt = Scripted(Arc::new(Mutex::new(answers.into())));
        recognise(&stt, &Hint::default(), &vec![100; seconds * 8_000], Duration::ZERO).await
    }

    #[tokio::test]
    async fn a_long_message_is_written_piece_by_piece_and_a_busy_recogniser_asked_again() {
        let busy = || Err(SttError::Overloaded { limit: 1 });
        let answers = vec![Ok("Dzień dobry,"), busy(), busy(), Ok("hum"), Ok("proszę o telefon.")];
        let Ok(Words::Written { text, language, confidence }) = written(answers, 45).await else { panic!() };
        assert_eq!((text.as_str(), language), ("Dzień dobry, proszę o telefon.", Language::Polish));
        assert!((confidence - 0.8).abs() < 0.001);
    }

    #[tokio::test]
    async fn a_message_without_words_or_without_a_recogniser_must_be_listened_to() {
        assert!(matches!(written(vec![Ok("hum")], 5).await, Ok(Words::Failed)));
        assert!(written(vec![Err(SttError::Engine("gone".into()))], 5).await.is_err());
    }
}
