//! Text sets that the measurements read: tab-separated with a header row, columns `text` and `label`, and `lang`
//! where languages are mixed.

use crate::language::Language;
use anyhow::{Context, bail};
use std::path::Path;

/// One row of a text set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    pub text: String,
    pub label: String,
    /// That of the row, or else the one that was asked for.
    pub language: Option<Language>,
}

/// Reads the rows of one language, or of all without `language`. Rows without a label or a word are left out.
///
/// # Errors
/// The file cannot be read, lacks a column, or has a row of another width or language; names file and line.
pub fn read_texts(
    path: &Path,
    text_column: &str,
    language: Option<Language>,
) -> anyhow::Result<Vec<TextRow>> {
    let content = std::fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    parse_texts(&content, text_column, language).with_context(|| path.display().to_string())
}

fn parse_texts(content: &str, text_column: &str, language: Option<Language>) -> anyhow::Result<Vec<TextRow>> {
    let mut lines = content.lines().enumerate();
    let header: Vec<&str> = lines.next().map_or_else(Vec::new, |(_, line)| line.split('\t').collect());
    let column = |name: &str| header.iter().position(|column| *column == name);
    let needed = |name: &str| {
        column(name).with_context(|| format!("line 1: no column {name:?} among {}", header.join(", ")))
    };
    let (text, label, lang) = (needed(text_column)?, needed("label")?, column("lang"));
    let mut rows = Vec::new();
    for (number, line) in lines.filter(|(_, line)| !line.is_empty()) {
        let cells: Vec<&str> = line.split('\t').collect();
        let at = || format!("line {}", number + 1);
        if cells.len() != header.len() {
            bail!("{}: {} columns, expected {}", at(), cells.len(), header.len());
        }
        let own = match lang {
            Some(lang) => Some(cells[lang].parse::<Language>().with_context(at)?),
            None => language,
        };
        let wanted = language.is_none_or(|wanted| own == Some(wanted));
        if wanted && !cells[label].is_empty() && cells[text].chars().any(char::is_alphanumeric) {
            rows.push(TextRow { text: cells[text].into(), label: cells[label].into(), language: own });
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use Language::{English, Romanian};

    #[test]
    fn rows_of_the_wanted_language_are_read_by_column_name() {
        let file = "label\tlang\ttext\nx\tro\tbună ziua\ny\ten\thello\n\tro\tfără\nx\tro\t...\n";
        let rows = parse_texts(file, "text", Some(Romanian)).unwrap();
        assert_eq!(rows, [TextRow { text: "bună ziua".into(), label: "x".into(), language: Some(Romanian) }]);
        assert_eq!(parse_texts(file, "text", None).unwrap().len(), 2);
        assert_eq!(parse_texts("text\tlabel\na\tb\n", "text", Some(English)).unwrap()[0].label, "b");
    }

    #[test]
    fn what_is_wrong_is_named_with_its_line() {
        let error = |file: &str| format!("{:#}", parse_texts(file, "text", None).unwrap_err());
        assert_eq!(error("a\tb\n"), "line 1: no column \"text\" among a, b");
        assert_eq!(error("text\tlabel\n\nx\n"), "line 3: 1 columns, expected 2");
        assert!(error("text\tlabel\tlang\nx\ty\txx\n").starts_with("line 2: "));
        let missing = read_texts(Path::new("no/such.tsv"), "text", None).unwrap_err();
        assert!(format!("{missing:#}").contains("no/such.tsv"));
    }
}
