// Where the console begins: takes the login code out of the URL, loads the catalogue, exchanges the code, reads, renders. Nothing
// is decided here.
import { I18nProvider } from '@lingui/react'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode, startTransition } from 'react'
import { createRoot } from 'react-dom/client'
import { answered, beginSession } from './api/begin'
import { makeCache } from './api/cache'
import { setCredential } from './api/credential'
import { toProblem } from './api/problem'
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

/** Lets the browser paint and hear keys before it goes on: a beginning in one piece keeps it from both for as long. */
const breath = () => new Promise((resolve) => { setTimeout(resolve) })

async function begin(): Promise<void> {
  const code = takeCodeFromUrl()
  await breath()
  if (import.meta.env.MODE === 'recorded') (await import('./testing/recorded')).installRecorded()
  const cache = makeCache()
  await Promise.all([activateLocale(new URLSearchParams(location.search).get('lang')), code === null ? beginSession(cache) : logIn(code)])
  await breath()
  const router = makeRouter(cache)
  // The static frame stands until the page's code is there and most of what it reads: one rendering instead of three.
  await breath()
  await router.load()
  await answered(cache)
  await breath()
  const place = document.getElementById('root')
  if (place === null) throw new Error('index.html has no #root')
  const page = createRoot(place)
  // As a transition, so that the browser can paint and hear keys in between.
  startTransition(() => page.render(
    <StrictMode>
      <I18nProvider i18n={i18n}>
        <QueryClientProvider client={cache}>
          <StreamProvider>
            <RouterProvider router={router} />
          </StreamProvider>
        </QueryClientProvider>
      </I18nProvider>
    </StrictMode>,
  ))
}

void begin()
