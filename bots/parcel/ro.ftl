# Romanian. `key-2` is said at the second attempt; attributes are other wordings of the same sentence.

disclosure = Bună ziua, sunt asistentul automat al firmei de curierat.
    .b = Bună ziua, vorbiți cu un asistent automat al firmei de curierat.

specialist = un coleg de la relații cu clienții
specialist_logistics = un specialist în livrări
specialist_complaints = colegul care se ocupă de daune
specialist_billing = colegii de la facturare
team-logistics = echipa de colete
team-complaints = echipa de reclamații
team-billing = echipa de facturare

topic-parcel_status = să verific unde este coletul
topic-opening_hours = să vă spun programul
topic-delivery_change = să schimb ziua livrării
topic-damaged_parcel = să notez o deteriorare
topic-password_reset = să trimit o parolă nouă
topic-appointment = să vă fac o programare
topic-invoice = să verific o factură

ask_number = Vă rog să îmi spuneți numărul coletului, are opt cifre.
    .b = Care este numărul coletului? Sunt opt cifre.
ask_number-2 = Vă rog să spuneți numărul rar, cifră cu cifră, sau să îl tastați pe telefon.
    .b = Numărul coletului are opt cifre. Îl puteți și tasta.
ask_number-3 = Să încercăm cu tastele. Vă rog să tastați cele opt cifre ale coletului.
    .b = Cel mai sigur este să tastați numărul coletului, opt cifre.
# Într-un chat: `chat-KEY` se scrie în loc de KEY.
chat-ask_number-2 = Vă rog să scrieți numărul coletului, are opt cifre.
    .b = Numărul coletului are opt cifre, este pe etichetă.
chat-ask_number-3 = Să mai încercăm o dată. Vă rog să scrieți doar cele opt cifre ale coletului.
    .b = Doar cele opt cifre ale numărului, vă rog.

not_found = Nu găsesc niciun colet cu acest număr.
    .b = Acest număr nu apare în sistem.

in_transit = Coletul este pe drum, acum se află la depozitul { $place }. { $days ->
        [0] Curierul îl aduce astăzi.
        [1] Curierul îl aduce mâine.
        [few] Ajunge în { $days } zile.
       *[other] Ajunge în { $days } de zile.
    }
    .b = Coletul este în drum spre dumneavoastră, acum la depozitul { $place }. { $days ->
        [0] Va fi livrat astăzi.
        [1] Va fi livrat mâine.
        [few] Va fi livrat în { $days } zile.
       *[other] Va fi livrat în { $days } de zile.
    }
delayed = Îmi pare foarte rău, coletul a întârziat. Așteaptă la depozitul { $place }. { $days ->
        [0] Ar trebui să ajungă încă astăzi.
        [1] Ar trebui să ajungă mâine.
        [few] Ar trebui să ajungă în { $days } zile.
       *[other] Ar trebui să ajungă în { $days } de zile.
    }
    .b = Înțeleg că este neplăcut. Coletul este blocat la depozitul { $place }. { $days ->
        [0] Îl livrăm astăzi.
        [1] Îl livrăm mâine.
        [few] Îl livrăm în { $days } zile.
       *[other] Îl livrăm în { $days } de zile.
    }
delivered = Coletul a fost deja livrat. Locul livrării este { $place }.
    .b = Acest colet este livrat, locul este { $place }.
lost = Îmi pare foarte rău, nu știm unde este acest colet. De asta trebuie să se ocupe un om.
    .b = Îmi cer scuze, coletul s-a pierdut. Se va ocupa un coleg.
status_unknown = Coletul apare în sistem, dar nu îi pot citi starea.
    .b = Văd coletul, dar starea lui nu îmi este clară.

hours = Suntem deschiși de luni până vineri, de la { $weekday_from } la { $weekday_to }, iar sâmbăta de la { $saturday_from } la { $saturday_to }. Duminica este închis.
    .b = În zilele lucrătoare, de la { $weekday_from } la { $weekday_to }. Sâmbăta, de la { $saturday_from } la { $saturday_to }. Duminica nu lucrăm.

ask_delivery_day = Pe ce zi mutăm livrarea?
    .b = În ce zi să vină curierul?
ask_delivery_day-2 = Vă rog să spuneți ziua, de exemplu: vineri, sau: cinci decembrie.
delivery_changed = Gata. Curierul vine { $day }.
    .b = Am schimbat data. Livrarea: { $day }.
delivery_unchangeable = Această livrare nu mai poate fi schimbată.
    .b = Din păcate este prea târziu pentru a schimba această livrare.

ask_damage = Ce este deteriorat: ambalajul, conținutul sau amândouă?
    .b = A suferit ambalajul, conținutul sau amândouă?
option-box = ambalajul
option-contents = conținutul
option-both = amândouă
damage_noted = Îmi pare foarte rău, am notat deteriorarea.
    .b = Regret această pagubă. Am notat totul.

ask_phone = Ce număr de telefon are contul?
    .b = Vă rog numărul de telefon de pe cont.
ask_phone-2 = Vă rog să spuneți numărul de telefon rar, sau să îl tastați.
chat-ask_phone-2 = Vă rog să scrieți numărul de telefon al contului, doar cifrele.
phone_unknown = Nu există niciun cont cu acest număr de telefon.
    .b = Niciun cont nu are acest număr de telefon.
code_sent = Am trimis un SMS cu un cod.
    .b = Codul este pe drum, într-un SMS.
ask_code = Vă rog cele șase cifre ale codului.
    .b = Ce cod a venit? Are șase cifre.
ask_code-2 = Încă o dată, vă rog, cifră cu cifră: care este codul?
chat-ask_code-2 = Încă o dată, vă rog: care sunt cele șase cifre ale codului?
code_wrong = Acest cod nu este corect.
    .b = Nu este codul pe care l-am trimis.
password_sent = Este corect. Parola nouă vine imediat prin SMS.
    .b = Mulțumesc, codul este bun. Trimit parola nouă prin SMS.

ask_visit = Pe ce zi și la ce oră vă programez?
    .b = Când doriți să veniți? Spuneți ziua și ora, vă rog.
ask_visit-2 = Vă rog să spuneți ziua și ora, de exemplu: vineri la trei după-amiaza.
ask_visit_phone = La ce număr de telefon vă putem suna?
    .b = Vă rog un număr de telefon de contact.
visit_booked = Programarea este făcută: { $at }.
    .b = V-am programat: { $at }. Vă așteptăm.

ask_invoice = Vă rog numărul facturii, șase cifre.
    .b = Care este numărul facturii? Are șase cifre.
ask_invoice-2 = Vă rog să spuneți numărul facturii rar, sau să îl tastați.
chat-ask_invoice-2 = Vă rog să scrieți cele șase cifre ale numărului facturii.
invoice_unknown = Nu găsesc nicio factură cu acest număr.
    .b = Nicio factură cu acest număr nu apare în sistem.
invoice_paid = Această factură este plătită, suma este { $amount }.
    .b = Factura de { $amount } este deja plătită.
invoice_open = Sunt de plătit { $amount }, termenul este { $due }.
    .b = Factura este de { $amount }. Termenul de plată: { $due }.

# What agents read; never spoken.
title-appointment = programare la punctul de lucru
title-damaged_parcel = colet deteriorat
title-delivery_change = schimbarea livrării
title-invoice = întrebare despre factură
title-opening_hours = program
title-parcel_status = starea coletului
title-password_reset = schimbarea parolei
title-visit_at = data vizitei
title-phone = număr de telefon
title-parcel_number = numărul coletului
title-damage = deteriorare
title-delivery_day = ziua livrării
title-invoice_number = numărul facturii
title-code = cod
title-parcel_lookup = verificarea coletului
title-code_send = trimiterea codului
title-code_check = verificarea codului
title-visit_book = programarea vizitei
title-invoice_lookup = verificarea facturii
