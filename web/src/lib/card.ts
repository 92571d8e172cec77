// A card is kept up to date the same way for whoever has the call and for whoever watches it.

import type { Card, FromServer, Line } from './protocol'

/** Adds a sentence where it belongs; one that is there already, since it crossed with the card, is not added twice. */
function addLine(card: Card, line: Line, talking: boolean) {
  const known = (other: Line) => other.at === line.at && other.speaker === line.speaker && other.text === line.text
  if (card.transcript.some(known)) return
  card.transcript.push(line)
  card.transcript.sort((a, b) => a.at - b.at)
  if (!talking || line.speaker === 'bot') {
    const last = card.transcript.findLastIndex((line) => line.speaker === 'bot')
    card.continue_at = last < 0 ? null : last
  }
}

/** Takes what a message adds to the card; false when it is about something else. */
export function update(card: Card, message: FromServer, talking: boolean): boolean {
  switch (message.type) {
    case 'line':
      addLine(card, message.line, talking)
      return true
    case 'fact': {
      const known = card.facts.findIndex((fact) => fact.name === message.fact.name)
      if (known < 0) card.facts.push(message.fact)
      else card.facts[known] = message.fact
      return true
    }
    case 'worded':
      card.worded = message.worded
      return true
    default:
      return false
  }
}
