// How the console is built, served while it is made, and tested. It adds no plugin that the host's content policy would
// have to be loosened for: no inline script, no inline style element, no font, no other origin.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { transformAsync } from '@babel/core'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import type { Plugin } from 'vite'
import { defineConfig } from 'vitest/config'
import { modulesOf, patternsOf } from './scripts/patterns.mjs'

const host = process.env.KUBECHAT_URL ?? 'http://127.0.0.1:7080'

/** Turns Lingui's macros into calls with message ids. Only files that import a macro are read. */
function macros(): Plugin {
  return {
    name: 'lingui-macros',
    enforce: 'pre',
    async transform(code, id) {
      if (!/\.tsx?$/.test(id) || !/@lingui\/(core|react)\/macro/.test(code)) return null
      const made = await transformAsync(code, {
        filename: id,
        babelrc: false,
        configFile: false,
        sourceMaps: true,
        parserOpts: { plugins: ['typescript', 'jsx'] },
        plugins: ['@lingui/babel-plugin-lingui-macro'],
      })
      return made?.code == null ? null : { code: made.code, map: made.map ?? null }
    },
  }
}

/** As much of a built file as tells what it needs. */
interface Made {
  fileName: string
  isEntry?: boolean
  facadeModuleId?: string | null
  imports?: string[]
}

/** A page's own files: what its module became, with what that imports, without what every page loads anyway. */
function ownFiles(module: string, bundle: Record<string, Made>): string[] {
  const all = Object.values(bundle)
  const first = all.find(({ isEntry }) => isEntry)
  const page = all.find(({ facadeModuleId }) => facadeModuleId?.replace(/\.tsx?$/, '').endsWith(`/src/${module}`))
  if (page === undefined) throw new Error(`the build has no file for ${module}`)
  const needed = new Set<string>()
  const need = (name: string) => {
    if (needed.has(name) || name === first?.fileName) return
    needed.add(name)
    bundle[name]?.imports?.forEach(need)
  }
  need(page.fileName)
  return [...needed]
}

/**
 * Tells the host which addresses are pages, so that it answers them with the console and all others with 404, and which
 * files each needs beside the first, so that the browser hears of them with the page and not after the first script ran.
 */
function pages(): Plugin {
  return {
    name: 'pages',
    apply: 'build',
    generateBundle(_, bundle) {
      const router = readFileSync(fileURLToPath(new URL('./src/router.tsx', import.meta.url)), 'utf8')
      const needs = Object.fromEntries(modulesOf(router).map(([path, module]) => [path, ownFiles(module, bundle as Record<string, Made>)]))
      this.emitFile({ type: 'asset', fileName: 'routes.json', source: JSON.stringify({ routes: patternsOf(router), needs }) })
    },
  }
}

/** Small things that pages share: every page needs some, so they come with the first file instead of as one more; not a grid's own. */
const PARTS = /\/src\/(ui(?!\/grid)|api|pages)\/|\/features\/(begin|cluster|finding)\/|\/features\/objects\/(filter-box|has-logs|use-typed)/

/**
 * Everything the entry reaches without a dynamic import is one file, and what pages share of small things with it: the first
 * screen is few requests. What else some pages share is left to the bundler.
 */
function firstScreen(id: string, about: { getModuleInfo: (id: string) => ModuleAbout | null }): string | null {
  const seen = new Set<string>()
  const isEager = (module: string): boolean => {
    if (seen.has(module)) return false
    seen.add(module)
    const info = about.getModuleInfo(module)
    return info !== null && (info.isEntry || info.importers.some(isEager))
  }
  const isShared = PARTS.test(id) && (about.getModuleInfo(id)?.importers.length ?? 0) > 1
  return isShared || isEager(id) ? 'first' : null
}

interface ModuleAbout {
  isEntry: boolean
  importers: string[]
}

/** The host answers only requests that name it, and writes only from its own origin: the proxy speaks as that origin. */
const proxied = {
  target: host,
  changeOrigin: true,
  headers: { origin: host },
}

export default defineConfig({
  plugins: [macros(), react(), tailwindcss(), pages()],
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  server: { proxy: { '/api': proxied, '/readyz': proxied, '/version': proxied }, fs: { allow: ['..'] } },
  build: {
    outDir: 'dist',
    manifest: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: firstScreen }] } } },
  },
  test: {
    environment: 'happy-dom',
    include: ['src/**/*.test.{ts,tsx}'],
  },
})
