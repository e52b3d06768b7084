// Renders a component as the console would: with its catalogue, a cache that tries nothing twice, and a stream that stays
// closed because nobody is logged in.
import { I18nProvider } from '@lingui/react'
import { i18n } from '@lingui/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { render } from '@testing-library/react'
import type { ReactNode } from 'react'
import { StreamProvider } from '@/stream/react'

export function renderInConsole(node: ReactNode) {
  i18n.loadAndActivate({ locale: 'en', messages: {} })
  const client = new QueryClient({ defaultOptions: { queries: { retry: false } } })
  return render(
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={client}><StreamProvider>{node}</StreamProvider></QueryClientProvider>
    </I18nProvider>,
  )
}
