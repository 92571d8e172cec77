// A day at the desk: node web/tests/desk.mjs URL, where URL is the server of tests/desk.rs.
// With DUET_SHOTS=folder it leaves pictures there.

import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { after, before, test } from 'node:test'
import { gzipSync } from 'node:zlib'
import { complaints, launch, open, readable, shot, telephone } from './helpers.mjs'

const url = process.argv[2]
assert(url, 'usage: node web/tests/desk.mjs URL')
const { step, event } = telephone(url)

/** What a browser loads of the page, scripts and styles, compressed. */
const PAGE_MAX_BYTES = 300_000

let browser
let page

before(async () => {
  browser = await launch()
  page = await open(browser, url)
})

after(() => browser?.close())

const sees = (text) => page.getByText(text, { exact: false }).first().waitFor()

test('a wrong password is refused without saying what was wrong', async () => {
  await page.getByLabel('User name').fill('anna')
  await page.getByLabel('Password').fill('wrong')
  await page.keyboard.press('Enter')
  await sees('Wrong name or password')
  await readable(page)
  await shot('01-login', page)
})

test('the agent logs in, is offline, and becomes available with one key', async () => {
  await page.getByLabel('Password').fill('correct horse')
  await page.keyboard.press('Enter')
  await sees('You are offline')
  const cookies = await page.context().cookies()
  const session = cookies.find((cookie) => cookie.name === 'duet_session')
  assert.deepEqual([session.httpOnly, session.sameSite], [true, 'Strict'])
  await page.keyboard.press('Alt+KeyA')
  await sees('Ready for the next call')
  await sees('logistics')
  await readable(page)
  await shot('02-available', page)
})

test('a message is read, listened to and seen to; who listened is on record', async () => {
  await step('message', 'm1')
  await sees('Proszę oddzwonić w sprawie paczki')
  await readable(page)
  await shot('02-message', page)
  const player = page.getByLabel('Message of Maria Wiśniewska')
  await player.evaluate((audio) => audio.play())
  await page.waitForFunction(() => document.querySelector('audio').duration === 1)
  const trail = await (await fetch(`${url}/test/audit`)).json()
  assert(trail.some(([who, action, call]) => who === 'anna' && action === 'message_played' && call === 'm1'))
  await page.getByRole('button', { name: 'Done' }).click()
  await page.getByText('Proszę oddzwonić').waitFor({ state: 'detached' })
  assert.equal((await event('m1', 'message_done')).by, 'anna')
})

test('earlier calls of the number are on the card, newest first, and open with the keyboard', async () => {
  await step('before', 'c0')
  await step('call', 'c1')
  await sees('Your phone rings')
  const thread = page.locator('section', { has: page.getByRole('heading', { name: 'Earlier contacts' }) })
  await thread.locator('.topic', { hasText: 'damage' }).waitFor()
  assert.deepEqual(await thread.locator('.topic').allTextContents(), ['damage', 'parcel status'])
  await thread.locator('summary').first().focus()
  await page.keyboard.press('Enter')
  await thread.getByText('Paid back 40 zł').nth(1).waitFor()
  await thread.getByText('Talked with').first().waitFor()
  const decline = await page.getByRole('button', { name: 'Decline' }).boundingBox()
  assert(decline.y + decline.height <= page.viewportSize().height, 'what can be done stays in sight')
  await page.keyboard.press('Enter')
})

test('the card is there, and known to be there, while the phone rings', async () => {
  await page.getByRole('heading', { name: 'Maria Wiśniewska' }).waitFor()
  await sees('Your phone rings')
  await sees('parcel no 9912345678 (confirmed)')
  await sees('Dzień dobry, mówi Anna Kowalska.')
  await sees('Asks for a person')
  await sees('+48601234567')
  assert.match(await page.getByRole('alert').first().textContent(), /Maria Wiśniewska.*logistics/s)
  assert.equal((await event('c1', 'card_shown')).agent, 'anna')
  await readable(page)
  await shot('03-ringing', page)
})

test('during the call the agent sees facts, the conversation, and where to go on', async () => {
  await step('bridge', 'c1')
  await sees('Continue here')
  assert.match(await page.locator('.continue').textContent(), /Łączę z koleżanką/)
  assert.match(await page.locator('.unheard').first().textContent(), /przesyłki/)
  await page.getByRole('button', { name: /^Copy/ }).click()
  await sees('Copied')
  await step('says', 'c1')
  await sees('Halo, jest tam ktoś?')
  await step('agent-says', 'c1')
  await sees('pani Mario')
  const log = page.locator('#transcript')
  const gap = await log.evaluate((box) => box.scrollHeight - box.scrollTop - box.clientHeight)
  assert(gap < 2, 'the newest sentence is in view')
  await readable(page)
  await shot('04-on-call', page)
})

test('notes are kept on the server and survive a reload in the middle of the call', async () => {
  await page.keyboard.press('Alt+KeyN')
  await page.keyboard.type('Prosi o telefon po 16:00 – zażółć')
  await page.getByText('Saved', { exact: true }).waitFor()
  await page.reload()
  await sees('Continue here')
  assert.equal(await page.getByLabel('Notes').inputValue(), 'Prosi o telefon po 16:00 – zażółć')
})

test('the page speaks Polish and Romanian', async () => {
  await page.getByLabel('Language').selectOption('pl')
  await sees('Tu kontynuuj')
  await page.getByLabel('Język').selectOption('ro')
  await sees('Continuați de aici')
  await page.getByLabel('Limbă').selectOption('en')
  await sees('Continue here')
})

/** The call's bar: what it says, in one line. */
const bar = async (who = page) => (await who.locator('.seat .state').textContent()).replace(/\s+/g, ' ')

/** Jan at a browser of his own. */
let jan

test('hold and back are one key, and nobody mistakes one for the other', async () => {
  assert.match(await bar(), /You talk with the caller/)
  await page.keyboard.press('Alt+KeyH')
  await sees('On hold: the caller hears music')
  await event('c1', 'hold_began')
  await page.getByRole('button', { name: 'Back to the caller' }).waitFor()
  assert.equal(await page.getByRole('button', { name: /^Hold/ }).count(), 0)
  await readable(page)
  await shot('05-hold', page)
  await page.reload()
  await sees('On hold: the caller hears music')
  await page.keyboard.press('Alt+KeyH')
  await sees('You talk with the caller')
  await event('c1', 'hold_ended')
})

test('a colleague is found by name, asked, and does not answer: the page says so', async () => {
  jan = await open(browser, url)
  await jan.getByLabel('User name').fill('jan')
  await jan.getByLabel('Password').fill('correct horse')
  await jan.keyboard.press('Enter')
  await jan.getByText('You are offline').waitFor()

  await page.keyboard.press('Alt+KeyK')
  await sees('Nobody else is at work')
  await jan.keyboard.press('Alt+KeyA')
  await page.getByRole('radio', { name: /Jan Nowak/ }).waitFor()
  await page.keyboard.type('now')
  await page.keyboard.press('Enter')
  await page.getByRole('button', { name: 'Ask: Jan Nowak' }).waitFor()
  await readable(page)
  await page.keyboard.press('Enter')
  await sees('The phone of Jan Nowak rings')
  await jan.getByText('Anna Kowalska asks you about this call').first().waitFor()
  await jan.getByText('You talk with Anna Kowalska first').waitFor()
  await step('colleague-silent', 'c1')
  await sees('Jan Nowak did not answer. You have the caller again.')
  assert.match(await bar(), /You talk with the caller/)
  await jan.getByText('Your phone was not answered').waitFor()
})

test('a question that is taken back leaves the colleague alone', async () => {
  await jan.keyboard.press('Alt+KeyA')
  await ask()
  await page.keyboard.press('Alt+KeyH')
  await sees('You talk with the caller')
  await jan.getByText('The question was withdrawn').waitFor()
})

test('the colleague advises, all three talk, and the call may be given away', async () => {
  await ask()
  await step('colleague-answers', 'c1')
  await sees('You talk with Jan Nowak')
  await jan.getByText('You advise Anna Kowalska').waitFor()
  assert.equal(await jan.getByRole('button', { name: 'All three' }).count(), 0, 'whoever is asked commands nothing')
  await readable(page)
  await shot('06-asking', page)
  await page.keyboard.press('Alt+KeyJ')
  await sees('You, Jan Nowak and the caller')
  await jan.getByText('You, Anna Kowalska and the caller').waitFor()
  await page.getByRole('button', { name: 'Give the call to Jan Nowak' }).waitFor()
  await page.keyboard.press('Alt+KeyH')
  await sees('You talk with the caller')
  await jan.getByRole('heading', { name: 'Result' }).waitFor()
})

test('a call is passed on with a note, the panel closes with Escape, and a refusal changes nothing', async () => {
  await page.keyboard.press('Alt+KeyX')
  await page.getByRole('radio', { name: /payments/ }).waitFor()
  await page.keyboard.press('Escape')
  assert.equal(await page.getByRole('radio', { name: /payments/ }).count(), 0)
  assert.equal(await page.evaluate(() => document.activeElement.id), 'call-transfer')
  await readable(page)
  // Another page of this agent gives a command that makes no sense any more.
  const answer = await refused(page, { type: 'command', call_id: 'c1', command: { do: 'complete_transfer' } })
  assert.equal(answer.code, 'nobody_asked')
  assert.match(await bar(), /You talk with the caller/)
})

/** What the server says to a message of this browser that it does not obey. */
function refused(who, message) {
  return who.evaluate(
    (message) =>
      new Promise((resolve) => {
        const socket = new WebSocket(`ws://${location.host}/desk/ws`)
        socket.onopen = () => socket.send(JSON.stringify(message))
        socket.onmessage = (event) => {
          const answer = JSON.parse(event.data)
          if (answer.type === 'error') {
            socket.close()
            resolve(answer)
          }
        }
      }),
    message,
  )
}

async function ask() {
  await page.keyboard.press('Alt+KeyK')
  await page.getByRole('radio', { name: /Jan Nowak/ }).waitFor()
  await page.getByRole('radio', { name: /Jan Nowak/ }).check()
  await page.getByRole('button', { name: 'Ask: Jan Nowak' }).click()
  await sees('The phone of Jan Nowak rings')
}

test('the wrap-up is found by typing, saved by Enter, and the next call may come', async () => {
  await step('hang-up', 'c1')
  await sees('Call ended')
  await readable(page)
  const summary = page.locator('.judge', { hasText: 'Was the summary right?' })
  await summary.getByRole('button', { name: 'No', exact: true }).click()
  assert.equal((await event('c1', 'summary_judged')).right, false)
  await summary.getByRole('button', { name: 'Yes', exact: true }).click()
  await summary.locator('[aria-pressed="true"]', { hasText: 'Yes' }).waitFor()
  await shot('08-wrap-up', page)
  const wide = page.viewportSize()
  await page.setViewportSize({ width: wide.width / 2, height: wide.height })
  const finish = await page.getByRole('button', { name: 'Finish' }).boundingBox()
  const notes = await page.getByLabel('Notes').boundingBox()
  const free = finish.x >= notes.x + notes.width || finish.y + finish.height <= notes.y
  assert(free && finish.y + finish.height <= wide.height, 'at half width the button is in sight and free')
  await page.setViewportSize(wide)
  await page.keyboard.press('Alt+KeyW')
  await page.keyboard.type('follow')
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  const wrapUp = await event('c1', 'wrap_up')
  assert.deepEqual([wrapUp.code, wrapUp.note, wrapUp.agent], ['follow_up', 'Prosi o telefon po 16:00 – zażółć', 'anna'])
  await sees('Ready for the next call')
})

test('a call goes to another queue with a word for whoever is next', async () => {
  await step('call', 'c3')
  await sees('Your phone rings')
  await step('bridge', 'c3')
  await sees('You talk with the caller')
  await page.keyboard.press('Alt+KeyX')
  await page.getByRole('radio', { name: /payments/ }).check()
  await page.getByLabel('What the next one should know').fill('Zwrot 40 zł')
  await shot('07-pass-on', page)
  await page.keyboard.press('Control+Enter')
  await sees('Call ended')
  const passed = await event('c3', 'transferred')
  assert.deepEqual([passed.to, passed.note], [{ queue: 'payments' }, 'Zwrot 40 zł'])
  await finish('other')
  await step('hang-up', 'c3')
})

test('a caller goes back to the bot with what was agreed', async () => {
  await step('call', 'c4')
  await sees('Your phone rings')
  await step('bridge', 'c4')
  await sees('You talk with the caller')
  await page.keyboard.press('Alt+KeyB')
  await page.getByLabel('What you agreed with the caller').fill('new day: Friday')
  await page.keyboard.press('Control+Enter')
  await sees('Call ended')
  assert.equal((await event('c4', 'given_back')).note, 'new day: Friday')
  await finish('other')
  await step('hang-up', 'c4')
})

/** Saves the wrap-up with the first code that is found. */
async function finish(code) {
  await page.keyboard.press('Alt+KeyW')
  await page.keyboard.type(code)
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await sees('Ready for the next call')
}

test('a declined call leaves the screen and says where it went', async () => {
  await step('call', 'c2')
  await sees('Your phone rings')
  await sees('parcel no 9912345678 (confirmed)')
  await sees('Dzień dobry, mówi Anna Kowalska.')
  await page.keyboard.press('Alt+KeyD')
  await sees('You declined')
  assert.equal(await page.locator('.banner').count(), 0)
  await step('hang-up', 'c2')
})

/** Ewa at a browser of her own, who supervises. */
let ewa

test('a supervisor sees every call, the riskiest first, and an agent does not', async () => {
  assert.equal(await page.getByRole('button', { name: 'All calls' }).count(), 0)
  assert.equal((await refused(page, { type: 'open_wall' })).code, 'not_allowed')
  assert.equal((await refused(page, { type: 'watch', call_id: 'c5' })).code, 'not_allowed')

  await step('call', 'c5')
  await sees('Your phone rings')
  await step('bridge', 'c5')
  ewa = await open(browser, url)
  await ewa.getByLabel('User name').fill('ewa')
  await ewa.getByLabel('Password').fill('correct horse')
  await ewa.keyboard.press('Enter')
  await ewa.getByRole('button', { name: 'All calls' }).waitFor()
  await ewa.keyboard.press('Alt+KeyM')
  await ewa.getByRole('heading', { name: 'Live calls' }).waitFor()
  await step('angry', 'b1')
  await ewa.getByText('bot repeats itself').waitFor()
  const rows = await ewa.locator('tbody tr').allTextContents()
  assert.equal(rows.length, 2)
  assert.match(rows[0], /anger 90/)
  assert.match(rows[1], /Anna Kowalska/)
  await ewa.locator('aside li', { hasText: 'Anna Kowalska' }).getByText('On a call').waitFor()
  await readable(ewa)
  await shot('09-all-calls', ewa)
})

test('whoever watches reads every word, how sure it is and what was felt; both ends are on record', async () => {
  await ewa.locator('tbody button').nth(1).focus()
  await ewa.keyboard.press('ArrowUp')
  await ewa.keyboard.press('Enter')
  await ewa.getByText('anger 90 %, frustration 62 %').waitFor()
  await ewa.getByText(/recognised with\s*87 %/).first().waitFor()
  await ewa.getByText('understood: no topic 21 %').waitFor()
  await step('says', 'b1')
  await ewa.getByText('Halo, jest tam ktoś?').waitFor()
  await readable(ewa)
  await shot('10-watching', ewa)
  await ewa.keyboard.press('Escape')
  await ewa.getByText('This look is in the audit trail').waitFor({ state: 'detached' })
  const expected = [
    ['ewa', 'wall_opened', null],
    ['ewa', 'call_watched', 'b1'],
    ['ewa', 'watch_ended', 'b1'],
  ]
  const looks = async () => (await (await fetch(`${url}/test/audit`)).json()).filter(([who]) => who === 'ewa')
  assert.deepEqual(await until(looks, (trail) => trail.length === 3), expected)
})

test('a call that ends leaves the wall, and the wall is there again after a reload', async () => {
  await ewa.reload()
  await ewa.getByText('bot repeats itself').waitFor()
  await step('hang-up', 'b1')
  await ewa.locator('tbody tr', { hasText: 'bot repeats itself' }).waitFor({ state: 'detached' })
  await ewa.keyboard.press('Alt+KeyM')
  await ewa.getByText('You are offline').waitFor()
  await step('hang-up', 'c5')
  await finish('other')
})

test('two hundred calls at once are all on the wall, found by typing, and opened with one key', async () => {
  await ewa.keyboard.press('Alt+KeyM')
  await step('crowd', 'many')
  await until(() => ewa.locator('tbody tr').count(), (rows) => rows === 200)
  assert.equal(await ewa.locator('tbody tr').count(), 200)
  await ewa.getByLabel('Live calls: Search').fill('wisniewska')
  await ewa.locator('tbody button').first().focus()
  await ewa.keyboard.press('Enter')
  await ewa.getByText('Gdzie jest moja paczka').waitFor()
  await ewa.keyboard.press('Escape')
})

/** Asks until the answer is right, and returns it; the last one when it never is. */
async function until(ask, right) {
  let answer
  for (let tries = 0; tries < 200; tries++) {
    answer = await ask()
    if (right(answer)) break
    await page.waitForTimeout(50)
  }
  return answer
}

test('a second tab shows the same and does not disturb the first', async () => {
  const second = await page.context().newPage()
  await second.goto(`${url}/desk/`)
  await second.getByText('Ready for the next call').waitFor()
  await second.getByLabel('Reason of the pause').selectOption('lunch')
  await second.getByText('Pause · Lunch').waitFor()
  await sees('Pause · Lunch')
  await second.close()
})

test('another site cannot speak for the agent', async () => {
  const foreign = await fetch(`${url}/desk/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: 'http://evil.example' },
    body: '{}',
  })
  assert.equal(foreign.status, 403)
})

/** The status of a WebSocket's opening request. */
function opening(headers) {
  const upgrade = {
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
  }
  return new Promise((resolve, reject) => {
    const opened = request(`${url}/desk/ws`, { headers: { ...upgrade, ...headers } })
    opened.on('upgrade', (answer, socket) => {
      socket.destroy()
      resolve(answer.statusCode)
    })
    opened.on('response', (answer) => {
      answer.resume()
      resolve(answer.statusCode)
    })
    opened.on('error', reject)
    opened.end()
  })
}

test('the WebSocket opens for the session of this page only', async () => {
  const session = (await page.context().cookies()).find((cookie) => cookie.name === 'duet_session')
  const cookie = `duet_session=${session.value}`
  assert.equal(await opening({ cookie, origin: url }), 101)
  assert.equal(await opening({ cookie, origin: 'http://evil.example' }), 403)
  assert.equal(await opening({ origin: url }), 401)
  assert.equal(await opening({ cookie: 'duet_session=0000', origin: url }), 401)
})

test('five wrong passwords lock a name out, and an unknown name gets the same answer', async () => {
  const login = async (user, password) => {
    const answer = await fetch(`${url}/desk/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ user, password }),
    })
    return [answer.status, await answer.text()]
  }
  const wrong = await login('jan', 'wrong')
  assert.equal(wrong[0], 401)
  assert.deepEqual(await login('nobody', 'wrong'), wrong)
  for (let tries = 0; tries < 4; tries++) await login('jan', 'wrong')
  assert.deepEqual(await login('jan', 'correct horse'), wrong)
})

test('after logging out the desk is closed and the session is gone', async () => {
  const session = (await page.context().cookies()).find((cookie) => cookie.name === 'duet_session')
  await page.getByRole('button', { name: 'Log out' }).click()
  await page.getByLabel('User name').waitFor()
  const me = await page.evaluate(async () => (await fetch('/desk/me')).status)
  assert.equal(me, 401)
  assert.equal(await opening({ cookie: `duet_session=${session.value}`, origin: url }), 401)
})

test('the page broke no rule of its own policy', () => {
  assert.deepEqual(complaints, [])
})

test('the page is small enough to be there at once', () => {
  const folder = new URL('../dist/assets/', import.meta.url)
  const files = readdirSync(folder).filter((name) => /\.(js|css)$/.test(name))
  assert(files.length >= 2, 'there are scripts and styles')
  const bytes = files.map((name) => gzipSync(readFileSync(new URL(name, folder))).length).reduce((a, b) => a + b)
  assert(bytes < PAGE_MAX_BYTES, `${bytes} bytes compressed`)
})
