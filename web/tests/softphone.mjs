// The telephone in the page, against a real server and a real caller:
// node web/tests/softphone.mjs DESK CONTROL TONES, where tests/softphone.rs serves all three.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { complaints, launch, open, readable, shot } from './helpers.mjs'

const [desk, control, tones] = process.argv.slice(2)
assert(tones, 'usage: node web/tests/softphone.mjs DESK CONTROL TONES')

const CALLER_HZ = 500
const BEN_HZ = 1300
const SUE_HZ = 1700

const browsers = []
let anna
let ben
let sue
let call

/** An agent in a browser of their own, whose microphone hums. */
async function agent(id) {
  const browser = await launch([
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    `--use-file-for-fake-audio-capture=${tones}/${id}.wav`,
    '--allow-loopback-in-peer-connection',
    '--autoplay-policy=no-user-gesture-required',
  ])
  browsers.push(browser)
  const page = await open(browser, desk, listening)
  await page.getByLabel('User name').fill(id)
  await page.getByLabel('Password').fill('correct horse battery')
  await page.keyboard.press('Enter')
  await page.getByText('You are offline').waitFor()
  return page
}

/** Runs in the page before its own scripts: keeps the connections, to hear what the agent hears. */
function listening() {
  const Real = window.RTCPeerConnection
  window.heard = []
  window.RTCPeerConnection = class extends Real {
    constructor(...args) {
      super(...args)
      window.heard.push(this)
    }
  }
}

/** The loudest frequency that the agent hears, Hz; 0 for silence. */
function loudest(page) {
  return page.evaluate(async () => {
    const open = window.heard.filter((pc) => pc.connectionState === 'connected').at(-1)
    if (!open) return 0
    const context = (window.ear ??= new AudioContext({ sampleRate: 48000 }))
    await context.resume()
    const analyser = context.createAnalyser()
    analyser.fftSize = 8192
    analyser.smoothingTimeConstant = 0
    const source = context.createMediaStreamSource(new MediaStream([open.getReceivers()[0].track]))
    source.connect(analyser)
    await new Promise((done) => setTimeout(done, 400))
    const bins = new Float32Array(analyser.frequencyBinCount)
    analyser.getFloatFrequencyData(bins)
    source.disconnect()
    const best = bins.reduce((best, level, n) => (level > bins[best] ? n : best), 0)
    return bins[best] < -60 ? 0 : (best * context.sampleRate) / analyser.fftSize
  })
}

async function hearsTone(page, hz) {
  let last
  for (let tries = 0; tries < 30; tries++) {
    last = await loudest(page)
    if (Math.abs(last - hz) < 30) return
    await page.waitForTimeout(100)
  }
  throw new Error(`the agent hears ${last} Hz, not ${hz}`)
}

/** Looks some times: pulses leave gaps. */
async function neverHears(page, hz) {
  for (let tries = 0; tries < 6; tries++) {
    const last = await loudest(page)
    assert(Math.abs(last - hz) >= 30, `the agent hears ${last} Hz still`)
  }
}

async function ask(path) {
  const answer = await fetch(`${control}/${path}`, { method: 'POST' })
  assert.equal(answer.status, 200, path)
  return answer.json()
}

async function callerHears(what) {
  const { heard, ...rest } = await ask(`hears/${what}`)
  assert(heard, `the caller does not hear ${what}: ${JSON.stringify(rest)}`)
}

const events = async () => (await fetch(`${control}/events/${call}`)).json()

async function event(type, is = () => true) {
  for (let tries = 0; tries < 200; tries++) {
    const all = await events()
    const at = all.findLastIndex((event) => event.type === type && is(event))
    if (at >= 0) return { at, event: all[at] }
    await anna.waitForTimeout(50)
  }
  throw new Error(`the call never had ${type}`)
}

const button = (page, name) => page.getByRole('button', { name })

async function turnPhoneOn(page) {
  await page.locator('details summary', { hasText: 'No phone' }).click()
  await button(page, 'in this browser').first().click()
  await page.locator('details.ready').waitFor()
}

before(async () => {
  anna = await agent('anna')
})

after(async () => {
  for (const browser of browsers) await browser.close()
})

test('an agent without a phone is told, and has one with one click', async () => {
  await anna.getByText('No phone yet').waitFor()
  await readable(anna)
  await turnPhoneOn(anna)
  await readable(anna)
  await shot('20-phone', anna)
  await anna.keyboard.press('Escape')
  await anna.keyboard.press('Alt+KeyA')
  await anna.getByText('Ready for the next call').waitFor()
})

test('the card is there before the voice, and one click answers', async () => {
  call = await ask('dial')
  await anna.getByText('Rings here.').waitFor()
  await readable(anna)
  await shot('21-rings', anna)
  await event('card_shown')
  await button(anna, /^Answer/).click()
  const { at: bridged } = await event('bridged')
  const { at: shown } = await event('card_shown')
  assert(shown < bridged, 'the card comes before the voice')
  await anna.getByText('You talk with the caller').waitFor()
})

test('both sides hear each other', async () => {
  await callerHears('anna')
  await hearsTone(anna, CALLER_HZ)
})

test('whoever is muted cannot miss it and is not heard', async () => {
  await anna.keyboard.press('Alt+KeyU')
  await anna.getByText('You are muted.').waitFor()
  await callerHears('nothing')
  await readable(anna)
  await shot('22-muted', anna)
  await button(anna, /^Unmute/).click()
  await callerHears('anna')
})

test('keys go to the caller’s side', async () => {
  await anna.keyboard.press('Alt+KeyY')
  await button(anna, '5').click()
  await anna.keyboard.press('#')
  await readable(anna)
  for (let tries = 0; tries < 100; tries++) {
    const log = await (await fetch(`${control}/keys`)).json()
    if (/event: '5'/.test(log) && /event: '#'/.test(log)) return anna.keyboard.press('Alt+KeyY')
    await anna.waitForTimeout(50)
  }
  throw new Error(`no keys came: ${(await (await fetch(`${control}/keys`)).json()).slice(-2000)}`)
})

test('on hold the caller hears music, and then the agent again', async () => {
  await anna.keyboard.press('Alt+KeyH')
  await anna.getByText('On hold: the caller hears music').waitFor()
  await callerHears('music')
  await anna.keyboard.press('Alt+KeyH')
  await callerHears('anna')
})

test('a page that goes and comes back has the call where it was, and the caller was told', async () => {
  // A page that is quicker than a breath is not missed at all, so this one goes elsewhere first.
  await anna.goto('about:blank')
  await event('agent_away')
  await callerHears('music')
  await event('bot_said', ({ prompt }) => prompt === 'agent-away')
  await anna.goto(`${desk}/desk/`)
  await anna.getByText('You talk with the caller').waitFor()
  await event('agent_back')
  await callerHears('anna')
  await hearsTone(anna, CALLER_HZ)
})

test('a second tab does not fight, and takes the call with one click', async () => {
  const tab = await anna.context().newPage()
  await tab.addInitScript(listening)
  await tab.goto(`${desk}/desk/`)
  await tab.locator('details.elsewhere summary').click()
  await callerHears('anna')
  await button(tab, 'Use it here').click()
  await tab.locator('details.ready').waitFor()
  await anna.locator('details.elsewhere').waitFor()
  await callerHears('anna')
  await hearsTone(tab, CALLER_HZ)
  await tab.keyboard.press('Escape')
  await anna.close()
  anna = tab
})

test('a colleague is asked in another browser, and takes the call', async () => {
  ben = await agent('ben')
  await turnPhoneOn(ben)
  await ben.keyboard.press('Escape')
  await ben.keyboard.press('Alt+KeyA')
  await ben.getByText('Ready for the next call').waitFor()
  await anna.keyboard.press('Alt+KeyK')
  await anna.getByText('Ben Popescu').first().click()
  await anna.keyboard.press('Enter')
  await ben.getByText('Rings here. You talk with Anna Nowak first').waitFor()
  await ben.keyboard.press('Alt+KeyS')
  await event('consult_answered')
  await callerHears('music')
  await hearsTone(anna, BEN_HZ)
  await anna.keyboard.press('Alt+KeyG')
  await callerHears('ben')
  await hearsTone(ben, CALLER_HZ)
  await anna.getByText('Call ended').waitFor()
})

test('a supervisor listens to both sides, and nobody hears her', async () => {
  sue = await agent('sue')
  await turnPhoneOn(sue)
  await sue.keyboard.press('Escape')
  await sue.keyboard.press('Alt+KeyM')
  await sue.locator('table tbody tr').first().getByRole('button').first().click()
  await button(sue, /^Listen/).click()
  await sue.getByText('Nobody hears you').waitFor()
  await hearsTone(sue, CALLER_HZ)
  await hearsTone(sue, BEN_HZ)
  assert.equal(await sue.locator('details.ready summary meter').count(), 0, 'her microphone is off')
  await ben.getByText('Sue Ionescu listens').waitFor()
  await readable(sue)
  await shot('23-listens', sue)
  await callerHears('ben')
})

test('she speaks to the agent alone, also after a hold, and then to nobody', async () => {
  await button(sue, 'Speak to Ben Popescu alone').click()
  await sue.getByText('Ben Popescu hears you, the caller does not').waitFor()
  await hearsTone(ben, SUE_HZ)
  await hearsTone(ben, CALLER_HZ)
  await ben.getByText('Sue Ionescu speaks to you').waitFor()
  await readable(sue)
  await readable(ben)
  await shot('24-whispers', sue)
  await shot('25-whispered-to', ben)
  await callerHears('ben')
  await ben.keyboard.press('Alt+KeyH')
  await callerHears('music')
  await ben.keyboard.press('Alt+KeyH')
  await callerHears('ben')
  await hearsTone(ben, SUE_HZ)
  await button(sue, 'Only listen').click()
  await sue.getByText('Nobody hears you').waitFor()
  await sue.keyboard.press('Alt+KeyL')
  await button(sue, /^Listen/).waitFor()
  await neverHears(ben, SUE_HZ)
})

test('the wrap-up is saved, and the next call is declined and goes on', async () => {
  await anna.getByText('Solved').first().click()
  await button(anna, /^Finish/).click()
  await anna.getByText('Ready for the next call').waitFor()
  await button(ben, /^Hang up/).click()
  await event('agent_left', ({ agent }) => agent === 'ben')
  await ask('hang-up')
  await event('call_ended')
  call = await ask('dial')
  await anna.getByText('Rings here.').waitFor()
  await anna.keyboard.press('Alt+KeyD')
  await event('agent_refused', ({ refusal }) => refusal === 'declined')
  await ask('hang-up')
  assert.deepEqual(complaints, [])
})
