// What the tests of the page share: a browser, pictures, and what a page must always be.
// With DUET_SHOTS=folder pictures are left there, in each language, light and dark.

import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { chromium } from 'playwright-core'

const shots = process.env.DUET_SHOTS
const chrome = process.env.DUET_CHROMIUM ?? '/usr/bin/chromium'
assert(existsSync(chrome), `${chrome} is missing: install chromium, or set DUET_CHROMIUM`)
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/** Errors of the pages, and what their policy forbade. */
export const complaints = []

/** With arguments of its own, where a test needs a microphone. */
export function launch(more = []) {
  return chromium.launch({
    executablePath: chrome,
    args: [
      '--no-sandbox',
      '--headless',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      ...more,
    ],
  })
}

/** The desk in a browser profile of its own; `script` runs before the page's. */
export async function open(browser, url, script = undefined) {
  const viewport = { width: 1280, height: 800 }
  const context = await browser.newContext({ viewport, locale: 'en-GB', colorScheme: 'light' })
  const opened = await context.newPage()
  if (script) await opened.addInitScript(script)
  opened.setDefaultTimeout(15_000)
  opened.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text())
  })
  opened.on('pageerror', (error) => complaints.push(String(error)))
  await opened.goto(`${url}/desk/`)
  return opened
}

/** Pictures in each language, light and dark, and one beside another program. */
export async function shot(name, page) {
  if (!shots) return
  mkdirSync(shots, { recursive: true })
  const language = page.locator('select:has(option[value=pl])').first()
  for (const code of ['pl', 'ro', 'en']) {
    await language.selectOption(code)
    for (const colorScheme of ['dark', 'light']) {
      await page.emulateMedia({ colorScheme })
      await page.screenshot({ path: `${shots}/${name}-${code}-${colorScheme}.png` })
    }
  }
  const wide = page.viewportSize()
  await page.setViewportSize({ width: 640, height: 800 })
  await page.screenshot({ path: `${shots}/${name}-half.png` })
  await page.setViewportSize(wide)
}

/** Lowest contrast between a text and what lies behind it, by WCAG 2.2. */
async function lowestContrast(page) {
  return page.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    const rgba = (colour) => {
      canvas.clearRect(0, 0, 1, 1)
      canvas.fillStyle = colour
      canvas.fillRect(0, 0, 1, 1)
      return [...canvas.getImageData(0, 0, 1, 1).data].map((v) => v / 255)
    }
    const over = ([r, g, b, a], under) => [r, g, b].map((v, i) => v * a + under[i] * (1 - a))
    const light = (colour) =>
      colour
        .map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4))
        .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0)
    const behind = (element) => {
      const layers = []
      for (let e = element; e; e = e.parentElement) layers.unshift(rgba(getComputedStyle(e).backgroundColor))
      return layers.reduce((under, layer) => over(layer, under), [1, 1, 1])
    }
    let lowest = { ratio: 21, text: '' }
    for (const element of document.querySelectorAll('body *')) {
      const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())
      if (!own || element.closest(':disabled, .visually-hidden, option') || !element.getClientRects().length) continue
      const back = behind(element)
      const front = over(rgba(getComputedStyle(element).color), back)
      const [high, low] = [light(front), light(back)].sort((a, b) => b - a)
      const ratio = (high + 0.05) / (low + 0.05)
      if (ratio < lowest.ratio) lowest = { ratio, text: element.textContent.trim().slice(0, 40) }
    }
    return lowest
  })
}

/** Faults that keep somebody from working here, by axe-core. */
export async function faults(page) {
  const there = await page.evaluate(() => 'axe' in window)
  // Not a script tag: the page's own policy would forbid it.
  if (!there) await page.evaluate(AXE)
  const { violations } = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }))
  const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
  return serious.map(({ id, help, nodes }) => `${id}: ${help} (${nodes.map((node) => node.html).join(' | ')})`)
}

/** Whoever sees little, hears the page, or has no mouse can work with what is on it now. */
export async function readable(page) {
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ colorScheme })
    const { ratio, text } = await lowestContrast(page)
    assert(ratio >= 4.5, `${colorScheme}: “${text}” has a contrast of ${ratio.toFixed(2)}`)
    assert.deepEqual(await faults(page), [], colorScheme)
  }
}

/** The telephone side of a test's desk: a step of it, and what a call's record says. */
export function telephone(url) {
  async function step(name, call) {
    const answer = await fetch(`${url}/test/${name}/${call}`, { method: 'POST' })
    assert.equal(answer.status, 204, name)
  }

  /** Waits until the call has an event of this type that fits, and returns it. */
  async function event(call, type, fits = () => true) {
    for (let tries = 0; tries < 200; tries++) {
      const events = await (await fetch(`${url}/test/events/${call}`)).json()
      const found = events.findLast((event) => event.type === type && fits(event))
      if (found) return found
      await new Promise((done) => setTimeout(done, 50))
    }
    throw new Error(`call ${call} never had the event ${type}`)
  }

  return { step, event }
}
