//! What a bot's articles say: searched by meaning and by words for agents, and taught to understanding as the
//! questions of callers that they answer.
//!
//! Meaning is the nearness of sentence vectors, words are BM25 (Robertson and Zaragoza, "The Probabilistic Relevance
//! Framework", 2009); the two rankings are joined by reciprocal ranks (Cormack et al., SIGIR 2009).

mod answers; // ◆ articles as answers to callers
mod article; // ◆ Markdown to sections
mod words; //   ◆ the words that BM25 counts

pub use answers::Answers;
pub use article::{Article, Section, read};

use super::e5::E5;
use super::vector_cache::{Role, vectors};
use crate::language::Language;
use bm25::{Embedder, EmbedderBuilder, Scorer};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use words::Stems;

/// Words of a piece: what a sentence vector holds well, and less than the encoder's limit.
const PIECE_WORDS: usize = 70;
/// Softens the difference between the first ranks.
const RANK_OFFSET: f32 = 60.0;
/// Of the nearest sections so many are looked at for an agent who talks, each needs so many words of substance in
/// common with what is said; so many letters make one.
const NEAREST: usize = 3;
const SHARED_WORDS: usize = 2;
/// ... and so many of those that the best has.
const SHARED_OF_MOST: f32 = 0.7;
const SUBSTANCE_LETTERS: usize = 4;
/// What the ranking by words counts beside that by meaning.
const WORDS_WEIGHT: f32 = 0.2;

/// The articles of one bot. Immutable; shared by all calls.
pub struct Knowledge {
    articles: Vec<Article>,
    /// One for each section, in order.
    places: Vec<Place>,
    e5: Option<Arc<E5>>,
    words: Embedder<u32, Stems>,
    scorer: Scorer<usize>,
}

/// A section, and where it lies among the vectors.
struct Place {
    article: usize,
    section: usize,
    /// Vectors of the pieces of its text.
    said: Vec<Vec<f32>>,
}

/// A section that was found.
#[derive(Debug, Clone, PartialEq, serde::Serialize, utoipa::ToSchema)]
pub struct Found {
    /// Name of the article's file.
    pub article: String,
    pub title: String,
    pub heading: String,
    pub text: String,
    /// Comparable within one search only; the best has the highest.
    pub score: f32,
}

/// The answer to a caller's question.
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Name of the article's file.
    pub article: String,
    /// Title of the article: the source that the caller is told.
    pub title: String,
    pub heading: String,
    /// As it is said.
    pub text: String,
}

impl Passage {
    pub fn new(article: &Article, section: &Section) -> Passage {
        Passage {
            article: article.name.clone(),
            title: article.title.clone(),
            heading: section.heading.clone(),
            text: section.spoken(),
        }
    }
}

/// Which of the two rankings count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Both,
    Meaning,
    Words,
}

impl Knowledge {
    /// Places the articles. Without `e5` they are found by words alone. Takes tens of ms for each piece that is not
    /// in the cache.
    pub fn new(articles: Vec<Article>, e5: Option<Arc<E5>>, cache: Option<&Path>) -> Knowledge {
        let texts: Vec<String> =
            sections(&articles).map(|(article, section)| whole(article, section)).collect();
        let all: Vec<&str> = texts.iter().map(String::as_str).collect();
        let words = EmbedderBuilder::with_tokenizer_and_fit_to_corpus(Stems, &all).build();
        let mut scorer = Scorer::new();
        for (at, text) in all.iter().enumerate() {
            scorer.upsert(&at, words.embed(text));
        }
        let mut knowledge = Knowledge { places: places(&articles), articles, e5, words, scorer };
        knowledge.place(cache);
        knowledge
    }

    fn place(&mut self, cache: Option<&Path>) {
        let Some(e5) = self.e5.clone() else { return };
        let said: Vec<Vec<String>> =
            sections(&self.articles).map(|(article, section)| pieces(article, section)).collect();
        let flat: Vec<&String> = said.iter().flatten().collect();
        let mut passages = vectors(&e5, Role::Passage, &flat, cache).into_iter();
        for (place, said) in self.places.iter_mut().zip(&said) {
            place.said = passages.by_ref().take(said.len()).collect();
        }
    }

    /// The best sections for a question, best first, of all articles or of those in one language.
    /// Blocks for tens of ms.
    pub fn search(&self, text: &str, language: Option<Language>, limit: usize, by: By) -> Vec<Found> {
        let vector = self.e5.as_ref().filter(|_| by != By::Words).map(|e5| e5.embed(text));
        let wanted = |at: &usize| language.is_none() || self.article(*at).language == language;
        let mut ranks: BTreeMap<usize, f32> = BTreeMap::new();
        let mut count = |ranked: Vec<usize>, weight: f32| {
            for (rank, at) in ranked.into_iter().filter(wanted).enumerate() {
                *ranks.entry(at).or_default() += weight / (RANK_OFFSET + 1.0 + rank as f32);
            }
        };
        if by != By::Meaning {
            count(self.by_words(text), WORDS_WEIGHT);
        }
        if let Some(vector) = vector {
            count(self.by_meaning(&vector), 1.0);
        }
        let mut ranked: Vec<(usize, f32)> = ranks.into_iter().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked.into_iter().take(limit).map(|(at, score)| self.found(at, score)).collect()
    }

    /// Sections that bear on what is being said, best first: near in meaning, and with words of substance in common.
    /// Of articles in that language or in none. Blocks for tens of ms.
    pub fn bearing_on(&self, text: &str, language: Language, limit: usize) -> Vec<Found> {
        let said = substance(text);
        let by = if self.e5.is_some() { By::Meaning } else { By::Words };
        let near = self.search(text, None, self.places.len(), by).into_iter();
        let spoken = |found: &Found| {
            let article = self.articles.iter().find(|article| article.name == found.article);
            article.is_some_and(|article| article.language.is_none_or(|of| of == language))
        };
        let shared = |found: &Found| {
            let whole = substance(&format!("{} {} {}", found.title, found.heading, found.text));
            said.intersection(&whole).count()
        };
        let nearest: Vec<(usize, Found)> =
            near.filter(spoken).take(NEAREST).map(|found| (shared(&found), found)).collect();
        let most = nearest.iter().map(|(shared, _)| *shared).max().unwrap_or_default();
        let least = SHARED_WORDS.max((most as f32 * SHARED_OF_MOST).ceil() as usize);
        let bears = nearest.into_iter().filter(|(shared, _)| *shared >= least);
        bears.map(|(_, found)| found).take(limit).collect()
    }

    fn by_words(&self, text: &str) -> Vec<usize> {
        let matches = self.scorer.matches(&self.words.embed(text));
        matches.into_iter().map(|scored| scored.id).collect()
    }

    fn by_meaning(&self, vector: &[f32]) -> Vec<usize> {
        let near = |place: &Place| place.said.iter().map(|said| product(said, vector)).fold(-1.0, f32::max);
        let mut ranked: Vec<(usize, f32)> = self.places.iter().map(near).enumerate().collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked.into_iter().map(|(at, _)| at).collect()
    }

    fn article(&self, at: usize) -> &Article {
        &self.articles[self.places[at].article]
    }

    fn found(&self, at: usize, score: f32) -> Found {
        let (place, article) = (&self.places[at], self.article(at));
        let section = &article.sections[place.section];
        Found {
            article: article.name.clone(),
            title: article.title.clone(),
            heading: section.heading.clone(),
            text: section.text.clone(),
            score,
        }
    }
}

/// The stems of a text that may carry its meaning.
fn substance(text: &str) -> BTreeSet<String> {
    use bm25::Tokenizer;
    Stems.tokenize(text).into_iter().filter(|stem| stem.chars().count() >= SUBSTANCE_LETTERS).collect()
}

fn sections(articles: &[Article]) -> impl Iterator<Item = (&Article, &Section)> {
    articles.iter().flat_map(|article| article.sections.iter().map(move |section| (article, section)))
}

fn places(articles: &[Article]) -> Vec<Place> {
    let all = articles.iter().enumerate();
    let place = |article, section| Place { article, section, said: Vec::new() };
    all.flat_map(|(at, article)| (0..article.sections.len()).map(move |section| place(at, section))).collect()
}

fn whole(article: &Article, section: &Section) -> String {
    format!("{}\n{}\n{}\n{}", article.title, section.heading, section.asked.join("\n"), section.text)
}

/// The text in pieces that a vector can hold, each under its headings.
fn pieces(article: &Article, section: &Section) -> Vec<String> {
    let heading = if article.title == section.heading {
        section.heading.clone()
    } else {
        format!("{}: {}", article.title, section.heading)
    };
    let words: Vec<&str> = section.text.split_whitespace().collect();
    words.chunks(PIECE_WORDS).map(|words| format!("{heading}: {}", words.join(" "))).collect()
}

fn product(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knowledge() -> Knowledge {
        let returns =
            read("returns.en.md", "# Returns\n\n## Who pays?\n\nWe pay the postage of returned parcels.\n");
        let customs = read("customs.md", "# Customs\n\nDeclare alcohol and tobacco.\n");
        Knowledge::new(vec![returns.expect("sound"), customs.expect("sound")], None, None)
    }

    #[test]
    fn words_alone_find_the_section_in_the_languages_that_are_asked_for() {
        let found = knowledge().search("who pays the postage", None, 3, By::Both);
        assert_eq!((found[0].article.as_str(), found[0].heading.as_str()), ("returns.en", "Who pays?"));
        assert!(knowledge().search("tobacco", Some(Language::English), 3, By::Both).is_empty());
    }
}
