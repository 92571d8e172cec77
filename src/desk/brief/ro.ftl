who = { $name } ({ $number })
withheld = număr ascuns
speaks = { $language ->
        [pl] vorbește poloneză
        [ro] vorbește română
       *[en] vorbește engleză
    }
about = { $who }, { $speaks }: { $topics }.
no-topic = încă fără subiect
then = , apoi { $topic }
fact = { $name } { $value } ({ $verified ->
        [yes] confirmat
       *[no] neconfirmat
    })
action = { $name }: { $ok ->
        [yes] făcut
       *[no] nereușit
    }
article = articol citit: „{ $heading }”
pressed = tasta { $key }
last-words = Ultimele cuvinte: „{ $words }”
topic = { $cause }; subiect: { $topic }
handed-over = predat
cause-asks_for_person = cere un om („{ $words }”)
cause-critical_word = a spus „{ $words }”
cause-anger = { $count ->
        [one] furie
       *[other] furie de două ori
    } („{ $words }”)
cause-frustration = { $count ->
        [one] nemulțumire
       *[other] nemulțumire de două ori
    } („{ $words }”)
cause-distress = { $count ->
        [one] teamă sau tristețe
       *[other] teamă sau tristețe de două ori
    } („{ $words }”)
cause-confidence = botul nu a înțeles de { $times } ori la rând
cause-silence = apelantul tace
cause-loop = botul a întrebat același lucru de { $times } ori
cause-engine_failure = un motor de vorbire a cedat
cause-overload = direct la oameni: nodul nu avea timp
cause-abuse = insultă botul
cause-unknown_question = întreabă ce botul nu știe („{ $words }”)
cause-backend_down = sistemul intern nu răspunde
cause-not_approved = răspunsul botului nu a fost aprobat ({ $words })
cause-taken_over = { $words } preia discuția de la bot
cause-topic = o chestiune pentru oameni
cause-other = are nevoie de un om: { $words }
asked-about = Subiect: { $topic }
passed-on = transmis de { $by }
returned = Din nou cu botul
talked = A vorbit cu { $agent }
left-message = A lăsat un mesaj
promised-call = Promis: apel înapoi la { $number }
hello = Bună ziua, sunt { $agent }.
is-it = { $name }, corect?
sorry = Îmi pare rău pentru neplăceri.
it-is-about = Văd că este vorba despre: { $topic }.
i-have = Am aici: { $name } { $value }.
no-repeat = Nu trebuie să repetați nimic.
draft-caller = Apelant
draft-wanted = { $who }: { $topics }.
draft-said = În cuvintele apelantului: „{ $words }”
draft-why = Motivul predării: { $why }.
draft-talked = { $name } vorbește cu apelantul: { $length }
draft-held = { $count ->
        [one] în așteptare o dată
       *[other] în așteptare de { $count } ori
    } ({ $length })
draft-asked = întrebare către { $name }
draft-not-reached = întrebare fără răspuns către { $name }
draft-three = discuție în trei
draft-to-queue = trimis la coada { $queue }
draft-to-agent = trimis la { $name }
draft-to-bot = înapoi la bot
draft-note = { $gave } („{ $note }”)
draft-used = De ajutor: { $source }.
draft-careful = Avertisment de promisiune: „{ $phrase }”.
draft-text = SMS trimis la { $number }.
draft-ended = { $by ->
        [caller] Apelantul închide.
        [agent] Agentul închide.
        [bot] Botul încheie apelul.
       *[system] Apel întrerupt.
    }
taken-over = Preluat manual de la bot
# Of a chat: `chat-KEY` in place of KEY.
chat-withheld = fără nume
chat-speaks = { $language ->
        [pl] scrie în poloneză
        [ro] scrie în română
       *[en] scrie în engleză
    }
