// The page's own words in three languages. A key that is missing in one does not compile.

import type { Language } from './protocol'
import en from './words.en'
import pl from './words.pl'
import ro from './words.ro'

export type Words = typeof en

const ALL: Record<Language, Words> = { en, pl, ro }
const KEY = 'duet.language'

function preferred(): Language {
  const wanted = [localStorage.getItem(KEY), ...navigator.languages.map((tag) => tag.slice(0, 2))]
  return (wanted.find((code) => code !== null && code in ALL) as Language | undefined) ?? 'en'
}

class Ui {
  language = $state<Language>(preferred())
  words = $derived(ALL[this.language])

  choose(language: Language) {
    this.language = language
    localStorage.setItem(KEY, language)
    document.documentElement.lang = language
  }
}

export const ui = new Ui()
document.documentElement.lang = ui.language

/** A word of a small table, or the name itself as it came from the configuration. */
export function named(table: Record<string, string>, name: string): string {
  return table[name] ?? name.replaceAll('_', ' ')
}

/** A sentence with its `{names}` filled in. */
export function fill(text: string, values: Record<string, string | number>): string {
  return text.replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole))
}

/** Small letters without accents: "zalatwione" finds "Załatwione". */
export function plain(text: string): string {
  return text.toLowerCase().replaceAll('ł', 'l').normalize('NFD').replace(/\p{Diacritic}/gu, '')
}

/** mm:ss, or h:mm:ss from an hour on. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const two = (n: number) => String(n).padStart(2, '0')
  const hours = Math.floor(seconds / 3600)
  const rest = `${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`
  return hours > 0 ? `${hours}:${rest}` : rest
}

/** Time of day in the browser's zone, with seconds. */
export function clock(at: number): string {
  const day = new Date(at)
  return [day.getHours(), day.getMinutes(), day.getSeconds()].map((n) => String(n).padStart(2, '0')).join(':')
}

/** Day and time of day, with the year when it is another one. */
export function moment(at: number): string {
  const day = new Date(at)
  const year = day.getFullYear() === new Date().getFullYear() ? undefined : 'numeric'
  const format = { day: 'numeric', month: 'short', year, hour: '2-digit', minute: '2-digit', hour12: false } as const
  return day.toLocaleString(ui.language === 'en' ? 'en-GB' : ui.language, format)
}
