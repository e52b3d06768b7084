// Writes .br and .gz beside each built file over 1 KB, so that the host serves bytes and compresses nothing.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const SIZE_BYTES_MIN = 1024
const dist = new URL('../dist/', import.meta.url).pathname

for (const name of readdirSync(dist, { recursive: true })) {
  const path = join(dist, name)
  if (!statSync(path).isFile() || /\.(br|gz)$/.test(name) || name.startsWith('.')) continue
  const bytes = readFileSync(path)
  if (bytes.length < SIZE_BYTES_MIN) continue
  writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } }))
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }))
}
