// The journeys: a real browser on a real host on a real control plane. `cargo xtask test` runs them and says where
// things are. No retries: what fails once is looked at.
import { defineConfig, devices } from '@playwright/test'

const args = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']
const executablePath = process.env['KUBECHAT_CHROMIUM'] ?? '/usr/bin/chromium'

// By the file's own name: where the tree lies is anybody's choice.
const PHONE = /\/e2e\/journeys\/phone\.spec\.ts$/
const SCREENS = /\/e2e\/screens\.spec\.ts$/

export default defineConfig({
  testDir: 'e2e',
  fullyParallel: false,
  workers: 1,
  retries: 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  forbidOnly: true,
  reporter: [['list']],
  use: { launchOptions: { executablePath, args }, trace: 'off', contextOptions: { reducedMotion: 'reduce' } },
  projects: [
    { name: 'desktop', use: { ...devices['Desktop Chrome'], viewport: { width: 1280, height: 800 } }, testIgnore: [PHONE, SCREENS, /\/e2e\/measure\//] },
    { name: 'phone', use: { ...devices['Pixel 7'], viewport: { width: 390, height: 844 } }, testMatch: PHONE },
    // Made for docs/screens by `npm run screens` on the demo, and no test.
    ...(process.env['KUBECHAT_SCREENS'] ? [{ name: 'screens', testMatch: SCREENS }] : []),
    // For docs/benchmarks.md, by `cargo xtask bench`; no test either.
    ...(process.env['KUBECHAT_MEASURE'] ? [{ name: 'measure', testMatch: /e2e\/measure\/.*\.spec\.ts/, use: { actionTimeout: 15_000 } }] : []),
  ],
})
