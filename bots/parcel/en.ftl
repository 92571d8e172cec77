# English. `key-2` is said at the second attempt; attributes are other wordings of the same sentence.

disclosure = Hello, this is the automated assistant of the parcel service.
    .b = Hello, you are speaking to an automated assistant of the parcel service.

specialist = one of our advisors
specialist_logistics = our delivery specialist
specialist_complaints = the person who deals with damage
specialist_billing = our billing team
team-logistics = the parcels team
team-complaints = the claims team
team-billing = the billing team

topic-parcel_status = check where your parcel is
topic-opening_hours = tell you our opening hours
topic-delivery_change = change the day of a delivery
topic-damaged_parcel = take down a damage report
topic-password_reset = send you a new password
topic-appointment = book a visit at our service point
topic-invoice = look up an invoice

ask_number = Please tell me the parcel number. It has eight digits.
    .b = What is the parcel number? It is eight digits long.
ask_number-2 = Please say the number slowly, digit by digit, or type it on your keypad.
    .b = The parcel number has eight digits. You can also type it.
ask_number-3 = Let us try the keypad. Please type the eight digits of the parcel number.
    .b = The keypad is safest. Please type the parcel number, eight digits.
# In a chat: `chat-KEY` is written in place of KEY.
chat-ask_number-2 = Please write the parcel number, it has eight digits.
    .b = The parcel number has eight digits. It stands on the label.
chat-ask_number-3 = Let us try once more. Please write only the eight digits of the parcel number.
    .b = Just the eight digits of the parcel number, please.
chat-disclosure = Hello, this is the automated assistant of the parcel service.
    .b = Hello, you are writing to an automated assistant of the parcel service.

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

ask_delivery_day = Which day shall we deliver it instead?
    .b = On what day should the driver come?
ask_delivery_day-2 = Please tell me a day, for example: on Friday, or: the fifth of December.
delivery_changed = Done. The driver will come { $day }.
    .b = I have changed that. Delivery: { $day }.
delivery_unchangeable = That delivery can no longer be changed.
    .b = I am afraid it is too late to change that delivery.

ask_damage = What is damaged: the box, the contents, or both?
    .b = Is it the box, the contents, or both?
option-box = the box
option-contents = the contents
option-both = both
damage_noted = I am very sorry about that. I have taken it down.
    .b = I do apologise for the damage. It is noted.

ask_phone = What telephone number is on the account?
    .b = Please tell me the telephone number of the account.
ask_phone-2 = Please say the telephone number slowly, or type it.
chat-ask_phone-2 = Please write the telephone number of the account, digits only.
phone_unknown = There is no account with that telephone number.
    .b = No account has that telephone number.
code_sent = I have sent you a text message with a code.
    .b = The code is on its way, in a text message.
ask_code = Please tell me its six digits.
    .b = What code did you get? It has six digits.
ask_code-2 = Once more please, digit by digit: what is the code?
chat-ask_code-2 = Once more please: what are the six digits of the code?
code_wrong = That code is not right.
    .b = That is not the code I sent.
password_sent = That is right. Your new password is coming in a text message.
    .b = Thank you, the code is right. I am sending a new password by text.

ask_visit = What day and time would suit you?
    .b = When would you like to come? Please tell me the day and the time.
ask_visit-2 = Please tell me the day and the time, for example: on Friday at three in the afternoon.
ask_visit_phone = What telephone number can we reach you on?
    .b = Please give me a telephone number for the visit.
visit_booked = Your visit is booked: { $at }.
    .b = I have put you down: { $at }. See you then.

ask_invoice = Please tell me the invoice number. It has six digits.
    .b = What is the invoice number? It is six digits long.
ask_invoice-2 = Please say the invoice number slowly, or type it.
chat-ask_invoice-2 = Please write the six digits of the invoice number.
invoice_unknown = I cannot find an invoice with that number.
    .b = There is no invoice with that number.
invoice_paid = That invoice is paid. It was { $amount }.
    .b = The invoice of { $amount } has been paid.
invoice_open = There is { $amount } to pay, by { $due }.
    .b = The invoice is for { $amount }. It is due { $due }.
