//! Every part, once.

use super::{HttpTask, Server};
use crate::api::{self, ApiState, Readiness};
use crate::call::CallTimes;
use crate::config::Config;
use crate::desk::web::WebOptions;
use crate::desk::{Desk, DeskOptions};
use crate::edge::bad_line::BadLine;
use crate::edge::clock::Clock;
use crate::edge::guard::TrunkGuard;
use crate::edge::webrtc::WebPhones;
use crate::edge::{Media, MediaConfig, sound};
use crate::engines::admission::{AdmissionLimits, Strain};
use crate::engines::gate::Gate;
use crate::hear::SpeechToText;
use crate::hear::prosody::WithProsody;
use crate::hear::remote::RemoteFirst;
use crate::hear::silero::Silero;
use crate::hear::smart_turn::SmartTurn;
use crate::hear::whisper::{Whisper, WhisperConfig};
use crate::models;
use crate::record::Recorder;
use crate::runner::Parts;
use crate::runner::actions::ActionRunner;
use crate::runner::bots::Bots;
use crate::runner::chat::rooms::Rooms;
use crate::runner::chat::{ChatOrder, ChatParts};
use crate::store::Store;
use sip::endpoint::{Endpoint, EndpointConfig};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Weights without which a node does not start, by their names in the manifest. Voices come on top.
pub const NEEDED_MODELS: [&str; 3] = ["whisper-base-q8_0.bin", "silero_vad.onnx", "e5-small-q4.bin"];

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// Exit code 64: configuration or a bot.
    #[error("{0}")]
    Config(String),
    #[error("{what}: {detail}")]
    Part { what: &'static str, detail: String },
}

/// Says which part failed.
pub(super) fn part<E: std::fmt::Display>(what: &'static str) -> impl Fn(E) -> BuildError {
    move |error| BuildError::Part { what, detail: error.to_string() }
}

/// Builds a node. Ports are bound last, when everything behind them is ready.
pub(super) async fn build(config: Config, actions: ActionRunner) -> Result<Server, BuildError> {
    let clock = Clock::start();
    let metrics = super::exposition::install().map_err(part("metrics"))?;
    let guard =
        TrunkGuard::new(config.trunk.clone()).map_err(|missing| BuildError::Config(missing.join("; ")))?;
    let guard = Arc::new(guard);

    let store = Store::open(&config.data_dir).await.map_err(part("store"))?;
    let orphans = store.close_orphans(clock.now()).await.map_err(part("store"))?;
    if orphans > 0 {
        tracing::warn!(orphans, "calls of an earlier run were closed as lost");
    }
    let admin_token = store.first_admin_token(clock.now()).await.map_err(part("store"))?;
    let recorder = Recorder::new(store.clone());

    let vad = Silero::load(&locate(&config, "silero_vad.onnx")?).map_err(part("voice detector"))?;
    let whisper = load_whisper(&config)?;
    let stt: Arc<dyn SpeechToText> = match super::remote::stt(&config).map_err(BuildError::Config)? {
        Some(remote) => Arc::new(RemoteFirst::new(remote, whisper.clone())),
        None => whisper.clone(),
    };
    let stt = with_melody(&config, stt)?;
    let tts = super::bots::voices(&config)?;
    let adviser = super::remote::adviser(&config).map_err(BuildError::Config)?;
    let fleet = Arc::new(super::bots::load(&config, clock, tts.clone(), adviser.clone()).await?);
    let music = load_music(&config)?;

    let options = DeskOptions { guard: Some(guard.clone()), ..desk_options(&config, &fleet.bots) };
    let desk = Desk::start_with(clock, store.clone(), recorder.clone(), options);
    let readiness = Readiness::default();
    readiness.set("sip", Err("starting".into()));
    let bots = fleet.bots.clone();
    let (readiness_of_api, desk_of_api) = (readiness.clone(), desk.clone());
    let state = ApiState { clock, store, desk: desk_of_api, fleet, readiness: readiness_of_api, metrics };
    let phones = start_phones(&config, clock, desk.clone()).await?;
    let mut http = serve_http(&config, state, desk.clone(), phones.clone()).await?;
    let media = start_media(&config, clock)?;
    let (endpoint, incoming) = bind_sip(&config, guard.clone()).await?;
    readiness.set("sip", Ok(()));
    let gate = open_gate(&config, clock, &readiness, &whisper, &media);

    let (actions, cut) = (Arc::new(actions), CancellationToken::new());
    let chat = ChatParts {
        clock,
        desk: desk.clone(),
        recorder: recorder.clone(),
        actions: actions.clone(),
        adviser: adviser.clone(),
        bots: bots.clone(),
        times: chat_times(&config),
        cut: cut.clone(),
    };
    let chats = open_chats(&config, &mut http, clock, bots.clone()).await?;
    let parts = Parts {
        clock,
        endpoint,
        media,
        phones,
        stt,
        vad,
        tts,
        desk,
        recorder,
        actions,
        adviser,
        music,
        bots,
        guard: guard.clone(),
        times: call_times(&config),
        end_silence_ms: config.hear.end_silence_ms,
        notes: config.hear.notes,
        keep_messages: Duration::from_secs(config.voicemail.keep_days * 86_400),
        keep_letters: Duration::from_secs(config.contacts.keep_days * 86_400),
        keep_follow_ups: Duration::from_secs(config.wrap_up.keep_follow_ups_days * 86_400),
        cut,
    };
    Ok(Server {
        parts: Arc::new(parts),
        guard,
        incoming,
        readiness,
        http,
        chat: Arc::new(chat),
        chats,
        drain_for: Duration::from_secs(config.limits.drain_s),
        gate,
        admin_token,
    })
}

fn desk_options(config: &Config, bots: &Arc<Bots>) -> DeskOptions {
    DeskOptions {
        after_call: config.wrap_up.after_call(),
        glossary: bots.clone(),
        outside: config.outside.clone(),
        library: bots.clone(),
        tell_watched: config.http.tell_watched,
        ..DeskOptions::default()
    }
}

/// What callers hear while they wait.
fn load_music(config: &Config) -> Result<Arc<[i16]>, BuildError> {
    let Some(path) = &config.media.hold_music else { return Ok(sound::hold_music()) };
    sound::load(path).map_err(|error| BuildError::Config(format!("media.hold_music: {error}")))
}

fn call_times(config: &Config) -> CallTimes {
    CallTimes {
        ring_agent: Duration::from_secs(config.sip.ring_agent_s),
        call_max: Duration::from_secs(config.limits.call_s),
        end_silence: Duration::from_millis(config.hear.end_silence_ms),
        ..CallTimes::default()
    }
}

fn chat_times(config: &Config) -> CallTimes {
    let seconds = Duration::from_secs;
    call_times(config).in_writing(seconds(config.chat.idle_s), seconds(config.chat.gone_s))
}

/// The visitors' listener, where a bot chats.
async fn open_chats(
    config: &Config,
    http: &mut Vec<HttpTask>,
    clock: Clock,
    bots: Arc<Bots>,
) -> Result<Option<mpsc::Receiver<ChatOrder>>, BuildError> {
    if !config.chat.is_on() {
        return Ok(None);
    }
    let (rooms, orders) = Rooms::new(config.chat.clone(), clock, bots);
    http.push(serve_one(config.chat.listen, api::chat::router(Arc::new(rooms))).await?);
    Ok(Some(orders))
}

/// Where a weight lies; the error says which command brings it.
pub(super) fn locate(config: &Config, name: &str) -> Result<std::path::PathBuf, BuildError> {
    models::locate(&config.models_dir, name).map_err(part("models"))
}

fn load_whisper(config: &Config) -> Result<Arc<Whisper>, BuildError> {
    let whisper = WhisperConfig {
        workers: config.hear.workers,
        queue_utterances: config.hear.queue_utterances,
        beam: config.hear.beam,
        narrows: true,
    };
    Whisper::load(&locate(config, "whisper-base-q8_0.bin")?, whisper).map_err(part("recogniser"))
}

/// The recogniser, with an ear for melody where one is configured.
fn with_melody(config: &Config, stt: Arc<dyn SpeechToText>) -> Result<Arc<dyn SpeechToText>, BuildError> {
    let Some(name) = &config.hear.turn_model else { return Ok(stt) };
    let refused = |error: &dyn std::fmt::Display| BuildError::Config(format!("hear.turn_model: {error}"));
    let path = models::locate(&config.models_dir, name).map_err(|error| refused(&error))?;
    let model = SmartTurn::load(&path).map_err(|error| refused(&error))?;
    Ok(Arc::new(WithProsody::new(stt, model)))
}

/// Watches how the node does, and turns calls away before those that run suffer.
fn open_gate(
    config: &Config,
    clock: Clock,
    readiness: &Readiness,
    whisper: &Arc<Whisper>,
    media: &Arc<Media>,
) -> Arc<Gate> {
    let limits = AdmissionLimits {
        calls: config.limits.calls,
        wait_ms: config.limits.recogniser_wait_ms,
        media_late: config.limits.media_late,
    };
    let gate = Gate::new(clock, limits, config.limits.when_full);
    let (readiness, wait_ms, mut late) = (readiness.clone(), whisper.strain(), media.late_share());
    let ready = move |state| readiness.set("load", state);
    let strain = move || Strain { wait_ms: wait_ms(), media_late: late.look() };
    tokio::spawn(gate.clone().watch(ready, strain));
    gate
}

fn start_media(config: &Config, clock: Clock) -> Result<Arc<Media>, BuildError> {
    let bind = config.sip.udp.ip();
    let media = MediaConfig {
        bind,
        advertised: advertised(config),
        ports: config.media.ports.first..=config.media.ports.last,
        threads: config.media.threads,
        nat: config.media.nat,
        line: BadLine::default(),
    };
    Media::start(media, clock).map_err(part("media"))
}

/// Telephones in browsers; the desk is told as they come and go.
async fn start_phones(config: &Config, clock: Clock, desk: Desk) -> Result<WebPhones, BuildError> {
    let listen = config.media.webrtc;
    let advertised = config.sip.external_ip.unwrap_or(listen.ip());
    let failed =
        |error| BuildError::Part { what: "telephones in browsers", detail: format!("{listen}: {error}") };
    let (phones, mut changes) =
        WebPhones::start(listen, advertised, clock).await.map_err(|error: std::io::Error| failed(error))?;
    tokio::spawn(async move {
        while let Some(change) = changes.recv().await {
            desk.phone(change).await;
        }
    });
    Ok(phones)
}

/// The address that far ends see: the configured one, or the one that we listen on.
fn advertised(config: &Config) -> IpAddr {
    config.sip.external_ip.unwrap_or(config.sip.udp.ip())
}

async fn bind_sip(
    config: &Config,
    guard: Arc<TrunkGuard>,
) -> Result<(Endpoint, mpsc::Receiver<sip::session::Incoming>), BuildError> {
    let endpoint = EndpointConfig {
        tcp: Some(config.sip.tcp),
        external_ip: config.sip.external_ip,
        session_expires: Duration::from_secs(config.sip.session_expires_s),
        // A call with an agent has two sessions.
        max_sessions: 2 * config.limits.calls,
        ..EndpointConfig::new(config.sip.udp, guard)
    };
    Endpoint::bind(endpoint).await.map_err(part("sip"))
}

/// Desk and API have listeners of their own: the desk may be open to a network, the API need not.
async fn serve_http(
    config: &Config,
    state: ApiState,
    desk: Desk,
    phones: WebPhones,
) -> Result<Vec<HttpTask>, BuildError> {
    let options = WebOptions { secure_cookies: config.http.secure_cookies };
    let desk = serve_one(config.http.desk, crate::desk::web::router(desk, phones, options)).await?;
    let api = serve_one(config.http.api, api::router(state)).await?;
    Ok(vec![desk, api])
}

async fn serve_one(listen: SocketAddr, router: axum::Router) -> Result<HttpTask, BuildError> {
    let refused =
        |error: std::io::Error| BuildError::Part { what: "http", detail: format!("{listen}: {error}") };
    let listener = tokio::net::TcpListener::bind(listen).await.map_err(refused)?;
    let addr = listener.local_addr().map_err(refused)?;
    let stop = CancellationToken::new();
    let stopped = stop.clone();
    let task = tokio::spawn(async move {
        let service = router.into_make_service_with_connect_info::<SocketAddr>();
        let serving = axum::serve(listener, service).with_graceful_shutdown(stopped.cancelled_owned());
        if let Err(error) = serving.await {
            tracing::error!(%error, "http listener ended");
        }
    });
    Ok(HttpTask { addr, stop, task })
}
