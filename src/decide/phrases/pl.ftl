# Duet's own sentences in Polish. A bot may word each of them anew in its pl.ftl.
# key, key-2, key-3: first, second, third attempt. Attributes: other wordings, taken in turn.

greeting = W czym mogę pomóc?
    .b = Jak mogę pomóc?
other-language = Mówię też po polsku, jestem automatem. Proszę po prostu mówić.
language-switched = Oczywiście, mówmy po polsku. Jestem automatycznym asystentem.
    .b = Dobrze, przechodzę na polski. Rozmawia z Państwem automat.
language-unavailable = Przepraszam, tego języka nie znam. Mogę połączyć z człowiekiem, wystarczy powiedzieć: konsultant.
    .b = Niestety nie mówię w tym języku. Proszę powiedzieć: konsultant, a połączę z człowiekiem.
anything-else = Czy mogę jeszcze w czymś pomóc?
    .b = Czy jest coś jeszcze?
    .c = W czym jeszcze mogę pomóc?
go-on = Słucham.
    .b = Tak, słucham.
digits-go-on = Tak, proszę dalej.
    .b = Mam to, co dalej?
goodbye = Dziękuję za telefon. Do widzenia.
    .b = Dziękuję za rozmowę. Do widzenia.
rating-csat = Jeszcze jedno: proszę ocenić tę rozmowę, od jednego, bardzo źle, do pięciu, bardzo dobrze. Można powiedzieć liczbę albo ją wybrać.
    .b = Na koniec: jak wypadła ta rozmowa, od jednego do pięciu, gdzie pięć to bardzo dobrze? Wystarczy powiedzieć lub wybrać liczbę.
rating-nps = Jeszcze jedno: na ile prawdopodobne jest polecenie nas znajomym, od zera, wcale, do dziesięciu, na pewno? Wystarczy liczba.
    .b = Na koniec: od zera do dziesięciu, na ile chętnie polecą nas Państwo innym? Wystarczy powiedzieć liczbę.
rating-thanks = Ocena zapisana.
    .b = Zapisane.
rephrase = Przepraszam, nie wiem na pewno, o co chodzi. Czy można to powiedzieć inaczej?
    .b = Nie do końca rozumiem. Proszę powiedzieć to innymi słowami.
rephrase-2 = Nadal nie rozumiem. Mogę { $topics }. Mogę też połączyć z człowiekiem.
    .b = Wciąż nie wiem, jak pomóc. Umiem { $topics }, albo połączyć z człowiekiem.
which-of-two = Czy mam { $first }, czy { $second }?
    .b = Żeby było jasne: { $first }, czy { $second }?
or = albo
unclear = Przepraszam, nie udało mi się dosłyszeć.
    .b = Słabo słychać, przepraszam.
    .c = Nie udało mi się tego usłyszeć.
silence = Czy mnie słychać?
    .b = Halo, czy jesteśmy w kontakcie?
    .c = Jestem na linii i słucham.
offer-person = Czy mam połączyć z człowiekiem?
    .b = Może lepiej, jeśli pomoże człowiek. Czy mam połączyć?
offer-person-2 = Proszę powiedzieć tak lub nie. Czy mam połączyć z człowiekiem?
    .b = Wystarczy tak albo nie: połączyć z człowiekiem?
how-else = Dobrze. Proszę powiedzieć, w czym mogę pomóc.
    .b = Oczywiście. W czym w takim razie pomóc?
engine-apology = Przepraszam, mam chwilowy kłopot techniczny.
    .b = Bardzo przepraszam, coś u mnie nie zadziałało.
backend-apology = Przepraszam, nie mogę teraz sprawdzić tego w systemie.
    .b = Bardzo mi przykro, system w tej chwili nie odpowiada.
node-busy = Dzwoni teraz bardzo wiele osób, dlatego od razu łączę z konsultantem. Proszę zaczekać na linii.
    .b = Mamy w tej chwili bardzo dużo połączeń, dlatego rozmowę przejmie od razu konsultant. Proszę się nie rozłączać.
handover = Łączę z { $specialist }. Przekazuję naszą rozmowę, nie trzeba nic powtarzać.
    .b = Już łączę z { $specialist }. Przekażę wszystko, co już wiem, nie trzeba mówić od nowa.
specialist = konsultantem
one-moment = Chwileczkę, proszę.
    .b = Proszę o chwilę cierpliwości, nic nie słyszę.
cover = Chwileczkę, sprawdzam.
    .b = Moment, już patrzę.
    .c = Jeszcze sekundę, szukam w systemie.
    .d = Zaraz będę to mieć.
confirm-digits = Mam numer { $value }. Czy się zgadza?
    .b = Powtórzę: { $value }. Zgadza się?
confirm-digits-2 = Proszę powiedzieć tak lub nie. Czy numer to { $value }?
    .b = Sprawdźmy jeszcze raz: { $value }. Tak czy nie?
confirm-choice = Rozumiem: { $value }. Czy się zgadza?
    .b = Czyli { $value }, tak?
confirm-choice-2 = Proszę powiedzieć tak lub nie: { $value }?
    .b = Tak czy nie: { $value }?
wrong-count = Słyszę { $count } { $count ->
        [one] cyfrę
        [few] cyfry
       *[many] cyfr
    }, a potrzebuję { $expected }.
    .b = To { $count } { $count ->
        [one] cyfra
        [few] cyfry
       *[many] cyfr
    }, a powinno być { $expected }.
sorry-wrong = Przepraszam.
    .b = Przepraszam za pomyłkę.
back-to = Dobrze.
    .b = Oczywiście.
wait = Oczywiście, poczekam.
    .b = Proszę się nie spieszyć.
repeat = Powtarzam.
    .b = Oczywiście, jeszcze raz.
nobody-available = Niestety nikt nie może teraz odebrać.
    .b = Przykro mi, nikogo teraz nie ma przy telefonie.
agents-busy = Niestety wszyscy rozmawiają teraz z innymi.
    .b = Przykro mi, wszyscy są jeszcze zajęci.
agent-left = Przepraszam, rozmowa z konsultantem się urwała.
    .b = Przykro mi, połączenie z konsultantem zostało przerwane.
try-again = Czy mam spróbować ponownie? Mogę też pomóc bez konsultanta.
    .b = Spróbować jeszcze raz? Można też zapytać mnie.
try-again-callback = Czy mam spróbować ponownie, a Państwo zaczekają? Możemy też oddzwonić albo pomogę bez konsultanta.
    .b = Czy zechcą Państwo zaczekać? Można też powiedzieć „proszę oddzwonić” albo zapytać mnie.
opening = { $day ->
        [today] dzisiaj
        [tomorrow] jutro
        [mon] w poniedziałek
        [tue] we wtorek
        [wed] w środę
        [thu] w czwartek
        [fri] w piątek
        [sat] w sobotę
        [sun] w niedzielę
       *[other] { $date },
    } od { $time }
people-closed = O tej porze nie ma nikogo przy telefonach. Konsultanci będą { opening }.
    .b = Teraz konsultanci nie pracują. Będą dostępni { opening }.
closed-callback = Czy mamy wtedy do Państwa zadzwonić? Mogę też spróbować pomóc bez konsultanta.
    .b = Czy zadzwonić wtedy do Państwa? Można też zapytać mnie.
callback-promised-later = Dobrze. Zadzwonimy na ten numer { opening }. Do widzenia.
    .b = Oczywiście. Oddzwonimy na ten numer { opening }. Do widzenia.
closed-message = Czy chcą im Państwo zostawić wiadomość? Mogę też spróbować pomóc.
    .b = Przyjąć dla nich wiadomość? Można też zapytać mnie.
offer-message = Można też zostawić wiadomość.
    .b = Można także nagrać wiadomość.
message-invite = Proszę mówić po sygnale. Wiadomość zostanie nagrana, a odsłucha ją { $team }. Na koniec proszę nacisnąć krzyżyk albo po prostu zamilknąć.
    .b = Po sygnale nagram wiadomość, a odsłucha ją { $team }. Aby zakończyć, proszę nacisnąć krzyżyk albo przestać mówić.
message-kept = Dziękuję. Wiadomość jest zapisana, odsłucha ją { $team }. Do widzenia.
    .b = Wiadomość została zapisana i odsłucha ją { $team }. Do widzenia.
message-empty = Nie było słychać żadnej wiadomości.
    .b = Przepraszam, nic nie było słychać.
message-failed = Przepraszam, nie udało się zapisać wiadomości.
    .b = Niestety wiadomości nie udało się zachować.
team = nasz zespół
closed-text = Czy wysłać zamiast tego SMS? Mogę też spróbować pomóc.
    .b = Czy chcą Państwo dostać SMS? Można też zapytać mnie.
offer-text = Mogę też wysłać SMS.
    .b = Możliwy jest też SMS.
text-sent = Dobrze. SMS przyjdzie za chwilę. Do widzenia.
    .b = Gotowe, SMS jest w drodze. Do widzenia.
text-failed = Przepraszam, nie udało się wysłać SMS-a.
    .b = Niestety wysłanie SMS-a się nie powiodło.
number-ask = Jaki to ma być numer? Proszę go podać albo wpisać i nacisnąć krzyżyk.
    .b = Proszę podać numer telefonu albo wpisać go i nacisnąć krzyżyk.
number-confirm = To numer { $value }. Czy to się zgadza?
    .b = Mam { $value }. Czy dobrze?
number-not-allowed = Przepraszam, tego numeru nie mogę użyć.
    .b = Niestety ten numer nie może zostać użyty.
callback-promised-elsewhere = Dobrze. Zachowują Państwo miejsce, zadzwonimy na ten podany numer. Do widzenia.
    .b = Oczywiście. Zadzwonimy na podany numer, gdy przyjdzie kolej. Do widzenia.
callback-promised-elsewhere-later = Dobrze. Zadzwonimy na podany numer { opening }. Do widzenia.
    .b = Oczywiście. Na podany numer zadzwonimy { opening }. Do widzenia.
callback-impossible = Przepraszam, nie możemy teraz umówić rozmowy.
    .b = Przykro mi, umówienie rozmowy nie jest teraz możliwe.
back-with-bot = Dobrze, jestem.
    .b = Oczywiście, rozmawiajmy dalej.
agent-done = Znowu mówi automatyczny asystent.
    .b = To znowu automatyczny asystent.
wait-next = Jest Pan lub Pani następną osobą w kolejce.
    .b = Teraz Państwa kolej, jako następna osoba.
wait-place = Państwa miejsce w kolejce to { $place }.
    .b = Są Państwo na miejscu numer { $place }.
wait-minutes = { $minutes ->
        [one] To potrwa około minuty.
       *[other] To potrwa około { $minutes } minut.
    }
    .b = { $minutes ->
        [one] Zostało około minuty.
       *[other] Zostało około { $minutes } minut.
    }
wait-still = Dziękuję za cierpliwość. Wciąż szukam wolnego konsultanta.
    .b = Pamiętam o Państwu. Wszyscy jeszcze rozmawiają.
wait-choices = Aby rozmawiać dalej ze mną, proszę nacisnąć dwa.
    .b = Jeśli wolą Państwo rozmawiać ze mną, proszę nacisnąć dwa.
wait-choices-callback = Możemy też oddzwonić, a miejsce w kolejce pozostanie: proszę nacisnąć jeden albo powiedzieć „proszę oddzwonić”. Aby rozmawiać dalej ze mną, proszę nacisnąć dwa.
    .b = Nie trzeba czekać przy telefonie: proszę nacisnąć jeden albo powiedzieć „proszę oddzwonić”. Aby rozmawiać ze mną, proszę nacisnąć dwa.
wait-choices-message = Aby zostawić wiadomość, proszę nacisnąć trzy.
    .b = Można też zostawić wiadomość: proszę nacisnąć trzy.
wait-choices-text = Aby zamiast tego dostać SMS, proszę nacisnąć cztery.
    .b = Można też dostać SMS: proszę nacisnąć cztery.
wait-ringing = Właśnie dzwoni telefon konsultanta.
    .b = Chwileczkę, telefon konsultanta już dzwoni.
callback-promised = Dobrze. Miejsce w kolejce pozostaje, oddzwonimy na numer, z którego Państwo dzwonią. Do widzenia.
    .b = Oczywiście. Zadzwonimy na ten numer, gdy przyjdzie Państwa kolej. Do widzenia.
callback-failed = Przepraszam, nie możemy teraz oddzwonić. Są Państwo nadal w kolejce.
    .b = Przykro mi, oddzwonienie nie jest teraz możliwe. Miejsce w kolejce pozostaje.
callback-hello = Prosili Państwo o oddzwonienie. Chwileczkę, konsultant już podchodzi do telefonu.
    .b = Oddzwaniamy zgodnie z prośbą. Już proszę konsultanta, chwileczkę.
transferring = Chwileczkę, łączę z innym konsultantem.
    .b = Proszę chwilę zaczekać, rozmowę przejmie inny konsultant.
agent-away = Połączenie z konsultantem zostało przerwane. Proszę się nie rozłączać, za chwilę wróci.
    .b = Chwileczkę, proszę zostać na linii: przywracam połączenie z konsultantem.
taken-over = Chwileczkę, rozmowę przejmuje konsultant.
    .b = Od tej chwili rozmowę prowadzi konsultant, proszę chwilę zaczekać.
takeover-failed = Konsultant jednak nie odbiera, więc wróćmy do rozmowy.
    .b = Przykro mi, konsultant nie podszedł do telefonu. Rozmawiajmy dalej.
agent-briefing = Czeka rozmówca. Aby odebrać, proszę nacisnąć jeden.
    .b = Rozmowa od automatycznego asystenta. Aby ją przyjąć, proszę nacisnąć jeden.
i-am-a-machine = Tak, jestem automatem, nie człowiekiem.
    .b = Rozmawia Pan lub Pani z automatycznym asystentem, to nie jest człowiek.
abilities = Mogę { $topics }. Mogę też połączyć z konsultantem.
    .b = Potrafię { $topics } albo połączyć z konsultantem.
cancelled = Dobrze, zostawmy to.
    .b = Oczywiście, już o tym nie mówmy.
wrong-number = Nic nie szkodzi. Do widzenia.
    .b = To żaden kłopot. Do widzenia.
abuse = Słyszę, że to denerwujące.
    .b = Rozumiem, że to irytujące.
resume = Wróćmy do poprzedniej sprawy.
    .b = To teraz z powrotem do tego, o co pytano wcześniej.
kb-answer = { $answer } Piszemy o tym w poradniku „{ $title }”.
    .b = W poradniku „{ $title }” czytamy: { $answer }
kb-unknown = Tego nie wiem, a nie chcę zgadywać.
    .b = Na to pytanie niestety nie znam odpowiedzi.
one-by-one = Zajmę się tym po kolei.
    .b = Zróbmy to po kolei.
next-wish = A teraz druga sprawa: mogę { $topic }.
    .b = Przejdźmy do drugiej sprawy: mogę { $topic }.
feel-frustration = Przykro mi, że to kosztuje tyle nerwów.
    .b = Rozumiem, że to irytujące. Przepraszam.
feel-worry = Rozumiem, że to dla Państwa ważne.
    .b = Słyszę, że to pilne. Zajmijmy się tym od razu.
feel-confusion = Przepraszam za to zamieszanie.
    .b = Wyjaśnijmy to spokojnie.
feel-joy = Cieszę się.
    .b = Bardzo miło to słyszeć.

# Na czacie. `chat-KEY` zastępuje KEY.

agent-joined = Jest już { $name } i zna naszą rozmowę.
    .b = Rozmowę przejmuje { $name }, razem z tym, co już napisaliśmy.
wait-noted = Zapisane. Konsultant przeczyta to, zanim odpowie.
    .b = Dziękuję, przekazuję to konsultantowi.
gone-quiet = Od dłuższej chwili nie ma wiadomości, więc zamykam ten czat. Nowy można zacząć w każdej chwili. Do widzenia.
    .b = Nic więcej nie przyszło, dlatego kończę ten czat. W każdej chwili można zacząć nowy. Do widzenia.
cut-short = Przepraszam, ten czat musi się tu skończyć z przyczyn technicznych. Proszę zacząć nowy.
    .b = Przepraszam, z przyczyn technicznych muszę zakończyć ten czat. Proszę zacząć nowy.
chat-other-language = Można też pisać do mnie po polsku.
chat-language-switched = Oczywiście, piszmy po polsku. Jestem automatycznym asystentem.
    .b = Dobrze, przechodzę na polski. Pisze z Państwem automat.
chat-language-unavailable = Przepraszam, tego języka nie znam. Mogę połączyć z człowiekiem, wystarczy napisać: konsultant.
    .b = Niestety nie znam tego języka. Proszę napisać: konsultant, a połączę z człowiekiem.
chat-go-on = Proszę pisać.
    .b = Tak, proszę napisać, o co chodzi.
chat-goodbye = Dziękuję za wiadomość. Do widzenia.
    .b = Dziękuję za rozmowę. Do widzenia.
chat-rephrase = Przepraszam, nie wiem na pewno, o co chodzi. Czy można to napisać inaczej?
    .b = Nie do końca rozumiem. Proszę napisać to innymi słowami.
chat-offer-person-2 = Proszę odpowiedzieć tak lub nie. Czy mam połączyć z człowiekiem?
    .b = Wystarczy tak albo nie: połączyć z człowiekiem?
chat-how-else = Dobrze. Proszę napisać, w czym mogę pomóc.
    .b = Oczywiście. W czym w takim razie pomóc?
chat-handover = Łączę z { $specialist }. Nasza rozmowa zostanie przeczytana, nie trzeba nic powtarzać.
    .b = Już łączę z { $specialist }. Nasza rozmowa idzie razem z Państwem, nie trzeba pisać od nowa.
chat-confirm-digits-2 = Proszę odpowiedzieć tak lub nie. Czy numer to { $value }?
    .b = Sprawdźmy jeszcze raz: { $value }. Tak czy nie?
chat-confirm-choice-2 = Proszę odpowiedzieć tak lub nie: { $value }?
    .b = Tak czy nie: { $value }?
chat-wrong-count = To { $count } { $count ->
        [one] cyfra
        [few] cyfry
       *[many] cyfr
    }, a potrzebuję { $expected }.
    .b = Widzę { $count } { $count ->
        [one] cyfrę
        [few] cyfry
       *[many] cyfr
    }, a powinno być { $expected }.
chat-nobody-available = Niestety nikt nie może teraz odpisać.
    .b = Przykro mi, nikogo teraz nie ma.
chat-agents-busy = Niestety wszyscy rozmawiają teraz z innymi.
    .b = Przykro mi, wszyscy są jeszcze zajęci.
chat-agent-left = Przepraszam, rozmowa z konsultantem się urwała.
    .b = Przykro mi, połączenie z konsultantem zostało przerwane.
chat-people-closed = O tej porze nikt nie odpisuje. Konsultanci będą { opening }.
    .b = Teraz konsultanci nie pracują. Będą dostępni { opening }.
chat-agent-done = Tu znowu automatyczny asystent.
    .b = To znowu automatyczny asystent.
chat-wait-choices = Aby rozmawiać dalej ze mną, proszę napisać: wolę z asystentem.
    .b = Jeśli wolą Państwo rozmawiać ze mną, proszę napisać: wolę z asystentem.
chat-wait-ringing = Właśnie pytam konsultanta.
    .b = Chwileczkę, konsultant ma już ten czat na ekranie.
chat-agent-away = Połączenie z konsultantem zostało przerwane. Proszę chwilę zaczekać, za moment powinno wrócić.
    .b = Chwileczkę, konsultant stracił połączenie i zaraz powinien wrócić.
chat-takeover-failed = Konsultant jednak nie odpowiada, więc wróćmy do rozmowy.
    .b = Przykro mi, konsultant nie mógł przyjść. Rozmawiajmy dalej.
chat-i-am-a-machine = Tak, jestem automatem, nie człowiekiem.
    .b = Pisze z Państwem automatyczny asystent, to nie jest człowiek.
chat-abuse = Widzę, że to denerwujące.
    .b = Rozumiem, że to irytujące.
chat-feel-worry = Rozumiem, że to dla Państwa ważne.
    .b = Widzę, że to pilne. Zajmijmy się tym od razu.
