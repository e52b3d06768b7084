// Fails when src/api/schema.d.ts is not what docs/openapi.json says today.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'kubechat-types-'))
const fresh = join(folder, 'schema.d.ts')
execFileSync('npx', ['openapi-typescript', '../docs/openapi.json', '--output', fresh], { stdio: ['ignore', 'ignore', 'inherit'] })
const same = readFileSync(fresh, 'utf8') === readFileSync('src/api/schema.d.ts', 'utf8')
rmSync(folder, { recursive: true })
if (!same) {
  console.error('src/api/schema.d.ts is older than docs/openapi.json: run `npm run types` and commit it')
  process.exit(1)
}
