//! `duet graph`: a bot as a Mermaid flowchart, for documents and reviews.

use crate::decide::bot::{Bot, Step, Topic};
use crate::server::bots::read;
use std::fmt::Write;
use std::path::PathBuf;
use std::process::ExitCode;

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Folder of the bot.
    bot: PathBuf,
    /// Only this topic.
    #[arg(long)]
    topic: Option<String>,
}

pub fn run(args: Args) -> anyhow::Result<ExitCode> {
    let bot = read(&args.bot)?;
    if let Some(topic) = &args.topic {
        let known: Vec<&str> = bot.topics.keys().map(String::as_str).collect();
        anyhow::ensure!(bot.topics.contains_key(topic), "no topic {topic:?}; known: {}", known.join(", "));
    }
    print!("{}", mermaid(&bot, args.topic.as_deref()));
    Ok(ExitCode::SUCCESS)
}

/// The bot, or one of its topics, as Mermaid.
fn mermaid(bot: &Bot, only: Option<&str>) -> String {
    let mut chart = Chart { text: "flowchart TD\n  caller([caller speaks])\n".to_owned(), nodes: 0 };
    chart.text.push_str("  person([a person])\n  more([anything else?])\n  bye([goodbye])\n");
    for topic in bot.topics.values().filter(|topic| only.is_none_or(|only| topic.id == only)) {
        chart.topic(topic);
    }
    chart.text
}

struct Chart {
    text: String,
    nodes: usize,
}

/// Where the next step hangs: a node, and what is written on the arrow.
type Open = (String, Option<&'static str>);

impl Chart {
    fn topic(&mut self, topic: &Topic) {
        let _ = writeln!(self.text, "  subgraph {}[\"{}\"]", topic.id, label(&topic.title));
        let mut from: Vec<Open> = vec![("caller".to_owned(), None)];
        for slot in &topic.collect {
            let node = self.node(&format!("[/\"ask {}\"/]", label(&slot.title)));
            self.arrows(&from, &node);
            from = vec![(node, None)];
        }
        let ends = self.steps(&topic.steps, from);
        self.arrows(&ends, "more");
        self.text.push_str("  end\n");
    }

    /// Draws the steps; gives what is open at their end.
    fn steps(&mut self, steps: &[Step], mut from: Vec<Open>) -> Vec<Open> {
        for step in steps {
            from = self.step(step, from);
        }
        from
    }

    fn step(&mut self, step: &Step, from: Vec<Open>) -> Vec<Open> {
        match step {
            Step::Say { key, .. } => self.box_for(&format!("[\"say {}\"]", label(key)), &from),
            Step::Call { action, .. } => self.box_for(&format!("[[\"call {}\"]]", label(action)), &from),
            Step::Ask { slot } => self.box_for(&format!("[/\"ask {}\"/]", label(slot)), &from),
            Step::AskAgain { slot, say, .. } => {
                let text = format!("[/\"say {}, ask {} again\"/]", label(say), label(slot));
                self.box_for(&text, &from);
                Vec::new()
            }
            Step::If { condition, then, otherwise } => {
                let test = format!("{} {} {}", condition.path, condition.operator.sign(), condition.literal);
                let node = self.node(&format!("{{\"{}\"}}", label(&test)));
                self.arrows(&from, &node);
                let mut ends = self.steps(then, vec![(node.clone(), Some("yes"))]);
                ends.extend(self.steps(otherwise, vec![(node, Some("no"))]));
                ends
            }
            Step::AnythingElse => self.ended(&from, "more"),
            Step::OfferPerson { .. } | Step::Human { .. } => self.ended(&from, "person"),
            Step::End => self.ended(&from, "bye"),
        }
    }

    fn box_for(&mut self, shape: &str, from: &[Open]) -> Vec<Open> {
        let node = self.node(shape);
        self.arrows(from, &node);
        vec![(node, None)]
    }

    fn ended(&mut self, from: &[Open], to: &str) -> Vec<Open> {
        self.arrows(from, to);
        Vec::new()
    }

    fn node(&mut self, shape: &str) -> String {
        self.nodes += 1;
        let name = format!("n{}", self.nodes);
        let _ = writeln!(self.text, "    {name}{shape}");
        name
    }

    fn arrows(&mut self, from: &[Open], to: &str) {
        for (node, written) in from {
            let written = written.map_or(String::new(), |text| format!("|{text}|"));
            let _ = writeln!(self.text, "    {node} -->{written} {to}");
        }
    }
}

/// Mermaid ends a text at a quotation mark.
fn label(text: &str) -> String {
    text.replace('"', "'")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    #[test]
    fn every_step_is_drawn_and_every_branch_ends() {
        let bot = read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("bots/parcel")).unwrap();
        let chart = mermaid(&bot, Some("parcel_status"));
        for part in
            ["ask parcel number", "call parcel_lookup", "parcel.status == 'lost'", "--> person", "|no|"]
        {
            assert!(chart.contains(part), "{part} in {chart}");
        }
        let nodes: Vec<&str> =
            chart.lines().filter_map(|line| line.trim().split(['[', '{', '(']).next()).collect();
        let arrows = chart.lines().filter(|line| line.contains("-->"));
        for to in arrows.filter_map(|line| line.rsplit(' ').next()) {
            assert!(nodes.contains(&to), "{to} is drawn");
        }
    }
}
