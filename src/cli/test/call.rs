//! Stories as calls: a node of our own with the bot, a SIP caller on loopback, back offices answered by the
//! story; what came of it is read from the call's record.

use super::line::{Line, band};
use crate::cli::bot::vectors_dir;
use crate::cli::calls;
use crate::cli::dial::{self, Call, Step};
use crate::cli::eval_barge::clips::spoken;
use crate::config::Config;
use crate::decide::story::{self, Escalated, HungUp, Observed, Story};
use crate::decide::{Bot, Problem};
use crate::edge::bad_line::BadLine;
use crate::language::Language;
use crate::record::event::{CallId, EndedBy, Entry, Event, Outcome};
use crate::record::turns::turns;
use crate::runner::actions::{ActionRunner, Replay};
use crate::server::Server;
use crate::speak::TextToSpeech;
use crate::store::{CallFilter, Store};
use crate::time::At;
use anyhow::{Context, ensure};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Silence after the answer to the last line; then the caller hangs up.
const STAY_MS: u64 = 1_500;
/// How long the record of a call may take to be complete.
const RECORDED: Duration = Duration::from_secs(20);

/// A node with one bot.
pub struct Calls {
    dir: tempfile::TempDir,
    sip: SocketAddr,
    store: Store,
    replay: Replay,
    voice: Arc<dyn TextToSpeech>,
    line: BadLine,
    stop: CancellationToken,
    node: tokio::task::JoinHandle<()>,
    default_language: Language,
}

/// Whether a call can tell the story: nothing scripted but words, keys and what back offices answer at first, and no
/// date that is reckoned from the stories' own day.
pub fn tells(story: &Story, bot: &Bot) -> bool {
    let lines = story.lines(bot.default_language);
    !story.is_dated() && lines.iter().all(|(line, answers)| *line != story::Line::Other && answers.is_empty())
}

impl Calls {
    pub async fn start(bot_dir: &Path, bot: &Bot, models: &Path, line: Line) -> anyhow::Result<Calls> {
        let dir = tempfile::tempdir()?;
        let file = dir.path().join("duet.toml");
        std::fs::write(&file, config(dir.path(), bot_dir, bot, models)?)?;
        let config = Config::load(&file)?;
        let data = config.data_dir.clone();
        let replay = Replay::default();
        let server = Server::start_with(config, ActionRunner::replaying(replay.clone())).await?;
        let sip = server.addresses().sip_udp.context("the node has no SIP over UDP")?;
        let stop = CancellationToken::new();
        let node = tokio::spawn(server.run(stop.clone()));
        let store = Store::open(&data).await?;
        let voice = dial::caller_voices(models, &[])?;
        let default_language = bot.default_language;
        let line = line.of_call();
        Ok(Calls { dir, sip, store, replay, voice, line, stop, node, default_language })
    }

    /// Plays one story; what went otherwise than expected, and what was heard and said, a line each turn.
    pub async fn play(&self, story: &Story) -> anyhow::Result<(Vec<Problem>, Vec<String>)> {
        *self.replay.lock().unwrap_or_else(PoisonError::into_inner) = story.actions().clone();
        let language = story.language().unwrap_or(self.default_language);
        let lines = story.lines(self.default_language);
        let steps = lines.iter().enumerate().map(|(number, (line, _))| self.step(number, line));
        let steps = steps.collect::<anyhow::Result<Vec<Step>>>()?;
        let call = Call {
            target: format!("sip:{}@{}", language.code(), self.sip),
            from: story.from().unwrap_or("duet-test").to_owned(),
            steps,
            language,
            voice: self.voice.clone(),
            bad_line: self.line.clone(),
            stay_ms: STAY_MS,
        };
        let said_at = dial::place(call).await?;
        ensure!(said_at.len() <= lines.len(), "more was said than the story has lines");
        let entries = self.recorded().await?;
        let unsaid = lines.len() - said_at.len();
        let mut problems: Vec<Problem> = between_lines(&entries, &said_at)
            .iter()
            .enumerate()
            .flat_map(|(turn, seen)| story.misses_of(turn, seen))
            .collect();
        if unsaid > 0 {
            let message = format!("the call ended before the last {unsaid} lines were said");
            problems.push(Problem::new(&story.file, 0, &story.name, &message));
        }
        let conversation = turns(&entries).iter().map(calls::words).collect();
        Ok((problems, conversation))
    }

    /// Words become a file as the telephone carries them.
    fn step(&self, number: usize, line: &story::Line) -> anyhow::Result<Step> {
        Ok(match line {
            story::Line::Types(digits) => Step::Dtmf(digits.clone()),
            story::Line::Other => anyhow::bail!("a turn that no call can tell"),
            story::Line::Says(text, language) => {
                let voice = tokio::task::block_in_place(|| spoken(&*self.voice, text, *language))?;
                let path = self.dir.path().join(format!("{number}.wav"));
                dial::write_wav(&path, &band(&voice))?;
                Step::Wav(path)
            }
        })
    }

    /// The entries of the last call, once it has ended.
    async fn recorded(&self) -> anyhow::Result<Vec<Entry>> {
        let read = async {
            loop {
                let page = self.store.calls(&CallFilter::default()).await?;
                let newest = page.calls.first().map(|call| CallId(call.call_id.clone()));
                if let Some(call) = newest {
                    let entries = self.store.entries(&call).await?;
                    if entries.iter().any(|entry| matches!(entry.event, Event::CallEnded { .. })) {
                        return anyhow::Ok(entries);
                    }
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(RECORDED, read).await.context("the call was not recorded to its end")?
    }

    pub async fn end(self) {
        self.stop.cancel();
        let _ = self.node.await;
    }
}

/// Free ports, only this bot, one number a language.
fn config(dir: &Path, bot_dir: &Path, bot: &Bot, models: &Path) -> anyhow::Result<String> {
    let text = |path: &Path| toml_text(&std::path::absolute(path)?.display().to_string());
    let (data, models, folder) = (text(&dir.join("data"))?, text(models)?, text(bot_dir)?);
    let numbers: Vec<String> = bot
        .languages
        .iter()
        .map(|language| {
            let code = language.code();
            format!("{code} = {{ bot = \"{}\", language = \"{code}\" }}", bot.name)
        })
        .collect();
    let vectors = match vectors_dir() {
        Some(dir) => format!("vectors_dir = {}\n", text(&dir)?),
        None => String::new(),
    };
    Ok(format!(
        "data_dir = {data}\n{vectors}models_dir = {models}\nbots = [{folder}]\n\
         [sip]\nudp = \"127.0.0.1:0\"\ntcp = \"127.0.0.1:0\"\n\
         [http]\ndesk = \"127.0.0.1:0\"\napi = \"127.0.0.1:0\"\n[media]\nwebrtc = \"127.0.0.1:0\"\n\
         [[trunk]]\nname = \"loopback\"\nallow = [\"127.0.0.0/8\"]\n[trunk.numbers]\n{}\n",
        numbers.join("\n")
    ))
}

fn toml_text(text: &str) -> anyhow::Result<String> {
    ensure!(!text.contains(['\'', '\n']), "{text}: such a path cannot be used here");
    Ok(format!("'{text}'"))
}

/// What the bot did after each line, up to the next one.
fn between_lines(entries: &[Entry], said_at: &[At]) -> Vec<Observed> {
    let mut seen: Vec<Observed> = Vec::new();
    let mut state = Observed::default();
    for (turn, from) in said_at.iter().enumerate() {
        let until = said_at.get(turn + 1);
        let within = |entry: &&Entry| {
            let at = moment(entry);
            (turn == 0 || at >= *from) && until.is_none_or(|until| at < *until)
        };
        state = Observed { slots: state.slots, language: state.language, ..Observed::default() };
        for entry in entries.iter().filter(within) {
            take(&mut state, entry, moment(entry) >= *from);
        }
        seen.push(state.clone());
    }
    seen
}

/// When it happened: of what was said, its beginning.
fn moment(entry: &Entry) -> At {
    match &entry.event {
        Event::BotSaid { started, .. } => *started,
        _ => entry.at,
    }
}

fn take(seen: &mut Observed, entry: &Entry, answers: bool) {
    match &entry.event {
        Event::BotSaid { prompt, text, .. } if answers => seen.said(prompt, text),
        Event::ActionCalled { action, .. } => seen.runs.push(action.clone()),
        Event::SlotFilled { slot, value, .. } => {
            seen.slots.insert(slot.clone(), value.clone());
        }
        Event::LanguageChosen { language, .. } => seen.language = Some(*language),
        Event::Escalated { signals, why, queue, .. } if seen.escalated.is_none() => {
            let kind = signals.first().map(|signal| signal.kind.clone());
            seen.escalated = Some(Escalated { kind, queue: queue.clone(), why: why.clone(), priority: None });
        }
        Event::CallEnded { by: EndedBy::Bot, outcome, .. } => {
            let resolved = *outcome == Outcome::Resolved;
            seen.hung_up = Some(if resolved { HungUp::Resolved } else { HungUp::Unresolved });
        }
        _ => {}
    }
}
