//! `duet learn`: what callers said that the bot did not understand, and how it is taught.

use super::bot::Thinking;
use super::client::{Client, Node};
use super::{EX_USAGE, ModelDir, misheard};
use crate::api::LessonList;
use crate::decide::load::read;
use crate::decide::phrases::courtesy;
use crate::decide::teach::teach;
use crate::language::Language;
use crate::record::lessons::{Lesson, Reason};
use crate::understand::text::fold;
use anyhow::{anyhow, ensure};
use clap::Subcommand;
use serde::Serialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Sentences nearer than this are one group, -1..1 between sentence vectors of e5, which lie close together.
const ALIKE: f32 = 0.9;
/// Who named a topic, where an agent did.
const AGENT: &str = "agent";
/// Characters of a lesson's id.
const ID_CHARACTERS: usize = 8;

#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// Folder of the bot.
    #[arg(long, global = true, default_value = "bots/parcel", value_name = "DIR")]
    bot: PathBuf,
    /// Calls looked at, newest first.
    #[arg(long, global = true, default_value_t = 200, value_name = "N")]
    calls: u32,
    #[command(flatten)]
    node: Node,
    #[command(flatten)]
    models: ModelDir,
    /// Print one JSON object as the last line.
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Sentences to learn from, those that are alike together, with the topic that is likely meant.
    List,
    /// Teach them: each becomes an example of a topic and a test, in the bot's folder, to be reviewed in git.
    Accept {
        /// Ids as `list` shows them.
        #[arg(required = true)]
        ids: Vec<String>,
        /// The topic that is meant, or `oos` for none; what `list` suggests if absent.
        #[arg(long = "as", value_name = "TOPIC")]
        topic: Option<String>,
    },
    /// Hear the bot's own examples as its recogniser does, so that training knows its errors. Needs no node.
    Heard(misheard::Args),
}

/// A sentence that is not taught yet, however often it was said.
#[derive(Debug, Serialize)]
struct Item {
    id: String,
    text: String,
    language: Language,
    reason: Reason,
    /// Calls in which it was said.
    calls: Vec<String>,
    suggested: Option<String>,
    /// Why: an `agent` said so, `said_otherwise` by the same caller, or `classifier`.
    suggested_by: &'static str,
    /// Items of one group are alike.
    group: usize,
    #[serde(skip)]
    vector: Vec<f32>,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    if let Command::Heard(heard) = &args.command {
        return misheard::run(&args.bot, &args.models, heard);
    }
    let Some(client) = args.node.client("duet learn") else {
        return Ok(ExitCode::from(EX_USAGE));
    };
    let thinking = Thinking::load(&args.bot, &args.models)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let lessons = runtime.block_on(fetch(&client, &thinking.bot.name, args.calls))?;
    let items = grouped(items(&thinking, lessons));
    match &args.command {
        Command::List => show(&items),
        Command::Accept { ids, topic } => accept(&args.bot, &items, ids, topic.as_deref())?,
        Command::Heard(_) => {}
    }
    if args.json {
        println!("{}", serde_json::json!({ "items": items }));
    }
    Ok(ExitCode::SUCCESS)
}

async fn fetch(client: &Client, bot: &str, calls: u32) -> anyhow::Result<Vec<Lesson>> {
    let (mut lessons, mut cursor, mut left) = (Vec::new(), None, calls);
    while left > 0 {
        let page = left.min(crate::store::PAGE_CALLS_MAX);
        let query =
            [("bot", Some(bot.to_owned())), ("limit", Some(page.to_string())), ("cursor", cursor.clone())];
        let list: LessonList = client.get("/api/v1/learning", &query).await?;
        lessons.extend(list.items);
        left -= page;
        cursor = list.next;
        if cursor.is_none() {
            break;
        }
    }
    Ok(lessons)
}

/// Each sentence once, without those that the bot was taught already.
fn items(thinking: &Thinking, lessons: Vec<Lesson>) -> Vec<Item> {
    let taught: BTreeSet<(String, Language)> =
        thinking.bot.examples().into_iter().map(|(text, _, language)| (fold(&text), language)).collect();
    let mut items: Vec<Item> = Vec::new();
    for lesson in lessons {
        let folded = fold(&lesson.text);
        if folded.is_empty()
            || courtesy(&lesson.text, lesson.language).is_some()
            || taught.contains(&(folded.clone(), lesson.language))
        {
            continue;
        }
        let id = id(&folded, lesson.language);
        match items.iter_mut().find(|item| item.id == id) {
            Some(item) => {
                // An agent's word counts more than a guess.
                if lesson.reason == Reason::MeantOtherwise && item.reason != Reason::MeantOtherwise {
                    (item.reason, item.suggested, item.suggested_by) =
                        (lesson.reason, lesson.suggested, AGENT);
                }
                if !item.calls.contains(&lesson.call_id) {
                    item.calls.push(lesson.call_id);
                }
            }
            None => items.push(item(thinking, id, lesson)),
        }
    }
    items
}

fn item(thinking: &Thinking, id: String, lesson: Lesson) -> Item {
    let likely = || {
        let meaning = thinking.meaning(&lesson.text, lesson.language);
        let best = meaning.topics.into_iter().next();
        best.filter(|(_, probability)| *probability > meaning.out_of_scope).map(|(topic, _)| topic)
    };
    let by = match (lesson.reason, &lesson.suggested) {
        (Reason::MeantOtherwise, _) => AGENT,
        (_, Some(_)) => "said_otherwise",
        (_, None) => "classifier",
    };
    Item {
        vector: thinking.vector(&lesson.text),
        suggested: lesson.suggested.clone().or_else(likely),
        suggested_by: by,
        id,
        calls: vec![lesson.call_id],
        text: lesson.text,
        language: lesson.language,
        reason: lesson.reason,
        group: 0,
    }
}

/// The same for the same words.
fn id(folded: &str, language: Language) -> String {
    let hash = Sha256::new().chain_update(language.code()).chain_update(folded).finalize();
    hex::encode(hash).chars().take(ID_CHARACTERS).collect()
}

/// Puts each item into the group of the first one that it is like; the largest groups come first.
fn grouped(items: Vec<Item>) -> Vec<Item> {
    let mut groups: Vec<Vec<Item>> = Vec::new();
    for item in items {
        let alike = |group: &&mut Vec<Item>| group.iter().any(|other| near(&other.vector, &item.vector));
        match groups.iter_mut().find(alike) {
            Some(group) => group.push(item),
            None => groups.push(vec![item]),
        }
    }
    groups.sort_by_key(|group| std::cmp::Reverse(group.iter().map(|item| item.calls.len()).sum::<usize>()));
    let numbered = groups.into_iter().enumerate();
    numbered
        .flat_map(|(at, group)| group.into_iter().map(move |item| Item { group: at + 1, ..item }))
        .collect()
}

fn near(a: &[f32], b: &[f32]) -> bool {
    a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>() > ALIKE
}

fn show(items: &[Item]) {
    let mut group = 0;
    for item in items {
        if item.group != group {
            group = item.group;
            println!("group {group}");
        }
        let (id, language, times) = (&item.id, item.language, item.calls.len());
        let topic = item.suggested.as_deref().unwrap_or("?");
        let reason = serde_json::to_value(item.reason).ok();
        let reason = reason.as_ref().and_then(serde_json::Value::as_str).unwrap_or_default();
        println!("  {id}  {language}  {times:>3} x  {reason:16} {topic:20} \"{}\"", item.text);
    }
    if items.is_empty() {
        println!("nothing to learn: everything was understood, or is taught already");
    }
}

fn accept(folder: &Path, items: &[Item], ids: &[String], topic: Option<&str>) -> anyhow::Result<()> {
    for id in ids {
        let item = items.iter().find(|item| item.id == *id);
        let item = item.ok_or_else(|| anyhow!("{id}: `duet learn list` shows no such sentence"))?;
        let topic = topic.or(item.suggested.as_deref());
        let topic =
            topic.ok_or_else(|| anyhow!("{id}: which topic is meant is not known; say it with --as"))?;
        let files = read(folder).map_err(|problem| anyhow!("{problem}"))?;
        let changes =
            teach(&files, topic, item.language, &item.text).map_err(|error| anyhow!("{id}: {error}"))?;
        ensure!(!changes.is_empty(), "{id}: nothing to write");
        for change in changes {
            let path = folder.join(&change.file);
            if let Some(parent) = path.parent() {
                std::fs::create_dir_all(parent)?;
            }
            std::fs::write(&path, change.text)?;
            println!("{}:{}", path.display(), change.line);
            change.added.trim_start_matches('\n').lines().for_each(|line| println!("  + {line}"));
        }
    }
    println!("review with `git diff`, try with `duet test {}`", folder.display());
    Ok(())
}
