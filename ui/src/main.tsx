// Where the console begins: takes the login code out of the URL, loads the catalogue, exchanges the code, renders. Nothing
// is decided here.
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { makeCache } from './api/cache'
import { setCredential } from './api/credential'
import { toProblem } from './api/problem'
import { sessionQuery } from './api/queries'
import { openSession } from './api/threads'
import { activateLocale, i18n } from './i18n'
import { makeRouter, setRefusedLink } from './router'
import { takeCodeFromUrl } from './shell/login-code'
import { StreamProvider } from './stream/react'
import './ui/tokens.css'

async function logIn(code: string): Promise<void> {
  try {
    await openSession(code)
  } catch (cause) {
    setRefusedLink(toProblem(cause))
    setCredential('out')
  }
}

async function begin(): Promise<void> {
  const code = takeCodeFromUrl()
  if (import.meta.env.MODE === 'recorded') (await import('./testing/recorded')).installRecorded()
  const cache = makeCache()
  // Who looks is asked before there is anything to look at: every page waits for it.
  if (code === null) void cache.prefetchQuery(sessionQuery)
  await Promise.all([activateLocale(new URLSearchParams(location.search).get('lang')), code === null ? undefined : logIn(code)])
  const place = document.getElementById('root')
  if (place === null) throw new Error('index.html has no #root')
  createRoot(place).render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={cache}>
          <StreamProvider>
            <RouterProvider router={makeRouter(cache)} />
          </StreamProvider>
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  )
}

void begin()
