// What the widget itself says; the conversation's words come from the server.

export type Language = 'pl' | 'ro' | 'en'

const en = {
  open: 'Chat with us',
  close: 'Close the chat window',
  title: 'Chat',
  machine: 'Automated assistant',
  waiting: 'A person has been called and will be with you',
  withAgent: 'You are talking to {name}',
  over: 'This chat is over',
  again: 'Start a new chat',
  end: 'End chat',
  person: 'Talk to a person',
  personWish: 'I want to talk to a person.',
  label: 'Your message',
  send: 'Send',
  bot: 'Assistant',
  you: 'You',
  writes: '{name} is writing…',
  unread: '{n} new',
  sending: 'Sending…',
  slow: 'That was a lot at once; sending the rest in a moment.',
  lost: 'No connection. Trying again…',
  full: 'All places are taken just now. Please try again in a moment.',
  off: 'The chat is not available at the moment.',
  retry: 'Try again',
}

export type Words = typeof en

const pl: Words = {
  open: 'Napisz do nas',
  close: 'Zamknij okno czatu',
  title: 'Czat',
  machine: 'Automatyczny asystent',
  waiting: 'Konsultant został poproszony i zaraz się odezwie',
  withAgent: 'Rozmawia z Państwem {name}',
  over: 'Ten czat jest zakończony',
  again: 'Zacznij nowy czat',
  end: 'Zakończ czat',
  person: 'Rozmowa z człowiekiem',
  personWish: 'Chcę porozmawiać z człowiekiem.',
  label: 'Wiadomość',
  send: 'Wyślij',
  bot: 'Asystent',
  you: 'Ty',
  writes: '{name} pisze…',
  unread: 'nowe: {n}',
  sending: 'Wysyłanie…',
  slow: 'To dużo naraz; reszta zostanie wysłana za chwilę.',
  lost: 'Brak połączenia. Próbuję ponownie…',
  full: 'Wszystkie miejsca są teraz zajęte. Proszę spróbować za chwilę.',
  off: 'Czat jest teraz niedostępny.',
  retry: 'Spróbuj ponownie',
}

const ro: Words = {
  open: 'Scrieți-ne',
  close: 'Închide fereastra de chat',
  title: 'Chat',
  machine: 'Asistent automat',
  waiting: 'Un coleg a fost chemat și vă răspunde imediat',
  withAgent: 'Vă răspunde {name}',
  over: 'Acest chat s-a încheiat',
  again: 'Începe un chat nou',
  end: 'Încheie chatul',
  person: 'Vreau un om',
  personWish: 'Vreau să vorbesc cu un om.',
  label: 'Mesajul dumneavoastră',
  send: 'Trimite',
  bot: 'Asistent',
  you: 'Dumneavoastră',
  writes: '{name} scrie…',
  unread: '{n} noi',
  sending: 'Se trimite…',
  slow: 'Au fost multe deodată; restul se trimite imediat.',
  lost: 'Fără conexiune. Se încearcă din nou…',
  full: 'Toate locurile sunt ocupate acum. Încercați din nou peste puțin timp.',
  off: 'Chatul nu este disponibil acum.',
  retry: 'Încearcă din nou',
}

export const WORDS: Record<Language, Words> = { en, pl, ro }

export function languageOf(text: string | null | undefined): Language | null {
  const code = text?.slice(0, 2).toLowerCase()
  return code === 'pl' || code === 'ro' || code === 'en' ? code : null
}

export const fill = (text: string, name: string) => text.replace(/\{\w+\}/, name)
