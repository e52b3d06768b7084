// What the first screen costs, read from the built files: a row for each gate, with its limit and its aim. It judges and
// prints nothing.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'

const KB = 1024
// Names that nothing is ever asked of: XML namespaces, pages that texts and licences of libraries point to, and the example
// of a login link.
// A vendor: in the lines that begin with one, which people copy; the browser never asks it (the journeys count requests).
const SPOKEN_OF = /^https?:\/\/(www\.w3\.org|react\.dev|tanstack\.com|lingui\.dev|tailwindcss\.com|localhost|127\.0\.0\.1|github\.com\/syntax-tree\/hast-util-to-jsx-runtime|api\.anthropic\.com)\b/

/** @type {(dist: string) => import('./weigh.d.mts').Weighed} */
export function weigh(dist) {
  const manifest = JSON.parse(readFileSync(join(dist, '.vite/manifest.json'), 'utf8'))
  const entry = Object.keys(manifest).find((key) => manifest[key].isEntry)
  const eager = new Set()
  const reach = (key) => {
    if (eager.has(key)) return
    eager.add(key)
    for (const next of manifest[key].imports ?? []) reach(next)
  }
  reach(entry)

  const read = (file) => readFileSync(join(dist, file))
  const sum = (files, size) => files.reduce((total, file) => total + size(read(file)), 0)
  const gzip = (bytes) => gzipSync(bytes, { level: 9 }).length
  const brotli = (bytes) => brotliCompressSync(bytes).length

  const scripts = [...eager].map((key) => manifest[key].file)
  const page = read('index.html').toString()
  // Scripts the page itself names beside the entry (the theme before the first paint) are part of the first screen.
  for (const [, file] of page.matchAll(/<script[^>]+src="\/([^"]+)"/g)) if (!scripts.includes(file)) scripts.push(file)
  const styles = [...new Set([...eager].flatMap((key) => manifest[key].css ?? []))]
  const lazy = Object.entries(manifest).filter(([key, part]) => !eager.has(key) && part.file.endsWith('.js')).map(([, part]) => part.file)
  const largest = lazy.map((file) => [gzip(read(file)), file]).sort((a, b) => b[0] - a[0])[0] ?? [0, 'none']

  const all = readdirSync(dist, { recursive: true }).filter((file) => statSync(join(dist, file)).isFile())
  const fonts = all.filter((file) => /\.(woff2?|ttf|otf|eot)$/.test(file))
  const origins = new Set()
  for (const file of all.filter((file) => /\.(js|css|html)$/.test(file))) {
    for (const [address, origin] of read(file).toString().matchAll(/(https?:\/\/[a-z0-9.-]+)[\w./-]*/gi)) {
      if (!SPOKEN_OF.test(address)) origins.add(`${origin} in ${file}`)
    }
  }
  const inline = [...page.matchAll(/<script(?![^>]+src=)|<style|\son[a-z]+=|\sstyle=/g)].map(([text]) => text)
  const rows = [
    ['JavaScript before the first screen, gzip', sum(scripts, gzip) / KB, 170, 150, 'KB'],
    ['JavaScript before the first screen, brotli', sum(scripts, brotli) / KB, 150, 130, 'KB'],
    ['CSS, gzip', sum(styles, gzip) / KB, 20, 12, 'KB'],
    ['requests before the largest paint', 1 + scripts.length + styles.length, 8, 5, ''],
    [`largest lazy chunk, gzip (${largest[1]})`, largest[0] / KB, 160, 120, 'KB'],
    ['fonts', fonts.length, 0, 0, ''],
    ['other origins', origins.size, 0, 0, ''],
    ['inline scripts, styles and handlers in the page', inline.length, 0, 0, ''],
  ]
  return { rows, origins: [...origins] }
}
