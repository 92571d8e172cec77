//! `duet chat`: a conversation with a bot in the terminal, without a call. Actions run for real.

use super::ModelDir;
use super::bot::Thinking;
use crate::decide::{Act, Dialog, DialogInput};
use crate::language::Language;
use crate::record::event::Event;
use crate::runner::actions::ActionRunner;
use crate::time::At;
use std::io::{BufRead, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::runtime::Runtime;

const HELP: &str = "  /keys 123      type keys          /silence   say nothing      /unclear   mumble
  /edit N TEXT   say TEXT in turn N instead, then play the later turns again
  /undo          take the last turn back               /back WHY  nobody took the call
  /quit";

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the bot.
    bot: PathBuf,
    /// Language that the caller is expected to speak; else the bot's default.
    #[arg(long)]
    lang: Option<Language>,
    /// Varies the wordings.
    #[arg(long, default_value_t = 0)]
    seed: u64,
    #[command(flatten)]
    dir: ModelDir,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let thinking = Thinking::load(&args.bot, &args.dir)?;
    let language = args.lang.unwrap_or(thinking.bot.default_language);
    println!("{}\n{HELP}\n", thinking.describe());
    let mut chat = Chat::new(thinking, language, args.seed)?;
    chat.hear(Said::Nothing);
    let mut out = std::io::stdout();
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        if line.trim() == "/quit" {
            break;
        }
        if let Err(message) = chat.line(line.trim()) {
            println!("  {message}");
        }
        out.flush()?;
    }
    Ok(ExitCode::SUCCESS)
}

/// What the caller does in one turn.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Said {
    /// The call begins.
    Nothing,
    Words(String),
    Keys(String),
    Silence,
    Unclear,
    Back(String),
}

struct Chat {
    thinking: Thinking,
    actions: ActionRunner,
    runtime: Runtime,
    /// Each turn with the dialog before it.
    turns: Vec<(Said, Dialog)>,
    dialog: Dialog,
}

impl Chat {
    fn new(thinking: Thinking, language: Language, seed: u64) -> anyhow::Result<Chat> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let dialog = Dialog::new(Arc::clone(&thinking.bot), language, true, seed);
        Ok(Chat { thinking, actions: ActionRunner::new(), runtime, turns: Vec::new(), dialog })
    }

    fn line(&mut self, line: &str) -> Result<(), String> {
        match line.split_once(' ').unwrap_or((line, "")) {
            ("", _) => {}
            ("/edit", rest) => return self.edit(rest),
            ("/undo", _) => return self.undo(),
            _ => self.hear(said(line)?),
        }
        Ok(())
    }

    fn undo(&mut self) -> Result<(), String> {
        // The first turn is the greeting.
        if self.turns.len() < 2 {
            return Err("there is no turn to take back".to_owned());
        }
        let last = self.turns.pop();
        self.dialog = last.map_or_else(|| self.dialog.clone(), |(_, before)| before);
        println!("  turn {} is taken back", self.turns.len());
        Ok(())
    }

    /// Goes back to a turn, says something else, and plays what came after it again.
    fn edit(&mut self, rest: &str) -> Result<(), String> {
        let expected = || format!("expected /edit N TEXT with N from 1 to {}", self.turns.len() - 1);
        let (number, text) = rest.split_once(' ').ok_or_else(expected)?;
        let number = number.parse::<usize>().ok().filter(|number| (1..self.turns.len()).contains(number));
        let number = number.ok_or_else(expected)?;
        let words = said(text.trim())?;
        let mut later = self.turns.split_off(number).into_iter();
        if let Some((_, before)) = later.next() {
            self.dialog = before;
        }
        self.hear(words);
        for (said, _) in later {
            self.hear(said);
        }
        Ok(())
    }

    /// One turn of the caller, and the bot's answer to it.
    fn hear(&mut self, said: Said) {
        let before = self.dialog.clone();
        let turn = self.turns.len() as u32;
        println!("{turn:>3} {}", shown(&said));
        let input = self.input(turn, &said);
        self.turns.push((said, before));
        let mut acts = self.dialog.handle(now(), input);
        loop {
            let action = acts.iter().find_map(|act| match act {
                Act::Run { id, action, .. } => Some((*id, action.clone())),
                _ => None,
            });
            self.show(&acts);
            let Some((id, call)) = action else { break };
            let result =
                self.runtime.block_on(self.actions.run(&call, &format!("chat-{}-{id}", std::process::id())));
            println!(
                "      [{} {}: {}]",
                call.method,
                call.name,
                match &result {
                    Ok(value) => value.to_string(),
                    Err(error) => format!("failed: {error}"),
                }
            );
            acts = self.dialog.handle(now(), DialogInput::ActionDone { id, result });
        }
        self.show_state();
    }

    fn input(&self, turn: u32, said: &Said) -> DialogInput {
        match said {
            Said::Nothing => DialogInput::Start,
            Said::Words(text) => {
                let language = self.language_of(text);
                let meaning = self.thinking.meaning(text, language);
                let best = meaning.topics.first();
                let (topic, sure) = best.map_or(("none", 0.0), |(topic, sure)| (topic.as_str(), *sure));
                println!("      [{language}: {topic} {sure:.2}, out of scope {:.2}]", meaning.out_of_scope);
                if let Some(passage) = &meaning.passage {
                    println!("      [article {}: {}]", passage.article, passage.heading);
                }
                for wish in &meaning.wishes {
                    println!("      [wish {}: \"{}\"]", wish.topic, wish.text);
                }
                DialogInput::Heard {
                    turn,
                    text: text.clone(),
                    language,
                    confidence: 1.0,
                    meaning: Some(meaning),
                }
            }
            Said::Keys(digits) => DialogInput::Digits { turn, digits: digits.clone() },
            Said::Silence => DialogInput::Silence,
            Said::Unclear => DialogInput::Unclear { turn },
            Said::Back(why) => DialogInput::BackFromQueue { why: why.clone() },
        }
    }

    /// By the letters and words, for nobody heard it.
    fn language_of(&self, text: &str) -> Language {
        let current = self.dialog.summary().language;
        let read = crate::understand::language::text_language(text, &self.thinking.bot.languages);
        read.filter(|(_, sure)| *sure >= SURE_OF_LANGUAGE).map_or(current, |(language, _)| language)
    }

    fn show(&self, acts: &[Act]) {
        for act in acts {
            match act {
                Act::Say { prompt, text, language, .. } => {
                    println!("    bot {language}: {text}   ({prompt})")
                }
                Act::Escalate(escalation) => show_escalation("to a person", escalation),
                Act::TurnAway(escalation) => show_escalation("nobody is there", escalation),
                Act::HangUp { resolved } => println!("      [hangs up, resolved: {resolved}]"),
                Act::Record(Event::SlotFilled { slot, value, verified, .. }) => {
                    println!("      [{slot} = {value}{}]", if *verified { ", verified" } else { "" });
                }
                // Nobody reads replies first here.
                Act::Propose(_)
                | Act::Run { .. }
                | Act::SwitchLanguage { .. }
                | Act::Listen { .. }
                | Act::Record(_) => {}
            }
        }
    }

    fn show_state(&self) {
        let state = self.dialog.summary();
        let slots: Vec<String> =
            state.slots.iter().map(|(name, value, _)| format!("{name}={value}")).collect();
        println!("      [topic {}; {}]", state.topic.as_deref().unwrap_or("-"), slots.join(", "));
    }
}

fn show_escalation(what: &str, escalation: &crate::decide::Escalation) {
    println!("      [{what} of queue {}: {}]", escalation.queue, escalation.why);
    for signal in &escalation.signals {
        let (kind, strength) = (&signal.kind, signal.strength);
        println!("      [{kind} {strength:.2} of {:.2}: {}]", signal.threshold, signal.evidence);
    }
}

/// Probability from which typed words decide the language, 0..1.
const SURE_OF_LANGUAGE: f32 = 0.7;

/// A line as what the caller does.
fn said(line: &str) -> Result<Said, String> {
    let Some(command) = line.strip_prefix('/') else { return Ok(Said::Words(line.to_owned())) };
    match command.split_once(' ').unwrap_or((command, "")) {
        ("keys", digits) if digits.chars().any(|key| key.is_ascii_digit()) => {
            Ok(Said::Keys(digits.trim().to_owned()))
        }
        ("silence", _) => Ok(Said::Silence),
        ("unclear", _) => Ok(Said::Unclear),
        ("back", "") => Ok(Said::Back("nobody_available".to_owned())),
        ("back", why) => Ok(Said::Back(why.trim().to_owned())),
        _ => Err(format!("not known: /{command}\n{HELP}")),
    }
}

fn shown(said: &Said) -> String {
    match said {
        Said::Nothing => "(the call begins)".to_owned(),
        Said::Words(text) => format!("caller: {text}"),
        Said::Keys(digits) => format!("caller types {digits}"),
        Said::Silence => "caller is silent".to_owned(),
        Said::Unclear => "caller mumbles".to_owned(),
        Said::Back(why) => format!("back from the queue: {why}"),
    }
}

fn now() -> At {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    At(since.as_millis() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_what_a_caller_does() {
        assert_eq!(said("/keys 12").unwrap(), Said::Keys("12".into()));
        assert_eq!(said("/silence").unwrap(), Said::Silence);
        assert_eq!(said("where is it").unwrap(), Said::Words("where is it".into()));
        assert!(said("/dance").unwrap_err().contains("/dance"));
    }
}
