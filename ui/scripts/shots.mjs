// Screenshots of every page named on the command line, per theme and width, to be looked at by people.
// usage: node scripts/shots.mjs CONSOLE_URL LOGIN_LINK FOLDER [PATH…]
import { mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'

const [base, link, folder, ...paths] = process.argv.slice(2)
const SIZES = { desktop: [1280, 800], phone: [390, 844], narrow: [320, 640] }
const SETTLE_MS = 1500

mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] })
const context = await browser.newContext()
const page = await context.newPage()
page.on('console', (message) => { if (['error', 'warning'].includes(message.type())) console.log(`${page.url()}: ${message.text()}`) })
page.on('pageerror', (error) => console.log(`${page.url()}: ${error.message}`))
await page.goto(`${base}/${new URL(link).hash}`)
await page.waitForTimeout(SETTLE_MS)

for (const theme of ['dark', 'light']) {
  await page.evaluate((value) => localStorage.setItem('kubechat-theme', value), theme)
  for (const [name, [width, height]] of Object.entries(SIZES)) {
    await page.setViewportSize({ width, height })
    for (const path of paths.length === 0 ? ['/', '/chat', '/plans', '/r', '/clusters', '/settings', '/help'] : paths) {
      await page.goto(base + path)
      await page.waitForTimeout(SETTLE_MS)
      const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)
      if (overflow > 0) console.log(`${path} ${name}: ${overflow} px wider than the screen`)
      await page.screenshot({ path: `${folder}/${path.replaceAll(/[^a-z0-9]+/gi, '-').replace(/^-|-$/g, '') || 'home'}-${name}-${theme}.png` })
    }
  }
}
await browser.close()
