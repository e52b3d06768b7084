// What is too small for a finger on a page that is shown: controls under 44 px either way, and fields whose text is so small
// that an iPhone zooms into them. What stands within a sentence keeps to its line, as WCAG 2.5.5 lets it; what only a screen
// reader meets, and the box of a label that is itself large enough, are no targets.
import type { Page } from '@playwright/test'

const FINGER_PX = 44
const FIELD_TEXT_PX = 16

export const small = (page: Page): Promise<string[]> =>
  page.evaluate(([finger, text]) => {
    const told = (own: Element, why: string) => `${own.localName} “${(own.getAttribute('aria-label') ?? own.textContent ?? '').slice(0, 40)}” ${why}`
    const isLess = (own: Element) => {
      const { width, height } = own.getBoundingClientRect()
      return width > 1 && Math.min(Math.round(width), Math.round(height)) < finger
    }
    const pressed = [...document.querySelectorAll('button:not(.in-text), [role=tab], .touch, label:has(> input)')].filter((own) => own.checkVisibility() && (own.localName === 'label' ? Math.round(own.getBoundingClientRect().height) < finger : isLess(own)))
    const fields = [...document.querySelectorAll('input:not([type=checkbox], [type=radio]), select, textarea')].filter((own) => own.checkVisibility() && parseFloat(getComputedStyle(own).fontSize) < text)
    const size = (own: Element) => `${Math.round(own.getBoundingClientRect().width)} × ${Math.round(own.getBoundingClientRect().height)} px`
    return [...pressed.map((own) => told(own, size(own))), ...fields.map((own) => told(own, `text of ${getComputedStyle(own).fontSize}`))]
  }, [FINGER_PX, FIELD_TEXT_PX] as const)
