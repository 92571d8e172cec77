use super::*;
use crate::engines::scripted::{Script, Scripted, at_once, endpoint};

/// Stands in for the recogniser in process; its words are told from the remote ones.
struct Local;

struct LocalUtterance(usize);

impl SpeechToText for Local {
    fn name(&self) -> &str {
        "local"
    }

    fn start(&self, _: Hint) -> Box<dyn Recognition> {
        Box::new(LocalUtterance(0))
    }
}

impl Recognition for LocalUtterance {
    fn push(&mut self, pcm: &[i16]) {
        self.0 += pcm.len();
    }

    fn set_urgency(&mut self, _: Urgency) {}

    fn cancel(&mut self) {}

    fn decode(&mut self) -> BoxFuture<'static, Result<Transcript, SttError>> {
        let heard = Transcript {
            text: format!("{} samples heard here", self.0),
            language: Language::English,
            confidence: 0.9,
            no_speech: 0.0,
            finished: None,
            queued_ms: 0,
            decode_ms: 1,
        };
        async move { Ok(heard) }.boxed()
    }
}

fn hint(languages: &[Language]) -> Hint {
    Hint { languages: languages.to_vec(), words: vec!["paczka".into()], ..Hint::default() }
}

fn stt(server: &Scripted) -> RemoteFirst {
    RemoteFirst::new(RemoteStt::new(server.endpoint("stt"), "whisper-1".into()), Arc::new(Local))
}

async fn hear(stt: &RemoteFirst, hint: Hint) -> Transcript {
    let mut recognition = stt.start(hint);
    recognition.push(&[100; 8_000]);
    recognition.decode().await.unwrap()
}

const VERBOSE: &str = r#"{"task": "transcribe", "language": "polish", "duration": 1.0, "text": " Gdzie jest paczka?",
    "segments": [{"id": 0, "text": "Gdzie jest paczka?", "avg_logprob": -0.2, "no_speech_prob": 0.03}]}"#;

#[tokio::test]
async fn the_server_gets_audio_language_prompt_and_key_and_its_words_are_heard() {
    let server = Scripted::start(Script::Says(VERBOSE.into())).await;
    let heard = hear(&stt(&server), hint(&[Language::Polish])).await;
    assert_eq!((heard.text.as_str(), heard.language), ("Gdzie jest paczka?", Language::Polish));
    assert!((heard.confidence - 0.819).abs() < 0.001 && heard.no_speech == 0.03, "{heard:?}");
    let [asked] = &server.asked()[..] else { panic!("one request") };
    assert_eq!(asked.path, "/v1/audio/transcriptions");
    assert_eq!(asked.authorization.as_deref(), Some("Bearer secret"));
    for field in [
        "name=\"model\"\r\n\r\nwhisper-1\r\n",
        "name=\"language\"\r\n\r\npl\r\n",
        "name=\"prompt\"\r\n\r\n paczka.\r\n",
        "name=\"response_format\"\r\n\r\nverbose_json\r\n",
        "filename=\"utterance.wav\"",
        "RIFF",
    ] {
        assert!(asked.body.contains(field), "{field:?} in {:?}", &asked.body[..400]);
    }
}

#[tokio::test]
async fn several_languages_are_left_to_the_server_and_a_foreign_one_is_not_believed() {
    let swedish = r#"{"text": "hej", "language": "swedish"}"#;
    let server = Scripted::start(Script::Says(swedish.into())).await;
    let heard = hear(&stt(&server), hint(&[Language::Romanian, Language::English])).await;
    assert_eq!((heard.language, heard.confidence), (Language::Romanian, CONFIDENCE_UNSAID));
    assert!(!server.asked()[0].body.contains("name=\"language\""));
}

#[tokio::test]
async fn words_that_make_little_sense_are_asked_for_in_any_language_that_the_caller_may_change_to() {
    let said = |logprob: f32| {
        format!(
            r#"{{"text": "where is it", "language": "english", "segments": [{{"avg_logprob": {logprob}}}]}}"#
        )
    };
    for (second, expected) in [(-0.2, Language::English), (-0.99, Language::Polish)] {
        let poor = r#"{"text": "uer iz yt", "language": "polish", "segments": [{"avg_logprob": -1.0}]}"#;
        let script = Script::OneAfterTheOther(vec![poor.into(), said(second).into()]);
        let server = Scripted::start(script).await;
        let hint = Hint { others: vec![Language::English], ..hint(&[Language::Polish]) };
        assert_eq!(hear(&stt(&server), hint).await.language, expected);
        let languages = server.asked().into_iter().map(|asked| asked.body.contains("name=\"language\""));
        assert_eq!(languages.collect::<Vec<_>>(), [true, false]);
    }
}

#[tokio::test]
async fn no_words_are_no_speech() {
    let server = Scripted::start(Script::Says(r#"{"text": " "}"#.into())).await;
    let heard = hear(&stt(&server), Hint::default()).await;
    assert_eq!((heard.text.as_str(), heard.no_speech, heard.confidence), ("", 1.0, 0.0));
}

#[tokio::test]
async fn whatever_the_server_does_the_turn_gets_the_local_words() {
    let faults = [
        Script::Silent,
        Script::Status(500, "out of memory"),
        Script::Status(401, "no such key"),
        Script::Status(302, ""),
        Script::Says("<html>maintenance</html>".into()),
        Script::Says(r#"{"error": {"message": "no model"}}"#.into()),
        Script::Stalls(r#"{"text": "half"#.into()),
        Script::BreaksOff(r#"{"text": "half"#.into(), at_once()),
        Script::Says(vec![b' '; TRANSCRIPT_BYTES_MAX + 1].into()),
    ];
    for fault in faults {
        let server = Scripted::start(fault).await;
        assert_eq!(hear(&stt(&server), Hint::default()).await.text, "8000 samples heard here");
        assert_eq!(server.asked().len(), 1);
    }
}

#[tokio::test]
async fn a_server_that_is_not_there_costs_no_turn() {
    let gone = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let remote = RemoteStt::new(endpoint("stt", &format!("http://{gone}/v1")), "m".into());
    let error = remote.check().await.unwrap_err();
    assert!(error.to_string().contains("is the server running"), "{error}");
    let stt = RemoteFirst::new(remote, Arc::new(Local));
    assert_eq!(hear(&stt, Hint::default()).await.text, "8000 samples heard here");
}

#[tokio::test]
async fn after_three_failures_running_the_server_is_left_alone() {
    let server = Scripted::start(Script::Status(503, "busy")).await;
    let stt = stt(&server);
    for _ in 0..5 {
        hear(&stt, Hint::default()).await;
    }
    assert_eq!(server.asked().len(), 3);
}

#[tokio::test]
async fn a_later_decode_cancels_the_earlier_one_and_that_is_no_failure() {
    let server = Scripted::start(Script::Silent).await;
    let stt = stt(&server);
    for _ in 0..5 {
        let mut recognition = stt.start(Hint::default());
        recognition.push(&[1; 800]);
        let earlier = recognition.decode();
        recognition.set_urgency(Urgency::Partial);
        let later = recognition.decode();
        assert!(matches!(earlier.await, Err(SttError::Cancelled)));
        assert_eq!(later.await.unwrap().text, "800 samples heard here", "partial words stay local");
    }
    assert_eq!(stt.remote.transcribe(&[1; 800], &Hint::default()).await.unwrap_err().label(), "timeout");
}

#[tokio::test]
async fn a_check_tells_a_refused_key_from_a_wrong_path() {
    for (status, said) in [(401, "is the key right"), (404, "end in /v1")] {
        let server = Scripted::start(Script::Status(status, "{\"detail\":\n\"nope\"}")).await;
        let error = RemoteStt::new(server.endpoint("stt"), "m".into()).check().await.unwrap_err().to_string();
        assert!(error.contains(said) && error.contains("nope"), "{error}");
    }
    let server = Scripted::start(Script::Says(VERBOSE.into())).await;
    assert_eq!(RemoteStt::new(server.endpoint("stt"), "m".into()).check().await, Ok(()));
}
