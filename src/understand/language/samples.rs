//! ◆ How callers talk, to know their languages by.

use crate::language::Language;

pub(super) fn of(language: Language) -> &'static str {
    match language {
        Language::Polish => POLISH,
        Language::Romanian => ROMANIAN,
        Language::English => ENGLISH,
    }
}

const POLISH: &str = "Dzień dobry, dzwonię w sprawie zamówienia, które złożyłem w zeszłym tygodniu. Nie wiem, \
gdzie jest teraz moja paczka i kiedy przyjedzie kurier. Proszę mi powiedzieć, czy mogę zmienić adres dostawy na inny. \
Chciałbym rozmawiać z konsultantem, bo mam problem z fakturą. Zapłaciłam już za tę usługę, ale pieniądze nie wróciły \
na konto. Czy można to sprawdzić? Mój numer telefonu się zmienił. Tak, zgadza się, dziękuję bardzo. Nie, to nie to, \
przepraszam. Wczoraj wieczorem nikt się nie odezwał, a ja czekałem cały dzień w domu. Ile to będzie kosztować i jak \
długo trzeba czekać? Jestem bardzo niezadowolony z waszej obsługi, to już trzeci raz. Chcę złożyć skargę i odzyskać \
swoje pieniądze. Proszę o pomoc, nie umiem się zalogować, zapomniałem hasła. Karta została zablokowana, bo podałem \
zły kod. Potrzebuję umówić wizytę u lekarza na przyszły czwartek rano. Czy jest jeszcze wolny termin po południu? \
Towar przyszedł uszkodzony i chcę go zwrócić. Który punkt odbioru jest najbliżej? Może być jutro, jeśli się da. \
Dobrze, oczywiście, jasne, w porządku. Co mam teraz zrobić? Nie rozumiem, proszę powtórzyć. Internet nie działa od \
rana, światło też zgasło. Rachunek jest wyższy niż zwykle, dlaczego? Kto może mi pomóc? Przez cały miesiąc było tak \
samo. Wszystko u mnie gra, ale żona mówi, że coś jest nie tak. Żeby tylko przyszło przed świętami.";

const ROMANIAN: &str = "Bună ziua, sun în legătură cu o comandă pe care am făcut-o săptămâna trecută. Nu știu unde \
este acum coletul meu și când vine curierul. Vă rog să îmi spuneți dacă pot schimba adresa de livrare cu alta. Aș vrea \
să vorbesc cu un operator, pentru că am o problemă cu factura. Am plătit deja pentru acest serviciu, dar banii nu s-au \
întors în cont. Se poate verifica? Numărul meu de telefon s-a schimbat. Da, așa este, mulțumesc frumos. Nu, nu este \
asta, îmi pare rău. Ieri seară nu a răspuns nimeni, iar eu am așteptat toată ziua acasă. Cât o să coste și cât trebuie \
să aștept? Sunt foarte nemulțumit de serviciile voastre, este a treia oară. Vreau să fac o reclamație și să îmi \
primesc banii înapoi. Am nevoie de ajutor, nu reușesc să intru în cont, am uitat parola. Cardul a fost blocat pentru \
că am greșit codul. Trebuie să fac o programare la medic pentru joia viitoare dimineața. Mai este vreun loc liber după \
amiază? Produsul a venit stricat și vreau să îl returnez. Care punct de ridicare este cel mai aproape? Poate fi și \
mâine, dacă se poate. Bine, desigur, sigur, în regulă. Ce trebuie să fac acum? Nu înțeleg, puteți repeta? Internetul nu \
merge de dimineață, nici lumina. Factura este mai mare decât de obicei, de ce? Cine mă poate ajuta? Toată luna a fost \
la fel. La mine e totul bine, dar soția spune că ceva nu este în ordine. Numai să ajungă înainte de sărbători.";

const ENGLISH: &str = "Good morning, I am calling about an order that I made last week. I don't know where my parcel \
is now and when the courier will come. Please tell me if I can change the delivery address to another one. I would \
like to talk to an agent because I have a problem with the invoice. I have already paid for this service, but the \
money has not come back to my account. Could you check that? My phone number has changed. Yes, that's right, thank you \
very much. No, that is not it, I'm sorry. Nobody answered yesterday evening, and I was waiting at home the whole day. \
How much will it cost and how long do I have to wait? I am very unhappy with your service, this is the third time. I \
want to make a complaint and get my money back. I need help, I can't log in, I forgot the password. The card was \
blocked because I entered the wrong code. I need to book an appointment with the doctor for next Thursday morning. Is \
there anything free in the afternoon? The goods arrived damaged and I want to return them. Which pickup point is the \
nearest? It can be tomorrow if that works. Okay, of course, sure, all right. What should I do now? I don't understand, \
can you repeat? The internet has been down since the morning, and so has the power. The bill is higher than usual, why? \
Who can help me? It was the same all month. Everything is fine with me, but my wife says that something is wrong. Hello, \
hi, what are you saying, they would have been there. Just so it comes before the holidays.";
