# Romanian. `key-2` is said at the second attempt; attributes are other wordings of the same sentence.

disclosure = Bună ziua, sunt asistentul automat al firmei de curierat.
    .b = Bună ziua, vorbiți cu un asistent automat al firmei de curierat.

specialist = un coleg de la relații cu clienții
specialist_logistics = un specialist în livrări

topic-parcel_status = să verific unde este coletul
topic-opening_hours = să vă spun programul

ask_number = Vă rog să îmi spuneți numărul coletului, are opt cifre.
    .b = Care este numărul coletului? Sunt opt cifre.
ask_number-2 = Vă rog să spuneți numărul rar, cifră cu cifră, sau să îl tastați pe telefon.
    .b = Numărul coletului are opt cifre. Îl puteți și tasta.
ask_number-3 = Să încercăm cu tastele. Vă rog să tastați cele opt cifre ale coletului.
    .b = Cel mai sigur este să tastați numărul coletului, opt cifre.

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
