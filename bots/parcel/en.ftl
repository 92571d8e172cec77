# English. `key-2` is said at the second attempt; attributes are other wordings of the same sentence.

disclosure = Hello, this is the automated assistant of the parcel service.
    .b = Hello, you are speaking to an automated assistant of the parcel service.

specialist = one of our advisors
specialist_logistics = our delivery specialist

topic-parcel_status = check where your parcel is
topic-opening_hours = tell you our opening hours

ask_number = Please tell me the parcel number. It has eight digits.
    .b = What is the parcel number? It is eight digits long.
ask_number-2 = Please say the number slowly, digit by digit, or type it on your keypad.
    .b = The parcel number has eight digits. You can also type it.
ask_number-3 = Let us try the keypad. Please type the eight digits of the parcel number.
    .b = The keypad is safest. Please type the parcel number, eight digits.

not_found = I cannot find a parcel with that number.
    .b = That number is not in our system.

in_transit = Your parcel is on its way. It is at our { $place } depot now, { $days ->
        [0] and the driver will bring it today.
        [1] and the driver will bring it tomorrow.
       *[other] and it will be with you in { $days } days.
    }
    .b = It is on the move, at our { $place } depot now, { $days ->
        [0] and it will be delivered today.
        [1] and it will be delivered tomorrow.
       *[other] and it will be delivered in { $days } days.
    }
delayed = I am very sorry, that parcel is delayed. It is waiting at our { $place } depot { $days ->
        [0] and should still reach you today.
        [1] and should reach you tomorrow.
       *[other] and should reach you in { $days } days.
    }
    .b = I understand that is annoying. The parcel is held up at our { $place } depot. { $days ->
        [0] We will deliver it today.
        [1] We will deliver it tomorrow.
       *[other] We will deliver it in { $days } days.
    }
delivered = That parcel has been delivered already, in { $place }.
    .b = Your parcel was delivered in { $place }.
lost = I am very sorry, we do not know where that parcel is. A person should deal with this.
    .b = I do apologise, the parcel has been lost. A colleague will deal with this.
status_unknown = The parcel is in our system, but I cannot read its status.
    .b = I can see the parcel, but its status is not clear to me.

hours = We are open Monday to Friday from { $weekday_from } a.m. to { evening }, and on Saturday from { $saturday_from } a.m. to { afternoon }, and on Sunday we are closed.
    .b = On weekdays from { $weekday_from } a.m. to { evening }, on Saturday from { $saturday_from } a.m. to { afternoon }, and on Sunday we are closed.

# Hours of the second half of the day, as the English say them.
evening = { $weekday_to ->
        [16] 4 p.m.
        [17] 5 p.m.
        [18] 6 p.m.
        [19] 7 p.m.
        [20] 8 p.m.
       *[other] { $weekday_to }
    }
afternoon = { $saturday_to ->
        [12] 12 noon
        [13] 1 p.m.
        [14] 2 p.m.
        [15] 3 p.m.
        [16] 4 p.m.
       *[other] { $saturday_to }
    }
