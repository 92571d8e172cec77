//! ◆ The same conversation in writing: other words where they speak of ears and phones, values as they are written,
//! and no asking whether anybody is there.

use super::super::act::Act;
use super::super::prompts::{Args, Prompts, chat_key};
use super::super::words::{group_digits, spell_digits};
use super::Dialog;
use crate::language::Language;
use crate::record::event::Channel;
use crate::understand::slots::Kind;

impl Dialog {
    /// The same, in writing. `chosen` when the language is the visitor's own choice: the others are not mentioned then.
    pub fn in_writing(mut self, chosen: bool) -> Dialog {
        self.channel = Channel::Chat;
        self.mentions_languages = !chosen;
        self
    }

    pub(super) fn is_written(&self) -> bool {
        !self.channel.is_voice()
    }

    /// The key of a prompt that fits the channel.
    pub(super) fn fitting(&self, prompts: &Prompts, key: &str) -> String {
        let written = chat_key(key);
        if self.is_written() && prompts.has(&written) { written } else { key.to_owned() }
    }

    /// A value for the eye or the ear.
    pub(super) fn shown(&self, kind: Kind, value: &str, language: Language) -> String {
        if self.is_written() { kind.written(value, language) } else { kind.spoken(value, language) }
    }

    /// Digits for the eye or the ear.
    pub(super) fn shown_digits(&self, digits: &str) -> String {
        if self.is_written() { group_digits(digits) } else { spell_digits(digits) }
    }

    /// A visitor who has written nothing for long has gone: nobody is asked whether they can hear.
    pub(super) fn gone_quiet(&mut self) {
        self.say("gone-quiet", &Args::new());
        self.out.push(Act::HangUp { resolved: self.finished });
        self.phase = super::Phase::Ended;
    }
}
