// A supervisor reads the reports: node web/tests/reports.mjs URL, where URL is the server of tests/desk.rs.
// With DUET_SHOTS=folder it leaves pictures there.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { complaints, launch, open, readable, shot } from './helpers.mjs'

const url = process.argv[2]
assert(url, 'usage: node web/tests/reports.mjs URL')

let browser
let page

before(async () => {
  browser = await launch()
  page = await open(browser, url)
})

after(() => browser?.close())

async function logIn(who, at) {
  await at.getByLabel('User name').fill(who)
  await at.getByLabel('Password').fill('correct horse')
  await at.keyboard.press('Enter')
}

const panel = (name) => page.getByRole('region', { name, exact: true })
const tile = (name) => page.getByRole('list', { name: 'At a glance' }).getByRole('button', { name })

test('an agent has no reports, by no way', async () => {
  const anna = await open(browser, url)
  await logIn('anna', anna)
  await anna.getByText('You are offline').first().waitFor()
  assert.equal(await anna.getByRole('button', { name: 'Reports' }).count(), 0)
  const status = (path) => anna.evaluate(async (path) => (await fetch(path)).status, path)
  assert.equal(await status('/desk/report'), 403)
  assert.equal(await status('/desk/report/calls'), 403)
  assert.equal(await status('/desk/report/call/past-00'), 403)
  await anna.context().close()
  complaints.length = 0
  assert.equal((await fetch(`${url}/desk/report`)).status, 401)
})

test('before any call the page says so and is whole', async () => {
  await logIn('ewa', page)
  await page.getByRole('button', { name: 'Reports' }).waitFor()
  await page.keyboard.press('Alt+KeyI')
  await page.getByRole('heading', { name: 'Reports' }).waitFor()
  await tile('Calls').getByText('0', { exact: true }).waitFor()
  await panel('Why people are called').getByText('Nothing of the kind in this time.').waitFor()
  await readable(page)
})

test('a week is told in numbers, pictures and tables', async () => {
  await fetch(`${url}/test/week/x`, { method: 'POST' })
  await page.getByRole('button', { name: '7 days' }).click()
  // The week begins at midnight six days ago: how many of the calls are in it depends on the hour.
  const expected = await page.evaluate(async () => {
    const now = new Date()
    const from = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 6).toISOString()
    const report = await (await fetch(`/desk/report?from=${from}`)).json()
    return report.now
  })
  assert(expected.calls >= 36 && expected.calls <= 42, `${expected.calls} calls`)
  await tile('Calls').getByText(String(expected.calls), { exact: true }).waitFor()
  await tile('Solved by the bot').getByText(`${Math.round(expected.resolution * 100)} %`).waitFor()
  await tile('Satisfied callers').getByText(`${Math.round(expected.csat.share * 100)} %`).waitFor()
  await tile('Satisfied callers').getByText(`${expected.csat.answers} answers, mean`).waitFor()
  assert.equal(await tile('Would recommend (NPS)').count(), 0, 'nobody was asked that')
  await panel('Why people are called').getByText('asks for a person').first().waitFor()
  await panel('Where callers fall silent').getByText('hung up at the question').first().waitFor()
  await panel('Handovers by queue').getByText('logistics').first().waitFor()
  const topics = panel('Topics: who should have them')
  await topics.getByText('parcel status').first().waitFor()
  const chart = page.getByRole('group', { name: /^Calls and what became of them/ })
  assert.equal(await chart.getByRole('button').count(), 7)
  const heights = await chart.locator('.part').evaluateAll((parts) => parts.map((part) => part.getBoundingClientRect().height))
  assert(heights.length >= 14 && heights.every((height) => height > 1), String(heights))
  await panel('Calls and what became of them').getByText('As a table').click()
  assert.equal(await panel('Calls and what became of them').locator('tbody tr').count(), 7)
  await panel('Calls and what became of them').getByText('As a table').click()
  await readable(page)
  await shot('20-reports', page)
  await panel('How long a handover takes').scrollIntoViewIfNeeded()
  await shot('20-reports-below', page)
})

test('a figure leads to its calls by keyboard, and a call to its words; each look is on record', async () => {
  const chart = page.getByRole('group', { name: /^Calls and what became of them/ })
  await chart.getByRole('button').first().focus()
  await page.keyboard.press('ArrowRight')
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: /^Calls: / }).waitFor()
  await page.locator('.behind tbody tr').first().waitFor()
  await tile('Upset callers').click()
  await page.getByRole('heading', { name: 'Calls: Upset callers' }).waitFor()
  await page.locator('.behind tbody tr').first().waitFor()
  const outcomes = await page.locator('.behind tbody tr td:nth-child(4)').allTextContents()
  assert.deepEqual([...new Set(outcomes)], ['caller gave up'])
  await page.locator('.behind tbody button').first().click()
  await page.locator('#transcript').getByText('Gdzie jest moja paczka?').waitFor()
  await page.locator('#transcript').getByText('anger 90 %').waitFor()
  assert.equal(await page.getByText('You may say').count(), 0)
  await readable(page)
  await shot('21-report-calls', page)
  const trail = await (await fetch(`${url}/test/audit`)).json()
  assert(trail.some(([who, action, call]) => who === 'ewa' && action === 'call_read' && call === 'past-03'))
  assert(trail.some(([who, action]) => who === 'ewa' && action === 'report_read'))
  await page.keyboard.press('Escape')
  await page.locator('#transcript').waitFor({ state: 'detached' })
  await page.keyboard.press('Escape')
  await page.getByRole('heading', { name: /^Calls: / }).waitFor({ state: 'detached' })
})

test('a table comes as CSV, and a filter narrows everything', async () => {
  const link = panel('Why people are called').getByRole('link', { name: 'Why people are called as CSV' })
  const [file] = await Promise.all([page.waitForEvent('download'), link.click()])
  assert.equal(file.suggestedFilename(), 'report.csv')
  const text = await page.evaluate(async (path) => (await fetch(path)).text(), await link.getAttribute('href'))
  assert.match(text, /^reason,calls\r\nasks_for_person,\d+\r\n$/)
  await page.getByLabel('Queue', { exact: true }).selectOption('logistics')
  await panel('Where callers fall silent').getByText('Nothing of the kind in this time.').waitFor()
  await page.getByLabel('Queue', { exact: true }).selectOption('')
  await panel('Where callers fall silent').getByText('hung up at the question').first().waitFor()
})

test('beside another program everything is still in reach, and nothing sticks out', async () => {
  await page.setViewportSize({ width: 640, height: 800 })
  // The charts are drawn anew after the page has got its new width.
  await page.waitForFunction(() => {
    const main = document.querySelector('main')
    return main.scrollWidth <= main.clientWidth
  })
  await readable(page)
  assert.deepEqual(complaints, [])
})
