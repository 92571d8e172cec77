// An agent in Chromium for scripts/bench page: how soon pages are painted, and what passes between a click on
// "Answer" and the voice. One JSON object a line; a line on standard input asks for the next call.
// node web/bench/answer.mjs DESK USER PASSWORD HUM.wav LOADS

import { createInterface } from 'node:readline'
import { launch, open } from '../tests/helpers.mjs'

const [desk, user, password, hum, loads] = process.argv.slice(2)
const tell = (what) => console.log(JSON.stringify(what))
const browser = await launch([
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
  `--use-file-for-fake-audio-capture=${hum}`,
  '--allow-loopback-in-peer-connection',
  '--autoplay-policy=no-user-gesture-required',
])

/** Runs in the page before its own scripts: notes the click and the first sound after it, ms since the epoch. */
function notes() {
  const Real = window.RTCPeerConnection
  window.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args)
      window.line = this
    }
  }
  const now = () => performance.timeOrigin + performance.now()
  addEventListener(
    'click',
    (event) => {
      if (event.target.closest('button[aria-keyshortcuts="Alt+S"]')) window.clicked = now()
    },
    true,
  )
  window.listen = async () => {
    const context = (window.ear ??= new AudioContext({ sampleRate: 48000 }))
    await context.resume()
    const analyser = context.createAnalyser()
    analyser.fftSize = 512
    const track = window.line.getReceivers()[0].track
    context.createMediaStreamSource(new MediaStream([track])).connect(analyser)
    const samples = new Float32Array(analyser.fftSize)
    window.heard = window.clicked = null
    const poll = setInterval(() => {
      analyser.getFloatTimeDomainData(samples)
      if (window.clicked && samples.some((sample) => Math.abs(sample) > 0.02)) {
        window.heard = now()
        clearInterval(poll)
      }
    }, 5)
  }
}

const painted = (page) =>
  page.evaluate(
    () =>
      new Promise((done) => {
        const first = () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime
        const look = () => (first() === undefined ? setTimeout(look, 5) : done(first()))
        look()
      }),
  )

// Each with an empty cache, as on the first day.
for (let n = 0; n < Number(loads); n++) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  const page = await context.newPage()
  await page.goto(`${desk}/desk/`)
  tell({ login_painted: await painted(page) })
  await context.close()
}

const page = await open(browser, desk, notes)
await page.getByLabel('User name').fill(user)
await page.getByLabel('Password').fill(password)
await page.keyboard.press('Enter')
await page.getByText('You are offline').waitFor()
for (let n = 0; n < Number(loads); n++) {
  await page.reload()
  await page.getByText('You are offline').waitFor()
  tell({ desk_painted: await painted(page), desk_usable: await page.evaluate(() => performance.now()) })
}
await page.locator('details summary', { hasText: 'No phone' }).click()
await page.getByRole('button', { name: 'in this browser' }).first().click()
await page.locator('details.ready').waitFor()
await page.keyboard.press('Escape')
await page.keyboard.press('Alt+KeyA')
await page.getByText('Ready for the next call').waitFor()
tell({ ready: true })

for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break
  const answer = page.getByRole('button', { name: /^Answer/ })
  await answer.waitFor({ timeout: 60_000 })
  await page.evaluate(() => window.listen())
  await answer.click()
  await page.waitForFunction(() => window.heard, null, { polling: 20 })
  tell(await page.evaluate(() => ({ clicked: window.clicked, heard: window.heard })))
  await page.getByText('Call ended').waitFor({ timeout: 60_000 })
  await page.getByText('Solved').first().click()
  await page.getByRole('button', { name: /^Finish/ }).click()
  await page.getByText('Ready for the next call').waitFor()
  tell({ finished: true })
}
await browser.close()
// Standard input is open still.
process.exit()
