who = { $name } ({ $number })
withheld = number withheld
speaks = { $language ->
        [pl] speaks Polish
        [ro] speaks Romanian
       *[en] speaks English
    }
about = { $who }, { $speaks }: { $topics }.
no-topic = no topic yet
then = , then { $topic }
fact = { $name } { $value } ({ $verified ->
        [yes] confirmed
       *[no] not confirmed
    })
action = { $name }: { $ok ->
        [yes] done
       *[no] failed
    }
article = article read out: "{ $heading }"
pressed = key { $key }
last-words = Last words: "{ $words }"
topic = { $cause }; topic: { $topic }
handed-over = handed over
cause-asks_for_person = asks for a person ("{ $words }")
cause-critical_word = said "{ $words }"
cause-anger = { $count ->
        [one] angry
       *[other] angry twice
    } ("{ $words }")
cause-frustration = { $count ->
        [one] frustrated
       *[other] frustrated twice
    } ("{ $words }")
cause-distress = { $count ->
        [one] distressed
       *[other] distressed twice
    } ("{ $words }")
cause-confidence = the bot did not understand, { $times } times running
cause-silence = the caller stays silent
cause-loop = the bot asked the same { $times } times
cause-engine_failure = a speech engine failed
cause-overload = straight to people: the node had no time
cause-abuse = insults the bot
cause-unknown_question = asks what the bot does not know ("{ $words }")
cause-backend_down = the back office does not answer
cause-not_approved = the bot's reply was not approved ({ $words })
cause-taken_over = { $words } takes the call over from the bot
cause-topic = a matter for people
cause-other = needs a person: { $words }
asked-about = Topic: { $topic }
passed-on = passed on by { $by }
returned = Back with the bot
talked = Talked with { $agent }
left-message = Left a message
promised-call = Promised: a call back on { $number }
hello = Hello, this is { $agent }.
is-it = { $name }, is that right?
sorry = I am sorry about the trouble.
it-is-about = I see it is about: { $topic }.
i-have = I have the { $name } { $value } here.
no-repeat = You need not repeat anything.
draft-caller = Caller
draft-wanted = { $who }: { $topics }.
draft-said = In the caller's words: "{ $words }"
draft-why = Handed over: { $why }.
draft-talked = { $name } talked with the caller for { $length }
draft-held = { $count ->
        [one] on hold once
        [2] on hold twice
       *[other] on hold { $count } times
    } ({ $length })
draft-asked = asked { $name }
draft-not-reached = { $name } was asked and did not come
draft-three = all three talked
draft-to-queue = passed on to { $queue }
draft-to-agent = passed on to { $name }
draft-to-bot = given back to the bot
draft-note = { $gave } ("{ $note }")
draft-used = Found helpful: { $source }.
draft-careful = Warned of a promise: "{ $phrase }".
draft-text = A text message went to { $number }.
draft-ended = { $by ->
        [caller] The caller hung up.
        [agent] The agent hung up.
        [bot] The bot ended the call.
       *[system] The call was broken off.
    }
taken-over = Taken over from the bot by hand
# Of a chat: `chat-KEY` in place of KEY.
chat-withheld = no name given
chat-speaks = { $language ->
        [pl] writes in Polish
        [ro] writes in Romanian
       *[en] writes in English
    }
