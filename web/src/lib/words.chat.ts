// Words for contacts in writing.

import type { Language } from './protocol'

const en = {
  chat: 'Chat',
  inChat: 'In a chat',
  visitor: 'Visitor',
  anonymous: 'Visitor without a name',
  unchecked: 'as typed, not checked',
  incoming: 'Incoming chat',
  here: 'You answer here, without a phone.',
  declineHint: 'The next agent gets the chat.',
  talking: 'You write with the visitor',
  interrupted: 'Your connection was interrupted',
  ended: 'Chat ended',
  end: 'End chat',
  write: 'Message to the visitor',
  hint: 'The visitor reads it with your first name. Enter sends, Shift+Enter begins a new line.',
  send: 'Send',
}

type Words = typeof en

const pl: Words = {
  chat: 'Czat',
  inChat: 'Na czacie',
  visitor: 'Gość',
  anonymous: 'Gość, bez imienia',
  unchecked: 'jak wpisano, nie sprawdzono',
  incoming: 'Nowy czat',
  here: 'Odpowiedź tutaj, bez telefonu.',
  declineHint: 'Czat dostanie następna osoba.',
  talking: 'Piszesz z gościem',
  interrupted: 'Twoje połączenie zostało przerwane',
  ended: 'Czat zakończony',
  end: 'Zakończ czat',
  write: 'Wiadomość do gościa',
  hint: 'Gość widzi ją z Twoim imieniem. Enter wysyła, Shift+Enter zaczyna nowy wiersz.',
  send: 'Wyślij',
}

const ro: Words = {
  chat: 'Chat',
  inChat: 'În chat',
  visitor: 'Vizitator',
  anonymous: 'Vizitator fără nume',
  unchecked: 'cum a fost scris, neverificat',
  incoming: 'Chat nou',
  here: 'Răspundeți aici, fără telefon.',
  declineHint: 'Chatul trece la următorul coleg.',
  talking: 'Scrieți cu vizitatorul',
  interrupted: 'Conexiunea dumneavoastră s-a întrerupt',
  ended: 'Chat încheiat',
  end: 'Încheie chatul',
  write: 'Mesaj pentru vizitator',
  hint: 'Vizitatorul îl citește cu prenumele dumneavoastră. Enter trimite, Shift+Enter începe un rând nou.',
  send: 'Trimite',
}

export const chatWords: Record<Language, Words> = { en, pl, ro }
