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
