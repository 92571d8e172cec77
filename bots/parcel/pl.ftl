# Polish. `key-2` is said at the second attempt; attributes are other wordings of the same sentence.
# Nothing here says Pan or Pani: the bot does not know, and a wrong guess offends.

disclosure = Dzień dobry, tu automatyczny asystent firmy kurierskiej.
    .b = Dzień dobry, rozmawia z Państwem automat firmy kurierskiej.

specialist = konsultantem
specialist_logistics = doradcą do spraw przesyłek
specialist_complaints = osobą, która zajmuje się szkodami
specialist_billing = działem rozliczeń
team-logistics = dział przesyłek
team-complaints = dział reklamacji
team-billing = dział rozliczeń

topic-parcel_status = sprawdzić, gdzie jest paczka
topic-opening_hours = podać godziny otwarcia
topic-delivery_change = zmienić termin doręczenia
topic-damaged_parcel = przyjąć zgłoszenie uszkodzenia
topic-password_reset = wysłać nowe hasło do konta
topic-appointment = umówić wizytę w punkcie
topic-invoice = sprawdzić fakturę

ask_number = Proszę podać ośmiocyfrowy numer przesyłki.
    .b = Jaki jest numer przesyłki? To osiem cyfr.
ask_number-2 = Proszę powiedzieć numer powoli, cyfra po cyfrze, albo wpisać go na klawiaturze telefonu.
    .b = Numer przesyłki ma osiem cyfr. Można go też wpisać na klawiaturze.
ask_number-3 = Spróbujmy na klawiaturze. Proszę wpisać osiem cyfr numeru przesyłki.
    .b = Najpewniej będzie z klawiatury. Proszę wpisać numer przesyłki, osiem cyfr.
# Na czacie: `chat-KEY` zastępuje KEY.
chat-ask_number-2 = Proszę napisać numer przesyłki, ma osiem cyfr.
    .b = Numer przesyłki ma osiem cyfr, jest na etykiecie.
chat-ask_number-3 = Spróbujmy jeszcze raz. Proszę napisać same cyfry numeru przesyłki, jest ich osiem.
    .b = Proszę tylko o osiem cyfr numeru przesyłki.

not_found = Nie znajduję przesyłki o tym numerze.
    .b = Tego numeru nie ma w systemie.

# $days: 0 is today
in_transit = Paczka jest w drodze, teraz w sortowni { $place }. { $days ->
        [0] Kurier doręczy ją dzisiaj.
        [1] Kurier doręczy ją jutro.
        [one] Doręczenie za { $days } dzień.
        [few] Doręczenie za { $days } dni.
       *[other] Doręczenie za { $days } dni.
    }
    .b = Przesyłka jedzie, jest teraz w sortowni { $place }. { $days ->
        [0] Będzie doręczona dzisiaj.
        [1] Będzie doręczona jutro.
       *[other] Będzie doręczona za { $days } dni.
    }
delayed = Bardzo przepraszam, ta paczka jest opóźniona. Czeka w sortowni { $place }. { $days ->
        [0] Powinna dotrzeć jeszcze dzisiaj.
        [1] Powinna dotrzeć jutro.
       *[other] Powinna dotrzeć za { $days } dni.
    }
    .b = Rozumiem, że to irytujące. Przesyłka utknęła w sortowni { $place }. { $days ->
        [0] Doręczymy ją dzisiaj.
        [1] Doręczymy ją jutro.
       *[other] Doręczymy ją za { $days } dni.
    }
delivered = Paczka została już doręczona. Miejsce doręczenia to { $place }.
    .b = Ta przesyłka jest doręczona, miejsce to { $place }.
lost = Bardzo przepraszam, nie wiemy, gdzie jest ta paczka. Tym powinien zająć się człowiek.
    .b = Przykro mi, ta przesyłka zaginęła. Zajmie się tym człowiek.
status_unknown = Paczka jest w systemie, ale jej stan nie jest dla mnie jasny.
    .b = Widzę tę paczkę, ale nie potrafię odczytać jej stanu.

hours = Jesteśmy czynni od poniedziałku do piątku od { hour_from } do { hour_to }, a w sobotę od { saturday_hour_from } do { saturday_hour_to }. W niedzielę zamknięte.
    .b = W dni robocze od { hour_from } do { hour_to }. W sobotę od { saturday_hour_from } do { saturday_hour_to }. W niedziele nie pracujemy.

# Hours as they are spoken after "od" and "do".
hour_from = { $weekday_from ->
        [7] siódmej
        [8] ósmej
        [9] dziewiątej
        [10] dziesiątej
       *[other] { $weekday_from }
    }
hour_to = { $weekday_to ->
        [16] szesnastej
        [17] siedemnastej
        [18] osiemnastej
        [19] dziewiętnastej
        [20] dwudziestej
       *[other] { $weekday_to }
    }
saturday_hour_from = { $saturday_from ->
        [7] siódmej
        [8] ósmej
        [9] dziewiątej
        [10] dziesiątej
       *[other] { $saturday_from }
    }
saturday_hour_to = { $saturday_to ->
        [12] dwunastej
        [13] trzynastej
        [14] czternastej
        [15] piętnastej
       *[other] { $saturday_to }
    }

ask_delivery_day = Na jaki dzień przełożyć doręczenie?
    .b = Którego dnia ma przyjechać kurier?
ask_delivery_day-2 = Proszę podać dzień, na przykład: w piątek, albo: piątego grudnia.
delivery_changed = Gotowe. Kurier przyjedzie { $day }.
    .b = Zmieniłem termin. Doręczenie: { $day }.
delivery_unchangeable = Tego doręczenia nie da się już zmienić.
    .b = Niestety, na zmianę tego doręczenia jest za późno.

ask_damage = Co jest uszkodzone: opakowanie, zawartość, czy jedno i drugie?
    .b = Czy ucierpiało opakowanie, zawartość, czy jedno i drugie?
option-box = opakowanie
option-contents = zawartość
option-both = jedno i drugie
damage_noted = Bardzo mi przykro, zapisałem to zgłoszenie.
    .b = Przykro mi z powodu tej szkody. Zgłoszenie jest zapisane.

ask_phone = Jaki numer telefonu jest przypisany do konta?
    .b = Proszę podać numer telefonu, który jest na koncie.
ask_phone-2 = Proszę podać numer telefonu powoli, albo wpisać go na klawiaturze.
chat-ask_phone-2 = Proszę napisać numer telefonu konta, same cyfry.
phone_unknown = Nie ma konta z tym numerem telefonu.
    .b = Do tego numeru nie jest przypisane żadne konto.
code_sent = Wysłałem SMS z kodem.
    .b = Kod jest już w drodze, w wiadomości SMS.
ask_code = Proszę podać sześć cyfr kodu.
    .b = Jaki kod przyszedł? To sześć cyfr.
ask_code-2 = Proszę jeszcze raz, cyfra po cyfrze: jaki to kod?
chat-ask_code-2 = Proszę jeszcze raz: jakie są cyfry kodu, jest ich sześć?
code_wrong = Ten kod się nie zgadza.
    .b = To nie jest kod, który wysłałem.
password_sent = Zgadza się. Nowe hasło przyjdzie za chwilę w wiadomości SMS.
    .b = Dziękuję, kod jest poprawny. Wysyłam nowe hasło SMS-em.

ask_visit = Na jaki dzień i godzinę umówić wizytę?
    .b = Kiedy chcieliby Państwo przyjść? Proszę podać dzień i godzinę.
ask_visit-2 = Proszę podać dzień i godzinę, na przykład: w piątek o piętnastej.
ask_visit_phone = Pod jakim numerem telefonu można Państwa zastać?
    .b = Proszę podać numer telefonu do kontaktu.
visit_booked = Wizyta jest umówiona: { $at }.
    .b = Zapisałem wizytę: { $at }. Do zobaczenia.

ask_invoice = Proszę podać numer faktury, sześć cyfr.
    .b = Jaki jest numer faktury? Ma sześć cyfr.
ask_invoice-2 = Proszę powiedzieć numer faktury powoli, albo wpisać go na klawiaturze.
chat-ask_invoice-2 = Proszę napisać sześć cyfr numeru faktury.
invoice_unknown = Nie znajduję faktury o tym numerze.
    .b = Faktury o tym numerze nie ma w systemie.
invoice_paid = Ta faktura jest zapłacona, kwota to { $amount }.
    .b = Faktura na { $amount } jest już opłacona.
invoice_open = Do zapłaty jest { $amount }, termin to { $due }.
    .b = Faktura wynosi { $amount }. Termin płatności: { $due }.

# What agents read; never spoken.
title-appointment = wizyta w punkcie obsługi
title-damaged_parcel = uszkodzona paczka
title-delivery_change = zmiana doręczenia
title-invoice = pytanie o fakturę
title-opening_hours = godziny otwarcia
title-parcel_status = status paczki
title-password_reset = zmiana hasła
title-visit_at = termin wizyty
title-phone = numer telefonu
title-parcel_number = numer przesyłki
title-damage = uszkodzenie
title-delivery_day = dzień doręczenia
title-invoice_number = numer faktury
title-code = kod
title-parcel_lookup = sprawdzenie przesyłki
title-code_send = wysłanie kodu
title-code_check = sprawdzenie kodu
title-visit_book = rezerwacja wizyty
title-invoice_lookup = sprawdzenie faktury
