who = { $name } ({ $number })
withheld = numer zastrzeżony
speaks = { $language ->
        [pl] mówi po polsku
        [ro] mówi po rumuńsku
       *[en] mówi po angielsku
    }
about = { $who }, { $speaks }: { $topics }.
no-topic = jeszcze bez tematu
then = , potem { $topic }
fact = { $name } { $value } ({ $verified ->
        [yes] potwierdzone
       *[no] niepotwierdzone
    })
action = { $name }: { $ok ->
        [yes] wykonano
       *[no] nie udało się
    }
article = odczytany artykuł: „{ $heading }”
pressed = klawisz { $key }
last-words = Ostatnie słowa: „{ $words }”
topic = { $cause }; temat: { $topic }
handed-over = przekazano
cause-asks_for_person = prosi o człowieka („{ $words }”)
cause-critical_word = padło „{ $words }”
cause-anger = { $count ->
        [one] złość
       *[other] dwa razy złość
    } („{ $words }”)
cause-frustration = { $count ->
        [one] zniecierpliwienie
       *[other] dwa razy zniecierpliwienie
    } („{ $words }”)
cause-distress = { $count ->
        [one] lęk lub smutek
       *[other] dwa razy lęk lub smutek
    } („{ $words }”)
cause-confidence = bot nie zrozumiał { $times } razy z rzędu
cause-silence = po drugiej stronie cisza
cause-loop = bot pytał o to samo { $times } razy
cause-engine_failure = awaria silnika mowy
cause-overload = od razu do ludzi: węzeł nie miał czasu
cause-abuse = obraża bota
cause-unknown_question = pyta o coś, czego bot nie wie („{ $words }”)
cause-backend_down = system zaplecza nie odpowiada
cause-not_approved = odpowiedź bota nie została zatwierdzona ({ $words })
cause-taken_over = { $words } przejmuje rozmowę od bota
cause-topic = sprawa dla człowieka
cause-other = potrzebny człowiek: { $words }
asked-about = Temat: { $topic }
passed-on = przekazuje { $by }
returned = Z powrotem z botem
talked = Rozmowa z: { $agent }
left-message = Wiadomość głosowa zostawiona
promised-call = Obiecano: oddzwonić na { $number }
hello = Dzień dobry, mówi { $agent }.
is-it = { $name }, zgadza się?
sorry = Przykro mi z powodu kłopotów.
it-is-about = Widzę, że chodzi o: { $topic }.
i-have = Mam tu: { $name } { $value }.
no-repeat = Nie trzeba niczego powtarzać.
draft-caller = Osoba dzwoniąca
draft-wanted = { $who }: { $topics }.
draft-said = Słowami dzwoniącego: „{ $words }”
draft-why = Powód przekazania: { $why }.
draft-talked = { $name } rozmawia z dzwoniącym: { $length }
draft-held = { $count ->
        [one] zawieszenie: raz
       *[other] zawieszenie: { $count } razy
    } ({ $length })
draft-asked = pytanie do: { $name }
draft-not-reached = bez skutku pytanie do: { $name }
draft-three = rozmowa we troje
draft-to-queue = dalej do kolejki { $queue }
draft-to-agent = dalej do: { $name }
draft-to-bot = z powrotem do bota
draft-note = { $gave } („{ $note }”)
draft-used = Pomogło: { $source }.
draft-careful = Ostrzeżenie przed obietnicą: „{ $phrase }”.
draft-text = SMS wysłany na { $number }.
draft-ended = { $by ->
        [caller] Rozłącza się osoba dzwoniąca.
        [agent] Rozłącza się konsultant.
        [bot] Rozmowę kończy bot.
       *[system] Połączenie przerwane.
    }
taken-over = Przejęto od bota ręcznie
# Of a chat: `chat-KEY` in place of KEY.
chat-withheld = nie podano imienia
chat-speaks = { $language ->
        [pl] pisze po polsku
        [ro] pisze po rumuńsku
       *[en] pisze po angielsku
    }
chat-hello = Dzień dobry, tu { $agent }.
