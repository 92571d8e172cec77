//! ◆ A knowledge article: Markdown to sections with a heading and plain text.
#![deny(clippy::disallowed_methods, clippy::disallowed_types)]

use crate::language::Language;
use pulldown_cmark::{Event, HeadingLevel, Parser, Tag, TagEnd};

/// One `kb/*.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Article {
    /// File name without its ending.
    pub name: String,
    /// Callers hear articles with a language in their name (`returns.pl.md`); others are for agents alone.
    pub language: Option<Language>,
    pub title: String,
    pub sections: Vec<Section>,
}

/// What stands under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// Its heading: the question that it answers. That of the article where there is none of its own.
    pub heading: String,
    /// Other ways to ask it: the block quotes under the heading. Never spoken.
    pub asked: Vec<String>,
    /// Paragraphs and list items, as plain text; one line each.
    pub text: String,
    /// Line of the heading in the file, from 1.
    pub line: u64,
}

/// Reads an article; `file` is its name within `kb/`.
///
/// # Errors
/// There is no title (`# Title`), or nothing under it; with the line.
pub fn read(file: &str, markdown: &str) -> Result<Article, (u64, &'static str)> {
    let name = file.strip_suffix(".md").unwrap_or(file);
    let language = name.rsplit_once('.').and_then(|(_, code)| code.parse().ok());
    let mut reader = Reader::default();
    for (event, range) in Parser::new(markdown).into_offset_iter() {
        reader.event(event, line_of(markdown, range.start));
    }
    let title = reader.title.filter(|title| !title.is_empty());
    let title = title.ok_or((1, "has no title: expected a first line like `# Returns`"))?;
    for section in &mut reader.sections {
        if section.heading.is_empty() {
            section.heading.clone_from(&title);
        }
    }
    reader.sections.retain(|section| !section.text.is_empty());
    if reader.sections.is_empty() {
        return Err((1, "has a title and no text under it"));
    }
    Ok(Article { name: name.to_owned(), language, title, sections: reader.sections })
}

#[derive(Default)]
struct Reader {
    title: Option<String>,
    sections: Vec<Section>,
    /// Text of the block that is being read.
    block: String,
    quote: bool,
}

impl Reader {
    fn event(&mut self, event: Event<'_>, line: u64) {
        match event {
            Event::Start(Tag::Heading { level, .. }) => {
                self.flush();
                if level != HeadingLevel::H1 || self.title.is_some() {
                    self.sections.push(Section::empty(line));
                }
            }
            Event::End(TagEnd::Heading(_)) => {
                let text = std::mem::take(&mut self.block);
                match self.sections.last_mut() {
                    Some(section) => section.heading = text,
                    None => self.title = Some(text),
                }
            }
            Event::Start(Tag::BlockQuote(_)) => {
                self.flush();
                self.quote = true;
            }
            Event::End(TagEnd::BlockQuote(_)) => {
                self.flush();
                self.quote = false;
            }
            // A quote has one question a line.
            Event::SoftBreak | Event::HardBreak if self.quote => self.flush(),
            Event::Start(Tag::Item) | Event::End(TagEnd::Paragraph | TagEnd::Item | TagEnd::TableCell) => {
                self.flush();
            }
            Event::Text(text) | Event::Code(text) => self.block.push_str(&text),
            Event::SoftBreak | Event::HardBreak => self.block.push(' '),
            _ => {}
        }
        if self.sections.is_empty() && self.title.is_some() {
            self.sections.push(Section::empty(line));
        }
    }

    fn flush(&mut self) {
        let block = std::mem::take(&mut self.block);
        let text = block.split_whitespace().collect::<Vec<_>>().join(" ");
        let Some(section) = self.sections.last_mut().filter(|_| !text.is_empty()) else {
            return;
        };
        if self.quote {
            return section.asked.push(text);
        }
        if !section.text.is_empty() {
            section.text.push('\n');
        }
        section.text.push_str(&text);
    }
}

impl Section {
    fn empty(line: u64) -> Section {
        Section { heading: String::new(), asked: Vec::new(), text: String::new(), line }
    }

    /// The text as it is said: its lines as sentences of one paragraph.
    pub fn spoken(&self) -> String {
        let ended = |line: &str| {
            if line.ends_with(['.', '!', '?', ':']) { line.to_owned() } else { format!("{line}.") }
        };
        self.text.lines().map(ended).collect::<Vec<_>>().join(" ")
    }
}

fn line_of(text: &str, position: usize) -> u64 {
    text.as_bytes()[..position].iter().filter(|byte| **byte == b'\n').count() as u64 + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_quotes_lists_and_paragraphs_are_told_apart() {
        let text = "# Returns\n\nSend it *back*\nin **14** days.\n\n## Who pays?\n\n> Is it free?\n> What does it cost?\n\n\
                    * Free by `Duet`\n* Else 5 zł.\n";
        let article = read("returns.pl.md", text).expect("sound");
        assert_eq!((article.name.as_str(), article.language), ("returns.pl", Some(Language::Polish)));
        let [first, second] = &article.sections[..] else { panic!("{article:?}") };
        assert_eq!((first.heading.as_str(), first.text.as_str()), ("Returns", "Send it back in 14 days."));
        assert_eq!(second.heading, "Who pays?");
        assert_eq!(second.asked, ["Is it free?", "What does it cost?"]);
        assert_eq!(second.spoken(), "Free by Duet. Else 5 zł.");
        assert_eq!(second.line, 6);
    }

    #[test]
    fn an_article_without_title_or_text_is_refused() {
        assert!(read("a.md", "just text").unwrap_err().1.starts_with("has no title"));
        assert!(read("a.md", "# Title\n\n## Empty\n").unwrap_err().1.starts_with("has a title"));
        assert_eq!(read("a.b.md", "# T\n\nx").expect("sound").language, None);
    }
}
