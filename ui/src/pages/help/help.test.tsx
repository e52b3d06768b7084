import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { example } from '@/testing/recorded'
import { renderInConsole } from '@/testing/render'
import type { Doctor, Setting } from '@/api/types'
import { SettingList } from '../settings/setting-list'
import { Checks } from './checks'

afterEach(cleanup)

test('what is not in order comes first, with its fix to copy', () => {
  renderInConsole(<Checks checks={example<Doctor>('GET', '/api/v1/doctor').checks} />)
  const [first] = screen.getAllByRole('listitem')
  expect(first?.textContent).toContain('cluster demo')
  expect(first?.textContent).toContain('start the cluster')
  expect(screen.getAllByRole('button')).toHaveLength(1)
})

test('a setting says where it is from, and that it is locked there', () => {
  const { container } = renderInConsole(<SettingList settings={example<{ items: Setting[] }>('GET', '/api/v1/settings').items} />)
  expect(container.querySelectorAll('svg')).toHaveLength(1)
  expect(container.textContent).toContain('--mode')
})
