// Made by `npm run types` from the server's types: do not edit.
export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /**
         * @description Who should have the calls of a topic.
         * @enum {string}
         */
        Advice: "bot" | "person" | "mixed";
        /** @description What an agent finds when a call is over. */
        AfterCallView: {
            /** @description Of the call's queue. */
            codes: string[];
            /** @description What the note may begin with, in each language of the desk; empty where nothing is recorded. */
            drafts: {
                [key: string]: string;
            };
            /**
             * Format: int64
             * @description What "more time" adds, s.
             */
            extend_s: number;
            /** @description What this agent told the bot so far. */
            judged: components["schemas"]["BotJudgement"][];
            /** @description Nobody finishes without a code. */
            required: boolean;
            /** @description The number on which the caller can be rung back. */
            ring_back: string | null;
            /** @description What the caller said to the bot, by turn. */
            said: components["schemas"]["Said"][];
            /** @description What this agent set to follow. */
            set: components["schemas"]["SetView"][];
            /** @description What it could have meant. */
            topics: components["schemas"]["SlotView"][];
            worded: components["schemas"]["Worded"] | null;
        };
        /** @description What whoever has a call wants done with it. */
        AgentCommand: {
            /** @enum {string} */
            do: "hold";
        } | {
            /** @enum {string} */
            do: "retrieve";
        } | {
            /** @enum {string} */
            do: "transfer";
            note?: string;
            to: components["schemas"]["TransferTo"];
        } | {
            colleague: string;
            /** @enum {string} */
            do: "consult";
        } | {
            /** @enum {string} */
            do: "complete_transfer";
        } | {
            /** @enum {string} */
            do: "conference";
        } | {
            /** @enum {string} */
            do: "end_consult";
        } | {
            /** @enum {string} */
            do: "press_keys";
            keys: string;
        } | {
            /** @enum {string} */
            do: "end";
        } | {
            /** @enum {string} */
            do: "back_to_bot";
            note?: string;
        };
        /**
         * @description Why an agent did not take the call.
         * @enum {string}
         */
        AgentRefusal: "busy" | "declined" | "no_answer" | "unreachable";
        /** @description A card beside the conversation. */
        AssistCard: {
            advice: components["schemas"]["Help"];
            at: components["schemas"]["At"];
            /**
             * Format: int32
             * @description Counts within the call.
             */
            id: number;
        };
        /** @description What an agent says of a card. */
        AssistReply: {
            /** @enum {string} */
            do: "dismiss";
        } | {
            /** @enum {string} */
            do: "judge";
            useful: boolean;
        };
        /**
         * Format: int64
         * @description A moment in milliseconds since the Unix epoch, taken from one monotonic clock per process, so
         *     that it never runs backwards within a call. Tests make their own.
         */
        At: number;
        /**
         * @description Whose words stand on the visitor's screen.
         * @enum {string}
         */
        Author: "bot" | "agent" | "visitor" | "notice";
        /** @description One step of the time axis. */
        Bar: {
            calls: number;
            contained: number;
            /** @description `2026-11-21`, or `2026-11-21T09`, where the reader is. */
            key: string;
            outcomes: components["schemas"]["Part"][];
            truly_contained: number;
            turn_gap_ms: components["schemas"]["Spread"] | null;
        };
        /**
         * @description Which step of the time axis a moment belongs to.
         * @enum {string}
         */
        BarStep: "hour" | "day";
        /**
         * @description The sign that decided.
         * @enum {string}
         */
        Because: "few_calls" | "upset" | "handed_over" | "silent" | "served" | "in_between";
        /** @description What an agent tells the bot after a call. */
        BotJudgement: {
            /** @enum {string} */
            of: "should_handle";
            yes: boolean;
        } | {
            /** @enum {string} */
            of: "sooner";
            yes: boolean;
        } | {
            /** @enum {string} */
            of: "meant";
            topic: string | null;
            /** Format: int32 */
            turn: number;
        };
        /** @description One language's. */
        Brief: {
            /** @description What the topics and facts so far are called. */
            names: {
                [key: string]: string;
            };
            /** @description The whole of it, in the order in which it happened. */
            steps: string[];
            /** @description Two or three lines: who and what about; what is known and was tried; the last words. */
            summary: string[];
            /** @description Why a person is needed, in one sentence. */
            why: string | null;
        };
        /** @description A brief in each language of the desk, as the API's description has it. */
        Briefs: {
            en: components["schemas"]["Brief"];
            pl: components["schemas"]["Brief"];
            ro: components["schemas"]["Brief"];
        };
        /** @description Identifies one call for ever: a UUID version 7, so ids sort by time. */
        CallId: string;
        /** @description One call behind a figure. */
        CallLine: {
            /** @description When it came in. */
            at: components["schemas"]["At"];
            call_id: string;
            caller: string;
            caller_name: string | null;
            language: components["schemas"]["Language"] | null;
            /**
             * Format: int64
             * @description From answer to end.
             */
            lasted_ms: number | null;
            /** @description As in the report: `live` while it lives. */
            outcome: string;
            /**
             * Format: int32
             * @description Of the last handover.
             */
            score: number | null;
            topic: string | null;
            upset: boolean | null;
        };
        /** @description A call that is read: its story and words, and what was made of them. */
        CallStory: {
            card: components["schemas"]["ScreenPop"];
            judgements: components["schemas"]["Judgement"][];
        };
        /** @description The newest calls behind a figure, and how many there are. */
        CallsBehind: {
            calls: components["schemas"]["CallLine"][];
            count: number;
        };
        /**
         * @description How the call of a card stands.
         * @enum {string}
         */
        CardStage: "offered" | "ringing" | "bridged" | "ended";
        /** @description Calls in an hour of a weekday, all weeks together; those without any are left out. */
        Cell: {
            calls: number;
            /**
             * Format: int32
             * @description 0..24
             */
            hour: number;
            /**
             * Format: int32
             * @description 1 is Monday.
             */
            weekday: number;
        };
        /**
         * @description How caller and Duet talk: by telephone, or in writing.
         * @enum {string}
         */
        Channel: "voice" | "chat";
        /** @description A presence that an agent may choose. */
        Choice: {
            /** @enum {string} */
            state: "offline";
        } | {
            /** @enum {string} */
            state: "available";
        } | {
            reason: string;
            /** @enum {string} */
            state: "paused";
        };
        /** @description One who is at work. */
        Colleague: {
            /** @description Can be asked now. */
            free: boolean;
            id: string;
            languages: components["schemas"]["Language"][];
            name: string;
            queues: string[];
            /** @description Of a pause. */
            reason: string | null;
            since: components["schemas"]["At"];
            /** @description As in [`Presence`], without the call. */
            state: string;
        };
        /** @description Answers to "how satisfied". */
        Csat: {
            answers: number;
            /**
             * Format: float
             * @description 1..5
             */
            mean: number;
            /** @description Answers of 4 and 5, and their share, 0..1. */
            satisfied: number;
            /** Format: float */
            share: number;
        };
        /**
         * @description How whoever watches a call hears it.
         * @enum {string}
         */
        Ear: "off" | "listen" | "whisper";
        /** @description One earlier call. */
        EarlierCall: {
            /** @description Who spoke with the caller last. */
            agent: string | null;
            /** @description When it came in. */
            at: components["schemas"]["At"];
            /** @description Why and summary in each language of the desk, without the single steps. */
            briefs: components["schemas"]["Briefs"];
            call_id: components["schemas"]["CallId"];
            /** @description Of a chat: the visitor gave this number, and nobody has checked it. */
            channel: components["schemas"]["Channel"];
            facts: components["schemas"]["Fact"][];
            language: components["schemas"]["Language"] | null;
            /**
             * Format: int64
             * @description From answer to end; `None` while it lives.
             */
            lasted_ms: number | null;
            note: string;
            outcome: components["schemas"]["Outcome"] | null;
            topic: string | null;
            wrap_up_code: string | null;
        };
        /** @description One fact that the bot collected. */
        Fact: {
            name: string;
            value: string;
            /** @description The caller confirmed it, or a back office knows it. */
            verified: boolean;
        };
        /** @description The large numbers. Shares are of the answered calls, 0..1. */
        Figures: {
            abandoned: number;
            answered: number;
            /** @description Calls whose caller was asked about the call. */
            asked: number;
            calls: number;
            /** @description No person took part. */
            contained: number;
            /** Format: float */
            containment: number;
            csat: components["schemas"]["Csat"] | null;
            handovers: number;
            /** @description Calls whose tone was judged, and those of them that were upset. */
            judged: number;
            nps: components["schemas"]["Nps"] | null;
            /** Format: float */
            resolution: number;
            resolved: number;
            /**
             * Format: float
             * @description Mean score of the handovers that are over, 0..100.
             */
            score: number | null;
            /** Format: float */
            true_containment: number;
            /** @description Of those, callers who were served as far as can be seen. */
            truly_contained: number;
            turn_gap_ms: components["schemas"]["Spread"] | null;
            upset: number;
        };
        /** @description A task as the desk shows it. */
        FollowUpView: {
            /** @description Whose it is; anybody's of the queue where there is none. */
            agent: string | null;
            /** @description Login name of whoever set it. */
            by: string;
            call_id: components["schemas"]["CallId"];
            due: components["schemas"]["At"];
            id: string;
            made: components["schemas"]["At"];
            name: string | null;
            number: string;
            queue: string;
            text: string;
        };
        /** @description From the browser. */
        FromBrowser: {
            presence: components["schemas"]["Choice"];
            /** @enum {string} */
            type: "set_presence";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "card_shown";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "decline";
        } | {
            phone: string;
            sdp: string;
            /** @enum {string} */
            type: "phone";
        } | {
            phone: string;
            /** @enum {string} */
            type: "put_away_phone";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "answer";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "hang_up";
        } | {
            call_id: components["schemas"]["CallId"];
            text: string;
            /** @enum {string} */
            type: "write";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "writing";
        } | {
            call_id: components["schemas"]["CallId"];
            text: string;
            /** @enum {string} */
            type: "note";
        } | {
            call_id: components["schemas"]["CallId"];
            right: boolean;
            /** @enum {string} */
            type: "judge_summary";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @description None only where the queue wants none. */
            code: string | null;
            note: string;
            /** @enum {string} */
            type: "wrap_up";
        } | {
            call_id: components["schemas"]["CallId"];
            judgement: components["schemas"]["BotJudgement"];
            /** @enum {string} */
            type: "judge_bot";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "extend";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "earlier";
        } | {
            call_id: components["schemas"]["CallId"];
            /** Format: int32 */
            id: number;
            reply: components["schemas"]["AssistReply"];
            /** @enum {string} */
            type: "assist";
        } | {
            call_id: components["schemas"]["CallId"];
            command: components["schemas"]["AgentCommand"];
            /** @enum {string} */
            type: "command";
        } | {
            /** @enum {string} */
            type: "open_wall";
        } | {
            /** @enum {string} */
            type: "close_wall";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "watch";
        } | {
            /** @enum {string} */
            type: "end_watch";
        } | {
            call_id: components["schemas"]["CallId"];
            hand: components["schemas"]["Hand"];
            /** @enum {string} */
            type: "supervise";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "follow_up";
            wish: components["schemas"]["Wish"];
        } | {
            id: string;
            /** @enum {string} */
            type: "follow_up_done";
        } | {
            id: string;
            /** @enum {string} */
            type: "follow_up_calls";
        } | {
            id: string;
            /** @enum {string} */
            type: "voicemail_done";
        } | {
            /** @enum {string} */
            type: "ping";
        };
        /** @description What whoever looks on does to a call of the bot. All but `rule` need the call to be watched. */
        Hand: {
            /** @enum {string} */
            do: "steer";
            text: string;
        } | {
            /** @enum {string} */
            do: "fact";
            slot: string;
            value: string;
        } | {
            /** @enum {string} */
            do: "rule";
            /** Format: int32 */
            id: number;
            rule: components["schemas"]["Rule"];
        } | {
            /** @enum {string} */
            do: "take_over";
        } | {
            /** @enum {string} */
            do: "ear";
            ear: components["schemas"]["Ear"];
        };
        /** @description One piece of help. */
        Help: {
            article: string;
            heading: string;
            /** @enum {string} */
            of: "passage";
            text: string;
            /** @description Title of the article: the source. */
            title: string;
        } | (components["schemas"]["NextStep"] & {
            /** @enum {string} */
            of: "next_step";
        }) | {
            /** @enum {string} */
            of: "promise";
            /** @description As the policy writes it. */
            phrase: string;
            said: string;
        };
        /**
         * @description Who has a call.
         * @enum {string}
         */
        Holder: "bot" | "queue" | "person";
        /** @description What was made of a caller's words, as whoever watches sees it beside them. */
        Judgement: {
            at: components["schemas"]["At"];
            /** Format: float */
            confidence: number;
            /** @enum {string} */
            of: "meaning";
            topic: string | null;
            /** Format: int32 */
            turn: number;
        } | {
            /** Format: float */
            anger: number;
            at: components["schemas"]["At"];
            /** Format: float */
            distress: number;
            /** Format: float */
            frustration: number;
            /** Format: float */
            joy: number;
            /** @enum {string} */
            of: "tone";
            /** Format: float */
            sarcasm: number;
            /** Format: int32 */
            turn: number;
        };
        /**
         * @description A language that a bot can hold a conversation in, named by its ISO 639-1 code everywhere.
         * @enum {string}
         */
        Language: "pl" | "ro" | "en";
        /** @description One such text in the thread of a contact. */
        Letter: {
            /**
             * Format: int64
             * @description When it was written, ms since the Unix epoch.
             */
            at: number;
            by: components["schemas"]["Author"];
            channel: components["schemas"]["Medium"];
            /** @description As [`contact`] makes it: what calls of the same customer have as their number. */
            contact: string;
            /** @description Sorts by the time at which it was kept. */
            id: string;
            /** @description Of whoever wrote it. */
            name: string | null;
            subject: string | null;
            text: string;
        };
        /** @description One sentence of the conversation. */
        Line: {
            /** @description Who spoke, when an agent did. */
            agent: string | null;
            /** @description When the sentence began. */
            at: components["schemas"]["At"];
            /**
             * Format: float
             * @description The recogniser's, 0..1; `None` where nothing was recognised.
             */
            confidence: number | null;
            /** @description The beginning of `text` that the caller heard, cut at a word; `None` when all was heard. */
            heard: string | null;
            /**
             * Format: float
             * @description 0..1, 1 for the words of people.
             */
            heard_fraction: number;
            language: components["schemas"]["Language"];
            speaker: components["schemas"]["Speaker"];
            /** @description As it was meant; how much of it the caller heard is in `heard_fraction`. */
            text: string;
            /** @description Whose words the bot spoke, when somebody typed them: login name. */
            typed_by: string | null;
        };
        /**
         * @description Which way it came.
         * @enum {string}
         */
        Medium: "chat" | "email" | "comment" | "sms";
        /** @description The caller's mood in one turn, from the words; probabilities, 0..1. */
        MoodPoint: {
            /** Format: float */
            anger: number;
            at: components["schemas"]["At"];
            /** Format: float */
            distress: number;
            /** Format: float */
            frustration: number;
            /** Format: int32 */
            turn: number;
        };
        /** @description What is to be asked next. */
        NextStep: {
            /** @description As the bot would ask, in the caller's language. */
            ask: string;
            slot: components["schemas"]["SlotView"];
            /** @description What is missing beside it. */
            then: components["schemas"]["SlotView"][];
            topic: string;
        };
        /** @description Answers to "how likely to recommend". */
        Nps: {
            answers: number;
            /** @description 0 to 6. */
            detractors: number;
            /** @description 9 and 10. */
            promoters: number;
            /**
             * Format: float
             * @description Share of promoters less that of detractors, -100..100.
             */
            score: number;
        };
        /**
         * @description How a call ended, for reports and for the CDR.
         * @enum {string}
         */
        Outcome: "resolved" | "handed_over" | "abandoned" | "not_answered" | "callback_promised" | "message_left" | "text_sent" | "failed" | "node_lost";
        /** @description How many of a kind. */
        Part: {
            calls: number;
            name: string;
        };
        /** @description Somebody of the desk, by login name and as one is called. */
        Person: {
            id: string;
            name: string;
        };
        /** @description What an agent is doing. Ringing to wrap-up follow from calls; the others are chosen. */
        Presence: {
            /** @enum {string} */
            state: "offline";
        } | {
            /** @enum {string} */
            state: "available";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            state: "ringing";
            /** @description When the offer goes to the next agent by itself. */
            until: components["schemas"]["At"];
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            state: "on_call";
        } | {
            call_id: components["schemas"]["CallId"];
            /**
             * Format: int32
             * @description Times that it may be prolonged yet.
             */
            extensions: number;
            /** @description Of the call. */
            queue: string | null;
            /** @enum {string} */
            state: "wrap_up";
            until: components["schemas"]["At"];
        } | {
            reason: string;
            /** @enum {string} */
            state: "paused";
        };
        /** @description A reply that waits for a person. */
        Proposed: {
            /**
             * Format: int32
             * @description Counts within the call.
             */
            id: number;
            since: components["schemas"]["At"];
            text: string;
            topic: string | null;
            /** @description Then it waits no longer. */
            until: components["schemas"]["At"];
        };
        /** @description How handovers to a queue went. */
        QueueScore: {
            /** @description The caller hung up while waiting. */
            abandoned: number;
            handovers: number;
            /** @description Ended with a person. */
            person: number;
            queue: string;
            /**
             * Format: float
             * @description Mean of those that are over, 0..100.
             */
            score: number | null;
        };
        /** @description One queue at a glance. */
        QueueView: {
            available: number;
            /** @description Not offline. */
            logged_in: number;
            name: string;
            oldest: components["schemas"]["At"] | null;
            waiting: number;
        };
        /** @description A colleague who did not come. */
        Refused: {
            colleague: components["schemas"]["Person"];
            refusal: components["schemas"]["AgentRefusal"];
        };
        /** @description What the calls of a time say. */
        Report: {
            bars: components["schemas"]["Bar"][];
            before: components["schemas"]["Figures"] | null;
            /** @description Bots and queues of these calls, to choose from. */
            bots: string[];
            cells: components["schemas"]["Cell"][];
            /** @description Older calls of that time were left out: more than can be read. */
            cut: boolean;
            /** @description RFC 3339 in UTC. */
            from: string;
            /** @description What topics are called, by language. */
            names: {
                [key: string]: {
                    [key: string]: string;
                };
            };
            now: components["schemas"]["Figures"];
            outcomes: components["schemas"]["Part"][];
            queue_names: string[];
            queues: components["schemas"]["QueueScore"][];
            /** @description Why people were called: kinds of the first signal, of all handovers. */
            reasons: components["schemas"]["Part"][];
            /** @description Where callers fall silent, the worst first. */
            silence: components["schemas"]["SilentStep"][];
            step: components["schemas"]["BarStep"];
            times: components["schemas"]["Took"][];
            to: string;
            touchpoints: components["schemas"]["Touchpoint"][];
            /** @description IANA name of the time zone that days and hours are told in. */
            zone: string;
        };
        /** @description A sign and how strong it is, 0..1. */
        Risk: {
            sign: components["schemas"]["Sign"];
            /** Format: float */
            strength: number;
        };
        /** @description What a person says of a reply that waits for it. */
        Rule: {
            /** @enum {string} */
            do: "approve";
        } | {
            /** @enum {string} */
            do: "edit";
            text: string;
        } | {
            /** @enum {string} */
            do: "deny";
            reason?: string;
        };
        /** @description An utterance, and what the bot understood. */
        Said: {
            text: string;
            topic: string | null;
            /** Format: int32 */
            turn: number;
        };
        /** @description Everything on the card. */
        ScreenPop: {
            bot: string;
            bridged_at: components["schemas"]["At"] | null;
            /** @description The story in each language of the desk, of facts alone. */
            briefs: components["schemas"]["Briefs"];
            call_id: components["schemas"]["CallId"];
            caller: string;
            caller_name: string | null;
            channel: components["schemas"]["Channel"];
            /** @description Index of the bot's last sentence: where the person takes up. */
            continue_at: number | null;
            facts: components["schemas"]["Fact"][];
            language: components["schemas"]["Language"] | null;
            /** @description In the order of the turns; empty where no tone is judged. */
            mood: components["schemas"]["MoodPoint"][];
            /** @description What the agent may say first, in the caller's language. */
            opening: string;
            /** @description What the bot promised, as it was said. */
            promised: string[];
            queue: string | null;
            signals: components["schemas"]["Signal"][];
            /** @description Whether the story above was right, by the agent. */
            summary_right: boolean | null;
            topic: string | null;
            transcript: components["schemas"]["Line"][];
            /**
             * Format: int64
             * @description From then until `now`, or until somebody answered.
             */
            waited_ms: number;
            waiting_since: components["schemas"]["At"] | null;
            worded: components["schemas"]["Worded"] | null;
        };
        /**
         * @description Who hears whom.
         * @enum {string}
         */
        Seating: "talking" | "held" | "ringing" | "consulting" | "conference";
        /** @description Something that was set to follow; its text stands with the task. */
        SetView: {
            due: components["schemas"]["At"];
            /** @description `own`, `queue`, `callback`. */
            kind: string;
        };
        /**
         * @description What speaks for trouble.
         * @enum {string}
         */
        Sign: "anger" | "frustration" | "distress" | "unsure" | "loop" | "deaf" | "wait" | "hold";
        /** @description One reason to escalate, with what caused it. */
        Signal: {
            /** @description The words, digits or seconds that caused it. */
            evidence: string;
            /**
             * @description `asks_for_person`, `confidence`, `critical_word`, `silence`, `loop`, `engine_failure`, `overload`, `topic`,
             *     `backend_down`, `abuse`, `unknown_question`, `anger`, `frustration`, `distress`, `not_approved`, `taken_over`.
             */
            kind: string;
            /**
             * Format: float
             * @description 0..1; of signals that passed together, the weight.
             */
            strength: number;
            /**
             * Format: float
             * @description The threshold that it passed, 0..1; of signals that passed together, that of their sum.
             */
            threshold: number;
        };
        /**
         * @description How a caller fell silent.
         * @enum {string}
         */
        Silent: "canned_answer" | "faded_out" | "gave_up" | "rang_again";
        /** @description Where callers fall silent. */
        SilentStep: {
            calls: number;
            /** @description Some of them, the newest first. */
            examples: string[];
            how: components["schemas"]["Silent"];
            /** @description The prompt that was said last, without its attempt. */
            prompt: string;
            topic: string | null;
        };
        /** @description A topic, or a value that it collects, as a page shows it. */
        SlotView: {
            name: string;
            /** @description What the bot calls it, for agents of a language. */
            titles: {
                [key: string]: string;
            };
        };
        /**
         * @description Whose words they are.
         * @enum {string}
         */
        Speaker: "caller" | "bot" | "agent";
        /** @description Percentiles by nearest rank, ms. */
        Spread: {
            count: number;
            /** Format: int64 */
            p50: number;
            /** Format: int64 */
            p95: number;
            /** Format: int64 */
            p99: number;
        };
        /** @description The table as a page shows it. */
        TableView: {
            agent: components["schemas"]["Person"];
            colleague: components["schemas"]["Person"] | null;
            refused: components["schemas"]["Refused"] | null;
            seating: components["schemas"]["Seating"];
            since: components["schemas"]["At"];
        };
        /** @description From the server. */
        ToBrowser: {
            agent: components["schemas"]["Whoami"];
            now: components["schemas"]["At"];
            pause_reasons: string[];
            /** @enum {string} */
            type: "hello";
        } | {
            next: components["schemas"]["Choice"] | null;
            presence: components["schemas"]["Presence"];
            since: components["schemas"]["At"];
            /** @enum {string} */
            type: "presence";
        } | {
            phone: string | null;
            /** @enum {string} */
            type: "phone";
        } | {
            phone: string;
            sdp: string;
            /** @enum {string} */
            type: "phone_answer";
        } | {
            queues: components["schemas"]["QueueView"][];
            /** @enum {string} */
            type: "queues";
        } | {
            asked_by: components["schemas"]["Person"] | null;
            card: components["schemas"]["ScreenPop"];
            /** @description What the agent wrote so far. */
            note: string;
            stage: components["schemas"]["CardStage"];
            table: components["schemas"]["TableView"] | null;
            /** @enum {string} */
            type: "card";
        } | {
            call_id: components["schemas"]["CallId"];
            table: components["schemas"]["TableView"] | null;
            /** @enum {string} */
            type: "table";
        } | {
            call_id: components["schemas"]["CallId"];
            calls: components["schemas"]["EarlierCall"][];
            /** @description False when the number is hidden: nothing is looked up. */
            known: boolean;
            /** @description What the same customer wrote, or was written to, outside of calls; newest first. */
            letters: components["schemas"]["Letter"][];
            /** @description There are older ones still. */
            more: boolean;
            /** @enum {string} */
            type: "earlier";
        } | {
            call_id: components["schemas"]["CallId"];
            letter: components["schemas"]["Letter"];
            /** @enum {string} */
            type: "letter";
        } | {
            colleagues: components["schemas"]["Colleague"][];
            queues: components["schemas"]["QueueView"][];
            /** @enum {string} */
            type: "colleagues";
        } | {
            call_id: components["schemas"]["CallId"];
            line: components["schemas"]["Line"];
            /** @enum {string} */
            type: "line";
        } | {
            call_id: components["schemas"]["CallId"];
            fact: components["schemas"]["Fact"];
            /** @enum {string} */
            type: "fact";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "worded";
            worded: components["schemas"]["Worded"];
        } | {
            /** @enum {string} */
            type: "voicemails";
            voicemails: components["schemas"]["VoicemailView"][];
        } | {
            follow_ups: components["schemas"]["FollowUpView"][];
            /** @enum {string} */
            type: "follow_ups";
        } | {
            /** @description The call after which it was set. */
            call_id: components["schemas"]["CallId"];
            calls: components["schemas"]["EarlierCall"][];
            id: string;
            more: boolean;
            /** @enum {string} */
            type: "follow_up_calls";
        } | {
            agents: components["schemas"]["WallAgent"][] | null;
            calls: components["schemas"]["WallCall"][];
            gone: components["schemas"]["CallId"][];
            queues: components["schemas"]["QueueView"][] | null;
            /** @enum {string} */
            type: "wall";
        } | {
            card: components["schemas"]["ScreenPop"];
            judgements: components["schemas"]["Judgement"][];
            table: components["schemas"]["TableView"] | null;
            /** @enum {string} */
            type: "watched";
        } | {
            call_id: components["schemas"]["CallId"];
            judgement: components["schemas"]["Judgement"];
            /** @enum {string} */
            type: "judged";
        } | {
            call_id: components["schemas"]["CallId"];
            slots: components["schemas"]["SlotView"][];
            /** @enum {string} */
            type: "slots";
        } | {
            call_id: components["schemas"]["CallId"];
            slot: string;
            /** @enum {string} */
            type: "fact_unused";
            value: string;
        } | {
            call_id: components["schemas"]["CallId"];
            card: components["schemas"]["AssistCard"];
            /** @enum {string} */
            type: "assist";
        } | {
            call_id: components["schemas"]["CallId"];
            listening: string[];
            /** @enum {string} */
            type: "watchers";
            watchers: components["schemas"]["Person"][];
            whispering: string[];
        } | {
            call_id: components["schemas"]["CallId"];
            ear: components["schemas"]["Ear"];
            /** @enum {string} */
            type: "ear";
        } | {
            at: components["schemas"]["At"];
            call_id: components["schemas"]["CallId"];
            stage: components["schemas"]["CardStage"];
            /** @enum {string} */
            type: "call_state";
        } | {
            after: components["schemas"]["AfterCallView"];
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "after_call";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "card_withdrawn";
            why: components["schemas"]["Withdrawal"];
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "note_saved";
        } | {
            call_id: components["schemas"]["CallId"];
            /** @enum {string} */
            type: "wrap_up_saved";
        } | {
            code: string;
            detail: string;
            /** @enum {string} */
            type: "error";
        } | {
            /** @enum {string} */
            type: "pong";
        };
        /** @description What handovers took from the decision on. */
        Took: {
            ms: components["schemas"]["Spread"] | null;
            /** @description `announcement`, `ringing`, `bridged`, `first_word`: what was waited for. */
            to: string;
        };
        /** @description One topic. Shares are 0..1 of its calls. */
        Touchpoint: {
            advice: components["schemas"]["Advice"];
            because: components["schemas"]["Because"];
            /**
             * Format: float
             * @description The share that decided; of `in_between` what the bot serves.
             */
            because_share: number;
            calls: number;
            /** Format: float */
            handed_over: number;
            /** @description Calls whose tone was judged, and those of them that were upset. */
            judged: number;
            outcomes: components["schemas"]["Part"][];
            /** Format: float */
            resolved: number;
            /**
             * Format: float
             * @description Mean score of its handovers, 0..100.
             */
            score: number | null;
            /**
             * Format: float
             * @description Kept by the bot and served.
             */
            served: number;
            /**
             * Format: float
             * @description Kept by the bot and not served.
             */
            silent: number;
            /** @description `None` of calls whose business was not understood. */
            topic: string | null;
            upset: number;
        };
        /** @description Where a call is transferred to. */
        TransferTo: {
            agent: string;
        } | {
            queue: string;
        };
        /** @description A message as the desk shows it. */
        VoicemailView: {
            at: components["schemas"]["At"];
            call_id: components["schemas"]["CallId"];
            id: string;
            language: components["schemas"]["Language"];
            /** Format: int64 */
            length_ms: number;
            name: string | null;
            number: string;
            queue: string;
            words: components["schemas"]["Words"];
        };
        /** @description One who works here, as a supervisor sees them. */
        WallAgent: {
            id: string;
            languages: components["schemas"]["Language"][];
            name: string;
            presence: components["schemas"]["Presence"];
            queues: string[];
            since: components["schemas"]["At"];
        };
        /** @description One call on the wall. */
        WallCall: {
            bot: string;
            call_id: components["schemas"]["CallId"];
            caller: string;
            caller_name: string | null;
            channel: components["schemas"]["Channel"];
            holder: components["schemas"]["Holder"];
            /** @description Since when it is so. */
            holder_since: components["schemas"]["At"];
            language: components["schemas"]["Language"] | null;
            offered: components["schemas"]["Person"] | null;
            proposal: components["schemas"]["Proposed"] | null;
            queue: string | null;
            reasons: components["schemas"]["Risk"][];
            /**
             * Format: float
             * @description 0..1
             */
            risk: number;
            /** @description Why a person was called. */
            signals: components["schemas"]["Signal"][];
            /** @description When it came in. */
            since: components["schemas"]["At"];
            table: components["schemas"]["TableView"] | null;
            topic: string | null;
            /** @description What the bot calls the topic, for agents of a language. */
            topic_names: {
                [key: string]: string;
            };
        };
        /** @description The agent as the page shows one. */
        Whoami: {
            id: string;
            languages: components["schemas"]["Language"][];
            name: string;
            queues: string[];
            /** @description Without a phone no call is offered. */
            sip_uri: string | null;
            /** @description May open the wall. */
            supervises: boolean;
        };
        /** @description What an agent wants to follow. */
        Wish: {
            due: components["schemas"]["At"];
            /** @enum {string} */
            kind: "own";
            text: string;
        } | {
            due: components["schemas"]["At"];
            /** @enum {string} */
            kind: "queue";
            text: string;
        } | {
            due: components["schemas"]["At"];
            /** @enum {string} */
            kind: "callback";
        };
        /**
         * @description Why a card goes away.
         * @enum {string}
         */
        Withdrawal: "caller_left" | "not_needed" | "declined" | "missed" | "phone_busy" | "phone_unreachable";
        /** @description The summary in a language model's words; the facts are in `ScreenPop::summary`. */
        Worded: {
            model: string;
            text: string;
        };
        /** @description What the recogniser makes of it. */
        Words: {
            /** @enum {string} */
            state: "pending";
        } | {
            /**
             * Format: float
             * @description Recogniser's confidence, 0..1.
             */
            confidence: number;
            language: components["schemas"]["Language"];
            /** @enum {string} */
            state: "written";
            text: string;
        } | {
            /** @enum {string} */
            state: "failed";
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type Advice = components['schemas']['Advice'];
export type AfterCallView = components['schemas']['AfterCallView'];
export type AgentCommand = components['schemas']['AgentCommand'];
export type AgentRefusal = components['schemas']['AgentRefusal'];
export type AssistCard = components['schemas']['AssistCard'];
export type AssistReply = components['schemas']['AssistReply'];
export type At = components['schemas']['At'];
export type Author = components['schemas']['Author'];
export type Bar = components['schemas']['Bar'];
export type BarStep = components['schemas']['BarStep'];
export type Because = components['schemas']['Because'];
export type BotJudgement = components['schemas']['BotJudgement'];
export type Brief = components['schemas']['Brief'];
export type Briefs = components['schemas']['Briefs'];
export type CallId = components['schemas']['CallId'];
export type CallLine = components['schemas']['CallLine'];
export type CallStory = components['schemas']['CallStory'];
export type CallsBehind = components['schemas']['CallsBehind'];
export type CardStage = components['schemas']['CardStage'];
export type Cell = components['schemas']['Cell'];
export type Channel = components['schemas']['Channel'];
export type Choice = components['schemas']['Choice'];
export type Colleague = components['schemas']['Colleague'];
export type Csat = components['schemas']['Csat'];
export type Ear = components['schemas']['Ear'];
export type EarlierCall = components['schemas']['EarlierCall'];
export type Fact = components['schemas']['Fact'];
export type Figures = components['schemas']['Figures'];
export type FollowUpView = components['schemas']['FollowUpView'];
export type FromBrowser = components['schemas']['FromBrowser'];
export type Hand = components['schemas']['Hand'];
export type Help = components['schemas']['Help'];
export type Holder = components['schemas']['Holder'];
export type Judgement = components['schemas']['Judgement'];
export type Language = components['schemas']['Language'];
export type Letter = components['schemas']['Letter'];
export type Line = components['schemas']['Line'];
export type Medium = components['schemas']['Medium'];
export type MoodPoint = components['schemas']['MoodPoint'];
export type NextStep = components['schemas']['NextStep'];
export type Nps = components['schemas']['Nps'];
export type Outcome = components['schemas']['Outcome'];
export type Part = components['schemas']['Part'];
export type Person = components['schemas']['Person'];
export type Presence = components['schemas']['Presence'];
export type Proposed = components['schemas']['Proposed'];
export type QueueScore = components['schemas']['QueueScore'];
export type QueueView = components['schemas']['QueueView'];
export type Refused = components['schemas']['Refused'];
export type Report = components['schemas']['Report'];
export type Risk = components['schemas']['Risk'];
export type Rule = components['schemas']['Rule'];
export type Said = components['schemas']['Said'];
export type ScreenPop = components['schemas']['ScreenPop'];
export type Seating = components['schemas']['Seating'];
export type SetView = components['schemas']['SetView'];
export type Sign = components['schemas']['Sign'];
export type Signal = components['schemas']['Signal'];
export type Silent = components['schemas']['Silent'];
export type SilentStep = components['schemas']['SilentStep'];
export type SlotView = components['schemas']['SlotView'];
export type Speaker = components['schemas']['Speaker'];
export type Spread = components['schemas']['Spread'];
export type TableView = components['schemas']['TableView'];
export type ToBrowser = components['schemas']['ToBrowser'];
export type Took = components['schemas']['Took'];
export type Touchpoint = components['schemas']['Touchpoint'];
export type TransferTo = components['schemas']['TransferTo'];
export type VoicemailView = components['schemas']['VoicemailView'];
export type WallAgent = components['schemas']['WallAgent'];
export type WallCall = components['schemas']['WallCall'];
export type Whoami = components['schemas']['Whoami'];
export type Wish = components['schemas']['Wish'];
export type Withdrawal = components['schemas']['Withdrawal'];
export type Worded = components['schemas']['Worded'];
export type Words = components['schemas']['Words'];
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
