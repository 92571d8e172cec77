# Duet's own sentences in Romanian. A bot may word each of them anew in its ro.ftl.

greeting = Cu ce vă pot ajuta?
    .b = Cum vă pot ajuta?
other-language = Vorbesc și română, sunt un asistent automat. Vă rog să vorbiți.
language-switched = Desigur, vorbim în română. Sunt un asistent automat.
    .b = Bine, trecem la română. Vorbiți cu un asistent automat.
language-unavailable = Îmi pare rău, nu cunosc această limbă. Vă pot face legătura cu un om, spuneți: operator.
    .b = Din păcate nu vorbesc această limbă. Spuneți operator și vă fac legătura cu un om.
anything-else = Vă mai pot ajuta cu ceva?
    .b = Mai este ceva?
    .c = Cu ce vă mai pot ajuta?
go-on = Vă ascult.
    .b = Da, vă ascult.
digits-go-on = Da, continuați.
    .b = Am notat, mai departe?
goodbye = Vă mulțumesc pentru apel. La revedere.
    .b = Mulțumesc pentru discuție. O zi bună.
rating-csat = Încă un lucru: ce notă dați acestui apel, de la unu, foarte slab, la cinci, foarte bun? Puteți spune numărul sau îl puteți apăsa.
    .b = Înainte de a încheia: ce notă dați apelului, de la unu la cinci, unde cinci este foarte bine? Spuneți sau apăsați un număr.
rating-nps = Încă un lucru: cât de probabil este să ne recomandați, de la zero, deloc, la zece, sigur? Spuneți doar numărul.
    .b = Înainte de a încheia: de la zero la zece, cât de probabil este să ne recomandați? Ajunge numărul.
rating-thanks = Am notat.
    .b = Nota este reținută.
rephrase = Îmi cer scuze, nu știu sigur dacă am înțeles bine. Puteți spune altfel?
    .b = Nu am înțeles bine. Vă rog să spuneți cu alte cuvinte.
rephrase-2 = Tot nu înțeleg. Pot { $topics }. Vă pot face și legătura cu un om.
    .b = Încă nu știu cum să vă ajut. Pot { $topics }, sau să vă fac legătura cu un om.
which-of-two = Doriți { $first } sau { $second }?
    .b = Ca să înțeleg bine: { $first } sau { $second }?
or = sau
unclear = Îmi cer scuze, nu am auzit.
    .b = Se aude slab, îmi pare rău.
    .c = Nu am reușit să aud.
silence = Mă auziți?
    .b = Alo, mai sunteți pe fir?
    .c = Sunt aici și vă ascult.
offer-person = Doriți să vă fac legătura cu un om?
    .b = Poate vă ajută mai bine un coleg. Vă fac legătura?
offer-person-2 = Vă rog să spuneți da sau nu. Vă fac legătura cu un om?
    .b = Ajunge da sau nu: vă fac legătura cu un om?
how-else = Bine. Spuneți-mi cu ce vă pot ajuta.
    .b = Desigur. Atunci cu ce vă ajut?
engine-apology = Îmi cer scuze, am o mică problemă tehnică.
    .b = Îmi pare rău, ceva nu a funcționat la mine.
backend-apology = Îmi cer scuze, acum nu pot verifica în sistem.
    .b = Îmi pare foarte rău, sistemul nu răspunde în acest moment.
node-busy = Sună foarte multe persoane acum, așa că vă fac legătura direct cu un coleg. Vă rog să rămâneți pe fir.
    .b = Avem foarte multe apeluri în acest moment, de aceea vă preia direct un coleg. Vă rog să nu închideți.
handover = Vă fac legătura cu { $specialist }. Transmit discuția noastră, nu trebuie să repetați nimic.
    .b = Vă dau imediat legătura cu { $specialist }. Îi spun tot ce știu deja, nu trebuie să o luați de la capăt.
specialist = un coleg
one-moment = Un moment, vă rog.
    .b = Un moment, vă rog, nu se aude nimic.
cover = O clipă, verific.
    .b = Un moment, mă uit acum.
    .c = Încă o secundă, caut în sistem.
    .d = Am imediat răspunsul.
confirm-digits = Am notat { $value }. Este corect?
    .b = Repet: { $value }. Este bine?
confirm-digits-2 = Vă rog să spuneți da sau nu. Numărul este { $value }?
    .b = Mai verificăm o dată: { $value }. Da sau nu?
confirm-choice = Am înțeles: { $value }. Este corect?
    .b = Deci { $value }, da?
confirm-choice-2 = Vă rog să spuneți da sau nu: { $value }?
    .b = Da sau nu: { $value }?
wrong-count = Am auzit { $count } { $count ->
        [one] cifră
        [few] cifre
       *[other] de cifre
    }, dar îmi trebuie { $expected }.
    .b = Sunt { $count } { $count ->
        [one] cifră
        [few] cifre
       *[other] de cifre
    }, dar ar trebui să fie { $expected }.
sorry-wrong = Îmi cer scuze.
    .b = Scuze pentru greșeală.
back-to = Bine.
    .b = Desigur.
wait = Desigur, aștept.
    .b = Nu vă grăbiți.
repeat = Repet.
    .b = Desigur, încă o dată.
nobody-available = Din păcate nimeni nu poate răspunde acum.
    .b = Îmi pare rău, nu este nimeni la telefon acum.
agents-busy = Din păcate toți colegii vorbesc acum cu alții.
    .b = Îmi pare rău, toți colegii sunt încă ocupați.
agent-left = Îmi cer scuze, discuția cu colegul s-a întrerupt.
    .b = Îmi pare rău, legătura cu colegul s-a întrerupt.
try-again = Doriți să încerc din nou? Vă pot ajuta și eu.
    .b = Mai încerc o dată? Mă puteți întreba și pe mine.
try-again-callback = Doriți să încerc din nou cât așteptați? Vă putem și suna înapoi, sau vă ajut eu.
    .b = Vreți să așteptați? Puteți spune și „sunați-mă înapoi”, sau mă puteți întreba pe mine.
opening = { $day ->
        [today] astăzi
        [tomorrow] mâine
        [mon] luni
        [tue] marți
        [wed] miercuri
        [thu] joi
        [fri] vineri
        [sat] sâmbătă
        [sun] duminică
       *[other] { $date },
    } de la ora { $time }
people-closed = La această oră nu este nimeni la telefon. Colegii mei sunt din nou aici { opening }.
    .b = Colegii mei nu lucrează acum. Ne puteți vorbi { opening }.
closed-callback = Doriți să vă sune atunci? Pot încerca și eu să vă ajut.
    .b = Să vă sunăm atunci? Mă puteți întreba și pe mine.
callback-promised-later = Bine. Vă sunăm la acest număr { opening }. La revedere.
    .b = Desigur. Vă vom suna la acest număr { opening }. La revedere.
closed-message = Doriți să le lăsați un mesaj? Pot încerca și eu să vă ajut.
    .b = Să preiau un mesaj pentru ei? Mă puteți întreba și pe mine.
offer-message = Puteți lăsa și un mesaj.
    .b = Se poate lăsa și un mesaj.
message-invite = Vă rog să vorbiți după semnal. Mesajul va fi înregistrat și îl va asculta { $team }. La final apăsați tasta diez sau pur și simplu nu mai vorbiți.
    .b = După semnal, mesajul va fi înregistrat și îl va asculta { $team }. Pentru a încheia, apăsați tasta diez sau opriți-vă din vorbit.
message-kept = Vă mulțumesc. Mesajul a fost păstrat și îl va asculta { $team }. La revedere.
    .b = Am păstrat mesajul și îl va asculta { $team }. La revedere.
message-empty = Nu am auzit niciun mesaj.
    .b = Îmi pare rău, nu s-a auzit nimic.
message-failed = Îmi pare rău, mesajul nu a putut fi păstrat.
    .b = Din păcate nu am putut păstra mesajul.
team = echipa noastră
closed-text = Să vă trimit în schimb un SMS? Pot încerca și eu să vă ajut.
    .b = Doriți în schimb un SMS? Mă puteți întreba și pe mine.
offer-text = Pot trimite și un SMS.
    .b = Se poate și un SMS.
text-sent = Bine. Veți primi un SMS imediat. La revedere.
    .b = Gata, SMS-ul este pe drum. La revedere.
text-failed = Îmi pare rău, SMS-ul nu a putut fi trimis.
    .b = Din păcate trimiterea SMS-ului nu a reușit.
number-ask = Ce număr să fie? Vă rog să îl spuneți sau să îl introduceți și să apăsați diez.
    .b = Spuneți numărul de telefon sau introduceți-l și apăsați diez.
number-confirm = Numărul este { $value }. Este corect?
    .b = Am notat { $value }. E bine așa?
number-not-allowed = Îmi pare rău, nu pot folosi acest număr.
    .b = Din păcate acest număr nu poate fi folosit.
callback-promised-elsewhere = Bine. Vă păstrați locul și vom suna la acel număr. La revedere.
    .b = Desigur. Vom suna la acel număr când vă vine rândul. La revedere.
callback-promised-elsewhere-later = Bine. Vom suna la acel număr { opening }. La revedere.
    .b = Desigur. Acel număr va fi sunat { opening }. La revedere.
callback-impossible = Îmi cer scuze, nu putem stabili acum un apel.
    .b = Îmi pare rău, nu se poate stabili acum un apel.
back-with-bot = Bine, sunt aici.
    .b = Desigur, să continuăm.
agent-done = Sunt din nou asistentul automat.
    .b = Vorbiți din nou cu asistentul automat.
wait-next = Urmați dumneavoastră.
    .b = Sunteți următorul la rând.
wait-place = Sunteți pe locul { $place } la rând.
    .b = Locul dumneavoastră la rând este { $place }.
wait-minutes = { $minutes ->
        [one] Durează cam un minut.
        [few] Durează cam { $minutes } minute.
       *[other] Durează cam { $minutes } de minute.
    }
    .b = { $minutes ->
        [one] Mai este cam un minut.
        [few] Mai sunt cam { $minutes } minute.
       *[other] Mai sunt cam { $minutes } de minute.
    }
wait-still = Vă mulțumesc că așteptați. Caut în continuare un coleg liber.
    .b = Nu v-am uitat. Toți colegii sunt încă ocupați.
wait-choices = Ca să continuați cu mine, apăsați doi.
    .b = Dacă preferați să vorbiți cu mine, apăsați doi.
wait-choices-callback = Dacă doriți, vă sunăm înapoi și vă păstrați locul: apăsați unu sau spuneți „sunați-mă înapoi”. Ca să continuați cu mine, apăsați doi.
    .b = Nu trebuie să așteptați: apăsați unu sau spuneți „sunați-mă înapoi” și vă păstrați locul. Ca să continuați cu mine, apăsați doi.
wait-choices-message = Pentru a lăsa un mesaj, apăsați trei.
    .b = Puteți lăsa și un mesaj: apăsați trei.
wait-choices-text = Pentru un SMS în schimb, apăsați patru.
    .b = Puteți primi și un SMS: apăsați patru.
wait-ringing = Chiar acum sună telefonul unui coleg.
    .b = O clipă, telefonul unui coleg sună deja.
callback-promised = Bine. Vă păstrați locul și vă sunăm înapoi la numărul de pe care sunați. La revedere.
    .b = Desigur. Vă sunăm la acest număr când vă vine rândul. La revedere.
callback-failed = Îmi cer scuze, nu vă putem suna înapoi acum. Sunteți în continuare la rând.
    .b = Îmi pare rău, nu se poate suna înapoi acum. Vă păstrați locul aici.
callback-hello = Ați cerut să fiți sunat înapoi. O clipă, un coleg vine la telefon.
    .b = Vă sunăm înapoi, cum ați cerut. Chem un coleg, o clipă.
transferring = O clipă, vă fac legătura cu alt coleg.
    .b = O clipă, vă rog, preia apelul alt coleg.
agent-away = Legătura cu colegul meu s-a întrerupt. Vă rog să rămâneți la telefon, revine imediat.
    .b = O clipă, vă rog: refac legătura cu colegul meu.
taken-over = O clipă, un coleg preia această discuție.
    .b = De aici preia un coleg, o clipă, vă rog.
takeover-failed = Colegul meu nu a putut veni la telefon, așa că să continuăm împreună.
    .b = Îmi pare rău, colegul meu nu răspunde. Să continuăm.
agent-briefing = Vă așteaptă un apelant. Apăsați unu ca să preluați.
    .b = Apel de la asistentul automat. Apăsați unu ca să îl preluați.
i-am-a-machine = Da, sunt un asistent automat, nu un om.
    .b = Vorbiți cu un asistent automat, nu cu o persoană.
abilities = Pot { $topics }. Vă pot face și legătura cu un coleg.
    .b = Pot { $topics }, sau să vă fac legătura cu un coleg.
cancelled = Bine, lăsăm asta.
    .b = Desigur, nu mai vorbim despre asta.
wrong-number = Nicio problemă. La revedere.
    .b = Nu e nimic. La revedere.
abuse = Înțeleg că vă supără.
    .b = Îmi dau seama că e neplăcut.
resume = Acum, înapoi la ce ați întrebat înainte.
    .b = Să revenim la întrebarea de dinainte.
kb-answer = { $answer } Așa scrie în ghidul nostru „{ $title }”.
    .b = În ghidul nostru „{ $title }” scrie: { $answer }
kb-unknown = Nu știu acest lucru și nu vreau să ghicesc.
    .b = Din păcate, nu am un răspuns la această întrebare.
one-by-one = Le luăm pe rând.
    .b = Să le rezolvăm pe rând.
next-wish = Și acum cealaltă cerere: pot { $topic }.
    .b = Trecem la cealaltă cerere: pot { $topic }.
feel-frustration = Îmi pare rău pentru neplăceri.
    .b = Înțeleg că este supărător. Vă cer scuze.
feel-worry = Înțeleg că este important pentru dumneavoastră.
    .b = Înțeleg că este urgent. Ne ocupăm imediat.
feel-confusion = Îmi cer scuze pentru confuzie.
    .b = Haideți să lămurim împreună.
feel-joy = Mă bucur.
    .b = Mă bucur să aud asta.

# Într-un chat. `chat-KEY` se scrie în loc de KEY.

agent-joined = { $name } este aici și a citit discuția noastră.
    .b = De acum vă răspunde { $name }, care a citit discuția noastră.
wait-noted = Am notat. Colegul meu va citi înainte să răspundă.
    .b = Mulțumesc, transmit colegului meu.
gone-quiet = Nu ați mai scris de ceva timp, așa că închid acest chat. Puteți începe oricând altul. La revedere.
    .b = Pentru că nu a mai venit nimic, închid acest chat. Puteți începe altul când doriți. La revedere.
cut-short = Îmi pare rău, acest chat trebuie să se încheie aici din motive tehnice. Vă rog să începeți altul.
    .b = Îmi pare rău, din motive tehnice trebuie să închei acest chat. Vă rog să începeți altul.
chat-other-language = Îmi puteți scrie și în română.
chat-language-switched = Desigur, scriem în română. Sunt un asistent automat.
    .b = Bine, trecem la română. Vă scrie un asistent automat.
chat-language-unavailable = Îmi pare rău, nu cunosc această limbă. Vă pot face legătura cu un om, scrieți: operator.
    .b = Din păcate nu cunosc această limbă. Scrieți operator și vă fac legătura cu un om.
chat-go-on = Vă rog să scrieți.
    .b = Da, scrieți-mi.
chat-goodbye = Vă mulțumesc că ne-ați scris. La revedere.
    .b = Mulțumesc pentru discuție. O zi bună.
chat-rephrase = Îmi cer scuze, nu știu sigur dacă am înțeles bine. Puteți scrie altfel?
    .b = Nu am înțeles bine. Vă rog să scrieți cu alte cuvinte.
chat-offer-person-2 = Vă rog să răspundeți da sau nu. Vă fac legătura cu un om?
    .b = Ajunge da sau nu: vă fac legătura cu un om?
chat-how-else = Bine. Scrieți-mi cu ce vă pot ajuta.
    .b = Desigur. Atunci cu ce vă ajut?
chat-handover = Vă fac legătura cu { $specialist }. Discuția noastră va fi citită, nu trebuie să repetați nimic.
    .b = Vă dau imediat legătura cu { $specialist }. Tot ce am scris aici se transmite, nu trebuie să o luați de la capăt.
chat-confirm-digits-2 = Vă rog să răspundeți da sau nu. Numărul este { $value }?
    .b = Mai verificăm o dată: { $value }. Da sau nu?
chat-confirm-choice-2 = Vă rog să răspundeți da sau nu: { $value }?
    .b = Da sau nu: { $value }?
chat-wrong-count = Sunt { $count } { $count ->
        [one] cifră
        [few] cifre
       *[other] de cifre
    }, dar îmi trebuie { $expected }.
    .b = Văd { $count } { $count ->
        [one] cifră
        [few] cifre
       *[other] de cifre
    }, dar ar trebui să fie { $expected }.
chat-nobody-available = Din păcate nimeni nu poate răspunde acum.
    .b = Îmi pare rău, nu este nimeni disponibil acum.
chat-agents-busy = Din păcate toți colegii discută acum cu alții.
    .b = Îmi pare rău, toți colegii sunt încă ocupați.
chat-agent-left = Îmi cer scuze, discuția cu colegul s-a întrerupt.
    .b = Îmi pare rău, legătura cu colegul s-a pierdut.
chat-people-closed = La această oră nu răspunde nimeni. Colegii mei sunt din nou aici { opening }.
    .b = Colegii mei nu lucrează acum. Ne puteți scrie { opening }.
chat-agent-done = Sunt din nou asistentul automat.
    .b = Vă scrie din nou asistentul automat.
chat-wait-choices = Ca să continuați cu mine, scrieți: prefer cu asistentul.
    .b = Dacă preferați să discutați cu mine, scrieți: prefer cu asistentul.
chat-wait-ringing = Chiar acum întreb un coleg.
    .b = O clipă, un coleg are deja chatul pe ecran.
chat-agent-away = Legătura cu colegul meu s-a întrerupt. Vă rog să așteptați puțin, ar trebui să revină imediat.
    .b = O clipă, vă rog: aștept să revină legătura cu colegul meu.
chat-takeover-failed = Colegul meu nu a putut veni, așa că să continuăm împreună.
    .b = Îmi pare rău, colegul meu nu răspunde. Să continuăm.
chat-i-am-a-machine = Da, sunt un asistent automat, nu un om.
    .b = Vă scrie un asistent automat, nu o persoană.
chat-abuse = Văd că vă supără.
    .b = Îmi dau seama că e neplăcut.
