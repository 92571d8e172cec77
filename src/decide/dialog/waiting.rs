//! ◆ What the bot says while the caller waits for a person, and to that person.

use super::super::act::{Act, Escalation, WaitingNews, WaitingWish};
use super::super::prompts::{Args, team_key};
use super::{Dialog, Heard, Phase, Question};
use crate::decide::hours::Opening;
use crate::desk::notice::Overflow;
use crate::language::Language;
use crate::understand::slots::Kind;
use serde_json::Value;
use std::time::Duration;

/// What may be had in place of waiting, the best first.
const CHOICES: [WaitingWish; 3] = [WaitingWish::CallBack, WaitingWish::Message, WaitingWish::Text];

impl Dialog {
    /// The same, for a caller who can be rung back, or cannot.
    pub fn can_be_called_back(mut self, can: bool) -> Dialog {
        (self.callback, self.own_number) = (can, can);
        self
    }

    /// How things stand, in the caller's language.
    pub fn waiting(&mut self, news: WaitingNews) -> Vec<Act> {
        match news {
            WaitingNews::Place { place, minutes } => self.say_place(place, minutes),
            WaitingNews::Still => self.say("wait-still", &Args::new()),
            WaitingNews::Noted => self.say("wait-noted", &Args::new()),
            WaitingNews::Choices { callback } => self.say_choices(callback),
            WaitingNews::MessageInvited { queue } => self.say_of_message("message-invite", &queue),
            WaitingNews::MessageKept { queue } => self.say_of_message("message-kept", &queue),
            WaitingNews::Ringing => self.say("wait-ringing", &Args::new()),
            WaitingNews::CallbackPromised { elsewhere } => self.say_promise(elsewhere),
            WaitingNews::CallbackFailed => self.say("callback-failed", &Args::new()),
            WaitingNews::TakenOver => self.say_taken_over(),
            WaitingNews::OneMoment => self.say("one-moment", &Args::new()),
            WaitingNews::TextSent => self.say("text-sent", &Args::new()),
            WaitingNews::TextFailed => self.say("text-failed", &Args::new()),
            WaitingNews::Transferring => self.say("transferring", &Args::new()),
            WaitingNews::AgentAway => self.say("agent-away", &Args::new()),
            WaitingNews::CallingBack => {
                self.phase = Phase::Escalated;
                self.disclose();
                self.say("callback-hello", &Args::new());
            }
        }
        self.take_acts()
    }

    fn say_choices(&mut self, callback: bool) {
        self.say(if callback { "wait-choices-callback" } else { "wait-choices" }, &Args::new());
        if self.offers(WaitingWish::Message) {
            self.say("wait-choices-message", &Args::new());
        }
        if self.offers(WaitingWish::Text) {
            self.say("wait-choices-text", &Args::new());
        }
    }

    /// Heard to its end: whoever is recorded must know it, and who listens.
    fn say_of_message(&mut self, prompt: &str, queue: &str) {
        let prompts = self.bot.prompts(self.language);
        let own = team_key(queue);
        let team = prompts.plain(if prompts.has(&own) { &own } else { "team" });
        let text = self.word(prompt, &Args::from([("team".to_owned(), Value::from(team))]));
        let (prompt, language) = (prompt.to_owned(), self.language);
        self.out.push(Act::Say { prompt, text, language, interruptible: false });
    }

    fn say_place(&mut self, place: u32, minutes: Option<u64>) {
        if place <= 1 {
            self.say("wait-next", &Args::new());
        } else {
            self.say("wait-place", &Args::from([("place".to_owned(), Value::from(place))]));
        }
        if let Some(minutes) = minutes {
            self.say("wait-minutes", &Args::from([("minutes".to_owned(), Value::from(minutes))]));
        }
    }

    /// Heard to its end: nobody is passed on by surprise.
    fn say_taken_over(&mut self) {
        let text = self.word("taken-over", &Args::new());
        let (prompt, language) = ("taken-over".to_owned(), self.language);
        self.out.push(Act::Say { prompt, text, language, interruptible: false });
    }

    fn say_promise(&mut self, elsewhere: bool) {
        let queue = self.last_escalation.as_ref().map(|escalation| escalation.queue.clone());
        let opening = queue.and_then(|queue| self.opening(&queue));
        let args = opening.as_ref().map(|opening| self.when(opening)).unwrap_or_default();
        let prompt = match (elsewhere, opening.is_some()) {
            (false, false) => "callback-promised",
            (false, true) => "callback-promised-later",
            (true, false) => "callback-promised-elsewhere",
            (true, true) => "callback-promised-elsewhere-later",
        };
        self.say(prompt, &args);
    }

    /// A person is wanted and none is there: when they are, and what can be done until then.
    pub(super) fn turn_away(&mut self, escalation: Escalation) {
        if let Some(opening) = self.opening(&escalation.queue) {
            let text = self.word("people-closed", &self.when(&opening));
            let language = self.language;
            let prompt = "people-closed".to_owned();
            self.out.push(Act::Say { prompt, text, language, interruptible: false });
        }
        self.last_escalation = Some(escalation.clone());
        self.out.push(Act::TurnAway(escalation));
        self.low_confidence = 0;
        self.silences = 0;
        self.worries.clear();
        self.mood.answered(self.turn);
        self.offer_instead(None);
    }

    /// Whether the caller may have this in place of waiting.
    pub fn offers(&self, wish: WaitingWish) -> bool {
        // Who writes has no line to be rung on or to speak after a tone, and whose number it is nobody knows.
        if self.is_written() {
            return false;
        }
        match wish {
            WaitingWish::CallBack | WaitingWish::CallBackElsewhere => self.callback,
            WaitingWish::Message => self.bot.policy.voicemail,
            WaitingWish::Text => {
                let number = self.caller.is_some() || !self.other_numbers.is_empty();
                self.bot.policy.text_me.is_some() && number
            }
            WaitingWish::Bot => false,
        }
    }

    /// What "yes" means to whoever was asked when nobody is there.
    pub(super) fn first_choice(&self) -> Option<WaitingWish> {
        CHOICES.into_iter().find(|wish| self.offers(*wish))
    }

    /// What the caller says to have in place of waiting, of what there is.
    pub(super) fn chosen_instead(&self, heard: &Heard) -> Option<WaitingWish> {
        let wish = WaitingWish::of_words(&heard.text, heard.language, self.language);
        wish.filter(|wish| self.offers(*wish))
    }

    /// Nobody is there: what can be had instead, but for what has just failed. The first choice is what is asked.
    fn offer_instead(&mut self, but: Option<WaitingWish>) {
        let choices = CHOICES.into_iter().filter(|wish| self.offers(*wish) && Some(*wish) != but);
        let choices: Vec<WaitingWish> = choices.collect();
        let question = match choices.first() {
            Some(WaitingWish::CallBack) => "closed-callback",
            Some(WaitingWish::Message) => "closed-message",
            Some(WaitingWish::Text) => "closed-text",
            _ => return self.how_else(),
        };
        self.phase = Phase::AfterQueue;
        self.mention(&choices[1..]);
        self.ask(Question::yes_no(question));
    }

    /// Nobody took the call: whether to try again, and what else there is, but for what has just failed.
    pub(super) fn offer_to_wait(&mut self, but: Option<WaitingWish>) {
        self.phase = Phase::AfterQueue;
        let others = CHOICES.into_iter().filter(|wish| self.offers(*wish) && Some(*wish) != but);
        let others: Vec<WaitingWish> = others.collect();
        self.mention(&others);
        self.ask(Question::yes_no(if self.callback { "try-again-callback" } else { "try-again" }));
    }

    fn mention(&mut self, choices: &[WaitingWish]) {
        for wish in choices {
            match wish {
                WaitingWish::Message => self.say("offer-message", &Args::new()),
                WaitingWish::Text => self.say("offer-text", &Args::new()),
                // Named by the question.
                WaitingWish::CallBack | WaitingWish::CallBackElsewhere | WaitingWish::Bot => {}
            }
        }
    }

    /// What was chosen did not come about; what failed is not offered again.
    pub(super) fn after_choice(&mut self, why: &str) {
        let (prompt, but) = match why {
            "message_empty" => ("message-empty", None),
            "text_failed" => ("text-failed", Some(WaitingWish::Text)),
            _ => ("message-failed", Some(WaitingWish::Message)),
        };
        self.say(prompt, &Args::new());
        self.choose_again(but);
    }

    /// The choices once more.
    pub(super) fn put_choices(&mut self) {
        self.choose_again(None);
    }

    fn choose_again(&mut self, but: Option<WaitingWish>) {
        if self.people_are_closed() { self.offer_instead(but) } else { self.offer_to_wait(but) }
    }

    /// When somebody of this queue is there again; `None` when somebody is.
    pub(super) fn opening(&self, queue: &str) -> Option<Opening> {
        self.bot.policy.opening(queue, self.now).filter(|_| !self.always_open)
    }

    /// Variables of `opening`: a day near by its name, one far away by its date.
    fn when(&self, opening: &Opening) -> Args {
        const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let weekday = usize::try_from(opening.date.weekday().to_monday_zero_offset()).unwrap_or(0);
        let day = match opening.in_days {
            0 => "today",
            1 => "tomorrow",
            2..=6 => DAYS[weekday],
            _ => "later",
        };
        let date = self.shown(Kind::Date, &opening.date.to_string(), self.language);
        let time = format!("{}:{:02}", opening.time.hour(), opening.time.minute());
        [("day", day.to_owned()), ("date", date), ("time", time)]
            .map(|(name, text)| (name.to_owned(), Value::from(text)))
            .into()
    }

    /// Why a person was wanted last.
    pub fn last_escalation(&self) -> Option<&Escalation> {
        self.last_escalation.as_ref()
    }

    /// Whether nobody was there to be asked when a person was wanted.
    pub fn people_are_closed(&self) -> bool {
        self.last_escalation.as_ref().is_some_and(|escalation| escalation.opens.is_some())
    }

    /// Whether an agent's phone must show by a key that a person holds it.
    pub fn accept_by_key(&self) -> bool {
        self.bot.policy.accept_by_key
    }

    /// What that phone hears, in the bot's own language.
    pub fn briefing(&self) -> (String, Language) {
        let language = self.bot.default_language;
        (self.bot.prompts(language).plain("agent-briefing"), language)
    }

    /// Who else is asked after a while.
    pub fn overflow(&self) -> Option<Overflow> {
        let (after_s, queue) = self.bot.policy.overflow.as_ref()?;
        Some(Overflow { after: Duration::from_secs(*after_s), queue: queue.clone() })
    }

    /// Nobody took the call, and the caller would rather have this; where it needs a number, that is asked for.
    pub(super) fn escalate_instead(&mut self, wish: WaitingWish) {
        if self.must_ask_number(wish) {
            return self.ask_number(wish);
        }
        self.escalate_instead_to(wish, None);
    }

    /// The same on a number that is not the caller's own.
    pub(super) fn escalate_instead_to(&mut self, wish: WaitingWish, number: Option<String>) {
        if let Some(mut escalation) = self.last_escalation.clone() {
            escalation.turn = self.turn;
            escalation.language = self.language;
            escalation.patient = true;
            escalation.instead = Some(wish);
            escalation.number = number;
            escalation.opens = self.opening(&escalation.queue).map(|opening| opening.at);
            self.hand_over(escalation);
        }
    }
}
