import { cleanup, screen } from '@testing-library/react'
import { afterEach, expect, test } from 'vitest'
import { renderInConsole } from '@/testing/render'
import Markdown from './markdown'
import { MARKDOWN_CHARS_MAX, Written } from './written'

afterEach(cleanup)

const show = (text: string): HTMLElement => renderInConsole(<Markdown text={text} />).container

/** Whatever could load, run, be followed, be filled in or change how the page looks. */
const ACTS = 'a, img, picture, script, style, link, meta, base, iframe, frame, object, embed, form, input, button, textarea, select, svg, math, video, audio, source, template, [href], [src], [srcset], [style], [id], [name], [onerror], [onclick], [onload], [target], [action], [data-x]'

test.each([
  ['a link', '[click](https://evil.example/)'],
  ['a link that runs', '[click](javascript:alert(1))'],
  ['a link by reference', '[click][1]\n\n[1]: https://evil.example/ "title"'],
  ['an address in brackets', '<https://evil.example/> <mail@evil.example>'],
  ['a bare address', 'see https://evil.example/ and www.evil.example'],
  ['an image', '![pixel](https://evil.example/p.png?leak=1)'],
  ['an image by reference', '![pixel][p]\n\n[p]: https://evil.example/p.png'],
  ['an image inside of a link', '[![p](https://evil.example/p.png)](https://evil.example/)'],
  ['an image in HTML', '<img src="https://evil.example/p.png" onerror="alert(1)">'],
  ['a script', '<script>alert(1)</script>\n\ntext'],
  ['a style', '<style>body{display:none}</style>\n\n<p style="position:fixed">text</p>'],
  ['a form', '<form action="https://evil.example/"><input name="token"><button>Go</button></form>'],
  ['a frame', '<iframe src="https://evil.example/"></iframe>'],
  ['an SVG', '<svg onload="alert(1)"><use href="https://evil.example/#x"/></svg>'],
  ['HTML in a list', '- one\n- <b onclick="alert(1)" id="root" data-x="1">two</b>'],
  ['a name that clobbers', '<a id="main" name="body">x</a>'],
  ['HTML by entities', '&lt;img src=x onerror=alert(1)&gt;'],
])('%s does nothing', (_, text) => {
  const shown = show(text)
  expect([...shown.querySelectorAll(ACTS)].map(({ outerHTML }) => outerHTML)).toEqual([])
})

test('where a link or an image points is there to be read, whatever its scheme', () => {
  const shown = show('[docs](https://docs.example/a) ![pixel](https://evil.example/p.png) [run](javascript:alert)')
  expect(shown.textContent).toContain('docs (https://docs.example/a)')
  expect(shown.textContent).toContain('pixel (https://evil.example/p.png)')
  expect(shown.textContent).toContain('run (javascript:alert)')
})

test.each([
  ['in a paragraph', '\u202eabc \u200b \u001b[31mred'],
  ['in emphasis', '**\u202eabc\u200b\u001b[31mred**'],
  ['in code', '`\u202eabc\u200b\u001b[31mred`'],
  ['in a block of code', '```\n\u202eabc\u200b\u001b[31mred\n```'],
  ['in a heading', '# \u202eabc\u200b\u001b[31mred'],
  ['in a list', '- \u202eabc\u200b\u001b[31mred'],
  ['in an address', '[x](https://a.example/\u202eabc\u200b\u001b[31mred)'],
])('what hides is visible %s', (_, text) => {
  const { textContent } = show(text)
  // An address comes with what it hides written in per cent.
  expect(textContent).toMatch(/U\+202E|%E2%80%AE/)
  expect(textContent).toMatch(/U\+200B|%E2%80%8B/)
  expect(textContent).toMatch(/ESC\[31m|%1B/)
  expect(textContent).not.toMatch(/[\u202e\u200b\u001b]/)
})

test('it adds no heading to the page, and is read as Markdown all the same', () => {
  const shown = show('# Cause\n\n1. `web` has **no** memory\n2. scale it\n\n> so it says')
  expect(shown.querySelectorAll('h1, h2, h3, h4, h5, h6')).toHaveLength(0)
  expect([...shown.querySelectorAll('ol > li')].map((item) => item.textContent?.trim())).toEqual(['web has no memory', 'scale it'])
  expect(shown.querySelector('code')?.textContent).toBe('web')
  expect(shown.querySelector('strong')?.textContent).toBe('no')
  expect(shown.querySelector('blockquote')?.textContent?.trim()).toBe('so it says')
})

test('only what a model wrote is read as Markdown, once its reader is there', async () => {
  renderInConsole(<Written text="**bold**" byModel={false} />)
  expect(screen.getByText('**bold**')).toBeTruthy()
  cleanup()
  renderInConsole(<Written text="**bold**" byModel />)
  expect((await screen.findByText('bold')).closest('strong')).toBeTruthy()
})

test('a text that is too long for a reader is shown as it came', () => {
  renderInConsole(<Written text={`**bold** ${'a'.repeat(MARKDOWN_CHARS_MAX)}`} byModel />)
  expect(screen.getByText(/^\*\*bold\*\*/)).toBeTruthy()
})
