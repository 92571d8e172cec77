# Polish. `key-2` is said at the second attempt; attributes are other wordings of the same sentence.
# Nothing here says Pan or Pani: the bot does not know, and a wrong guess offends.

disclosure = Dzień dobry, tu automatyczny asystent firmy kurierskiej.
    .b = Dzień dobry, rozmawia z Państwem automat firmy kurierskiej.

specialist = konsultantem
specialist_logistics = specjalistą od przesyłek

topic-parcel_status = sprawdzić, gdzie jest paczka
topic-opening_hours = podać godziny otwarcia

ask_number = Proszę podać ośmiocyfrowy numer przesyłki.
    .b = Jaki jest numer przesyłki? To osiem cyfr.
ask_number-2 = Proszę powiedzieć numer powoli, cyfra po cyfrze, albo wpisać go na klawiaturze telefonu.
    .b = Numer przesyłki ma osiem cyfr. Można go też wpisać na klawiaturze.
ask_number-3 = Spróbujmy na klawiaturze. Proszę wpisać osiem cyfr numeru przesyłki.
    .b = Najpewniej będzie z klawiatury. Proszę wpisać numer przesyłki, osiem cyfr.

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
