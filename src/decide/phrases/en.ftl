# Duet's own sentences in English. A bot may word each of them anew in its en.ftl.

greeting = How can I help?
    .b = What can I do for you?
other-language = I speak English too. I am an automated assistant; just talk to me.
language-switched = Of course, let us speak English. I am an automated assistant.
    .b = Certainly, English it is. You are talking to an automated assistant.
language-unavailable = I am sorry, I do not speak that language. I can put you through to a person; just say: agent.
    .b = Unfortunately I do not know that language. Say agent and I will put you through to a person.
anything-else = Is there anything else I can help with?
    .b = Can I help with anything else?
    .c = Anything else?
go-on = Go ahead.
    .b = Yes, I am listening.
digits-go-on = Yes, go on.
    .b = Got that, what comes next?
goodbye = Thank you for calling. Goodbye.
    .b = Thanks for your call. Take care.
rating-csat = One last thing: how satisfied were you with this call, from one, not at all, to five, very? You can say the number or press it.
    .b = Before you go: how satisfied are you, from one for not at all to five for very? Just say or press a number.
rating-nps = One last thing: how likely are you to recommend us, from zero, not at all, to ten, certainly? You can say the number.
    .b = Before you go: from zero to ten, how likely are you to recommend us? Just say the number.
rating-thanks = I have noted that.
    .b = That is noted.
rephrase = Sorry, I am not sure what you need. Could you put it another way?
    .b = I did not quite follow. Please say it in other words.
rephrase-2 = I still do not follow. I can { $topics }. I can also put you through to a person.
    .b = I am still not sure how to help. I can { $topics }, or put you through to a person.
which-of-two = Shall I { $first }, or { $second }?
    .b = Just to be sure: { $first }, or { $second }?
or = or
unclear = Sorry, I did not catch that.
    .b = Sorry, the line is not very clear.
    .c = I could not make that out.
silence = Can you hear me?
    .b = Hello, are you still there?
    .c = I am here and listening.
offer-person = Shall I put you through to a person?
    .b = A colleague may be of more help. Shall I put you through?
offer-person-2 = Please say yes or no. Shall I put you through to a person?
    .b = Just yes or no: would you like to talk to a person?
how-else = All right. Tell me what I can help with.
    .b = Of course. What can I do instead?
engine-apology = I am sorry, I have a technical problem.
    .b = Sorry, something at my end did not work.
backend-apology = I am sorry, I cannot look that up at the moment.
    .b = I do apologise, our system is not answering right now.
node-busy = A great many people are calling just now, so I am putting you straight through to a colleague. Please stay on the line.
    .b = There are very many calls at the moment, so a colleague will take yours. Please hold on.
handover = I am putting you through to { $specialist }. I will pass on our conversation, so there is no need to repeat anything.
    .b = Let me connect you with { $specialist }. I will tell them all I know, so you need not start again.
specialist = a colleague
one-moment = One moment please.
    .b = One moment, please; I could not hear you.
cover = One moment, I am checking.
    .b = Just a second, let me look.
    .c = Still looking, nearly there.
    .d = Bear with me a moment.
confirm-digits = I have { $value }. Is that right?
    .b = Let me read that back: { $value }. Correct?
confirm-digits-2 = Please say yes or no. Is the number { $value }?
    .b = Once more: { $value }. Yes or no?
confirm-choice = I understood { $value }. Is that right?
    .b = So { $value }, yes?
confirm-choice-2 = Please say yes or no: { $value }?
    .b = Yes or no: { $value }?
wrong-count = I heard { $count } { $count ->
        [one] digit
       *[other] digits
    }, but I need { $expected }.
    .b = That was { $count } { $count ->
        [one] digit
       *[other] digits
    }; there should be { $expected }.
sorry-wrong = I am sorry.
    .b = Sorry about that.
back-to = All right.
    .b = Of course.
wait = Of course, I will wait.
    .b = Take your time.
repeat = Let me say that again.
    .b = Of course, once more.
nobody-available = Unfortunately nobody can take your call right now.
    .b = I am sorry, nobody is available at the moment.
agents-busy = Unfortunately all colleagues are talking to other callers.
    .b = I am sorry, everybody is still busy.
agent-left = I am sorry, the conversation with my colleague was cut off.
    .b = Sorry, we lost the connection to my colleague.
try-again = Shall I try again? I can also help you myself.
    .b = Would you like me to try once more? You can also ask me.
try-again-callback = Shall I try again while you wait? I can also have you called back, or help you myself.
    .b = Would you like to wait? Or say "call me back". You can also ask me.
opening = { $day ->
        [today] today
        [tomorrow] tomorrow
        [mon] on Monday
        [tue] on Tuesday
        [wed] on Wednesday
        [thu] on Thursday
        [fri] on Friday
        [sat] on Saturday
        [sun] on Sunday
       *[other] on { $date }
    } at { $time }
people-closed = Nobody is at the phones at this hour. My colleagues are here again { opening }.
    .b = My colleagues have gone for today. Somebody is here again { opening }.
closed-callback = Shall they call you then? I can also try to help you myself.
    .b = Would you like a call then? You can also ask me.
callback-promised-later = All right. We will call you on this number { opening }. Goodbye.
    .b = Of course. You will be called on this number { opening }. Goodbye.
closed-message = Would you like to leave them a message? I can also try to help you myself.
    .b = Shall I take a message for them? You can also ask me.
offer-message = You can also leave a message.
    .b = A message is possible too.
message-invite = Please speak after the tone. Your message will be recorded, and { $team } will listen to it. When you have finished, press the hash key, or just be silent.
    .b = Your message will be recorded after the tone, and { $team } will listen to it. To finish, press the hash key, or stop talking.
message-kept = Thank you. Your message is kept, and { $team } will listen to it. Goodbye.
    .b = I have kept your message, and { $team } will listen to it. Goodbye.
message-empty = I have not heard a message.
    .b = I am sorry, I did not hear anything.
message-failed = I am sorry, your message could not be kept.
    .b = Unfortunately I could not keep your message.
team = our team
closed-text = Shall I send you a text message instead? I can also try to help you myself.
    .b = Would you like a text message instead? You can also ask me.
offer-text = I can also send you a text message.
    .b = A text message is possible too.
text-sent = All right. You will get a text message in a moment. Goodbye.
    .b = Done. The text message is on its way. Goodbye.
text-failed = I am sorry, the text message could not be sent.
    .b = Unfortunately sending a text message did not work.
number-ask = Which number shall it be? Please say it, or enter it and press the hash key.
    .b = Please tell me the telephone number, or enter it and press the hash key.
number-confirm = That is { $value }. Is it right?
    .b = I have { $value }. Is that correct?
number-not-allowed = I am sorry, I cannot use that number.
    .b = Unfortunately that number cannot be used.
callback-promised-elsewhere = All right. You keep your place, and we will call that number. Goodbye.
    .b = Of course. We will call that number when it is your turn. Goodbye.
callback-promised-elsewhere-later = All right. We will call that number { opening }. Goodbye.
    .b = Of course. That number will be called { opening }. Goodbye.
callback-impossible = I am sorry, I cannot arrange a call just now.
    .b = Sorry, a call back is not possible at the moment.
back-with-bot = All right, I am here.
    .b = Of course, let us go on.
agent-done = Here is the automated assistant again.
    .b = It is the automated assistant again.
wait-next = You are next.
    .b = It is your turn next.
wait-place = You are number { $place } in the queue.
    .b = Your place in the queue is { $place }.
wait-minutes = { $minutes ->
        [one] It should take about a minute.
       *[other] It should take about { $minutes } minutes.
    }
    .b = { $minutes ->
        [one] That is about one minute.
       *[other] That is about { $minutes } minutes.
    }
wait-still = Thank you for waiting. I am still looking for a free colleague.
    .b = I have not forgotten you. Everybody is still busy.
wait-choices = If you would rather go on with me, press two.
    .b = To go on with me instead, press two.
wait-choices-callback = If you like, you will be called back and keep your place: press one or say "call me back". To go on with me, press two.
    .b = You need not wait: press one or say "call me back", and you keep your place. To go on with me, press two.
wait-choices-message = To leave a message, press three.
    .b = You can also leave a message: press three.
wait-choices-text = For a text message instead, press four.
    .b = You can also get a text message: press four.
wait-ringing = A colleague's phone is ringing this very moment.
    .b = One moment, a phone is ringing already.
callback-promised = All right. You keep your place, and you will be called back on the number that you are calling from. Goodbye.
    .b = Of course. We will call you on this number when it is your turn. Goodbye.
callback-failed = I am sorry, I cannot have you called back. You are still in the queue.
    .b = I am sorry, calling back is not possible just now. You keep your place here.
callback-hello = You asked to be called back. One moment, a colleague is coming to the phone.
    .b = You wanted us to call you back. I am fetching a colleague, one moment.
transferring = One moment, I am connecting you with another colleague.
    .b = One moment please, another colleague will take over.
agent-away = The connection to my colleague was interrupted. Please stay on the line, it will be back in a moment.
    .b = One moment please: I have lost my colleague's line and am getting it back.
taken-over = One moment, a colleague of mine is taking over this conversation.
    .b = A colleague takes over here, one moment please.
takeover-failed = My colleague could not come to the phone after all, so let us go on together.
    .b = I am sorry, my colleague is not answering. Let us go on.
agent-briefing = A caller is waiting for you. Press one to take the call.
    .b = Call from the automated assistant. Press one to take it.
i-am-a-machine = Yes, I am an automated assistant, not a person.
    .b = You are talking to a machine: an automated assistant.
abilities = I can { $topics }. I can also put you through to a person.
    .b = You can ask me to { $topics }, or to put you through to a person.
cancelled = All right, let us leave that.
    .b = Of course, forget about that.
wrong-number = No problem. Goodbye.
    .b = That is quite all right. Goodbye.
abuse = I can hear that you are annoyed.
    .b = I understand that this is annoying.
resume = Now back to what you asked before.
    .b = So, back to your question from before.
kb-answer = { $answer } You will find that in our guide "{ $title }".
    .b = Our guide "{ $title }" says: { $answer }
kb-unknown = I do not know that, and I would rather not guess.
    .b = I am afraid I have no answer to that.
one-by-one = I will take that one by one.
    .b = Let us do one after the other.
next-wish = And now the other thing: I can { $topic }.
    .b = Now to the other thing you asked for: I can { $topic }.
feel-frustration = I am sorry that this has been so annoying.
    .b = I understand that this is frustrating, and I am sorry.
feel-worry = I understand that this matters a lot to you.
    .b = I can hear that you are worried. Let us look at it right away.
feel-confusion = I am sorry that this is confusing.
    .b = Let us sort that out together.
feel-joy = I am glad to hear that.
    .b = That is good to hear.

# In a chat. `chat-KEY` is written in place of KEY.

agent-joined = { $name } is here now and has read our conversation.
    .b = You are talking to { $name } now, who has read our conversation.
wait-noted = Noted. My colleague will read that before answering.
    .b = Thank you, I am passing that on to my colleague.
gone-quiet = I have not heard from you for a while, so I am closing this chat. You can start a new one at any time. Goodbye.
    .b = As nothing more has come from you, I am closing this chat. Start a new one whenever you like. Goodbye.
cut-short = I am sorry, this chat has to end here for a technical reason. Please start a new one.
    .b = I am sorry, I have to end this chat for a technical reason. Please start a new one.
chat-other-language = You can also write to me in English.
chat-language-unavailable = I am sorry, I do not know that language. I can hand you over to a person; just write: agent.
    .b = Unfortunately I do not know that language. Write agent and I will fetch a person.
chat-go-on = Go ahead.
    .b = Yes, please write.
chat-goodbye = Thank you for writing. Goodbye.
    .b = Thanks for the chat. Take care.
chat-rephrase = Sorry, I am not sure what you need. Could you put it another way?
    .b = I did not quite follow. Please put it in other words.
chat-rephrase-2 = I still do not follow. I can { $topics }. I can also fetch a person.
    .b = I am still not sure how to help. I can { $topics }, or fetch a person.
chat-offer-person = Shall I fetch a person?
    .b = A colleague may be of more help. Shall I fetch one?
chat-offer-person-2 = Please answer yes or no. Shall I fetch a person?
    .b = Just yes or no: would you like to talk to a person?
chat-handover = I am handing you over to { $specialist }, who will read our conversation. There is no need to repeat anything.
    .b = Let me hand you over to { $specialist }. They will read what we have written, so you need not start again.
chat-confirm-digits-2 = Please answer yes or no. Is the number { $value }?
    .b = Once more: { $value }. Yes or no?
chat-confirm-choice-2 = Please answer yes or no: { $value }?
    .b = Yes or no: { $value }?
chat-wrong-count = That is { $count } { $count ->
        [one] digit
       *[other] digits
    }, but I need { $expected }.
    .b = I count { $count } { $count ->
        [one] digit
       *[other] digits
    }; there should be { $expected }.
chat-nobody-available = Unfortunately nobody can answer right now.
    .b = I am sorry, nobody is available at the moment.
chat-agents-busy = Unfortunately all colleagues are busy with others.
    .b = I am sorry, everybody is still busy.
chat-agent-left = I am sorry, the conversation with my colleague broke off.
    .b = Sorry, my colleague's connection is lost.
chat-people-closed = Nobody is here to answer at this hour. My colleagues are back { opening }.
    .b = My colleagues have gone for today. Somebody is here again { opening }.
chat-wait-choices = If you would rather go on with me, write: back to the assistant.
    .b = To go on with me instead, write: back to the assistant.
chat-wait-ringing = A colleague is being asked this very moment.
    .b = One moment, a colleague has your chat on the screen already.
chat-agent-away = My colleague's connection was interrupted. Please wait a moment, it should be back soon.
    .b = One moment please: I have lost my colleague's connection and am waiting for it.
chat-takeover-failed = My colleague could not come after all, so let us go on together.
    .b = I am sorry, my colleague is not answering. Let us go on.
chat-abilities = I can { $topics }. I can also fetch a person.
    .b = You can ask me to { $topics }, or to fetch a person.
chat-abuse = I can see that you are annoyed.
    .b = I understand that this is annoying.
chat-feel-worry = I understand that this matters a lot to you.
    .b = I can see that you are worried. Let us look at it right away.
