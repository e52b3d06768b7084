// How the editor looks: the console's own tokens, which reach into a shadow root, so that the themes and forced colours need
// nothing here. It overrides every colour and picture of CodeMirror's own sheets: those are fixed, and pictures in `data:`
// addresses are refused by the content policy.
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

const button = {
  font: 'inherit', color: 'var(--ink)', background: 'var(--raised)', border: '1px solid var(--line)', borderRadius: '6px', padding: '2px 8px', textTransform: 'none',
  '&:hover': { background: 'var(--hover)' },
}

const underlined = (color: string) => ({ backgroundImage: 'none', textDecoration: `underline wavy ${color}`, textUnderlineOffset: '3px', textDecorationSkipInk: 'none' })

const frame = EditorView.theme({
  '&': { height: '100%', color: 'var(--ink)', backgroundColor: 'var(--bg)', fontSize: '0.75rem' },
  '&.cm-focused': { outline: '2px solid var(--accent)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'inherit', lineHeight: '1.25rem', overflow: 'auto' },
  '.cm-content': { caretColor: 'var(--ink)', padding: '0.5rem 0' },
  '.cm-line': { padding: '0 1rem 0 0.5rem' },
  '.cm-line::selection, .cm-line ::selection': { backgroundColor: 'var(--accent-soft)' },
  '.cm-gutters': { backgroundColor: 'var(--raised)', color: 'var(--ink-3)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.5rem', padding: '0 0.5rem 0 0.25rem' },
  '.cm-activeLineGutter': { backgroundColor: 'var(--hover)', color: 'var(--ink)' },
  '.cm-marked': { border: '1px solid var(--warn)', borderRadius: '2px', color: 'var(--warn)', padding: '0 2px', margin: '0 1px', fontSize: '0.85em' },
  '.cm-matchingBracket, .cm-nonmatchingBracket': { backgroundColor: 'var(--hover)' },
})

const search = EditorView.theme({
  '.cm-panels': { backgroundColor: 'var(--surface)', color: 'var(--ink)', borderColor: 'var(--line)', fontFamily: 'ui-sans-serif, system-ui, sans-serif' },
  '.cm-panels-top': { borderBottom: '1px solid var(--line)' },
  '.cm-panel.cm-search, .cm-panel.cm-dialog': { padding: '0.5rem 2.5rem 0.25rem 0.75rem' },
  '.cm-panel.cm-search label': { fontSize: 'inherit', color: 'var(--ink-2)' },
  '.cm-panel.cm-search input[type=checkbox]': { accentColor: 'var(--accent-fill)', verticalAlign: 'middle' },
  '.cm-panel.cm-search [name=close], .cm-panel .cm-dialog-close': { fontSize: '1.25rem', width: '1.75rem', height: '1.75rem', top: '0.25rem', right: '0.25rem', color: 'var(--ink-2)', borderRadius: '6px' },
  '.cm-textfield': { font: 'inherit', color: 'var(--ink)', backgroundColor: 'var(--bg)', border: '1px solid var(--line-strong)', borderRadius: '6px', padding: '2px 6px', maxWidth: '100%' },
  '.cm-textfield::placeholder': { color: 'var(--ink-3)', opacity: '1' },
  '.cm-button': { ...button, backgroundImage: 'none' },
  '.cm-panels :focus-visible': { outline: '2px solid var(--accent)', outlineOffset: '1px' },
  '.cm-searchMatch': { backgroundColor: 'var(--warn-soft)', outline: '1px solid var(--warn)' },
  '.cm-searchMatch-selected': { backgroundColor: 'var(--warn-soft)', outline: '2px solid var(--warn)' },
})

const lint = EditorView.theme({
  '.cm-lintRange-error': underlined('var(--bad)'),
  '.cm-lintRange-warning': underlined('var(--warn)'),
  '.cm-lintRange-active': { backgroundColor: 'var(--hover)' },
  '.cm-lintPoint:after': { borderBottomColor: 'var(--bad)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', color: 'var(--ink)', border: '1px solid var(--line-strong)', borderRadius: '6px', maxWidth: 'min(30rem, 80vw)' },
  '.cm-diagnostic': { fontFamily: 'ui-sans-serif, system-ui, sans-serif', padding: '4px 8px' },
  '.cm-diagnostic-error': { borderLeft: '4px solid var(--bad)' },
  '.cm-diagnostic-warning': { borderLeft: '4px solid var(--warn)' },
})

const sign = { position: 'absolute', left: '0.5rem', fontWeight: '600' }

const changes = EditorView.theme({
  // Signs, because colours alone say nothing to some, and nothing at all where colours are forced.
  '&.cm-merge-b .cm-line, .cm-deletedLine': { position: 'relative', paddingLeft: '1.25rem' },
  '&.cm-merge-b .cm-changedLine::before': { ...sign, content: '"+"', color: 'var(--ok)' },
  '.cm-deletedLine::before': { ...sign, content: '"-"', color: 'var(--bad)' },
  '.cm-deletedChunk': { backgroundColor: 'var(--bad-soft)', paddingLeft: '0' },
  '.cm-deletedChunk .cm-deletedText': { background: 'none', textDecoration: 'line-through', textDecorationColor: 'var(--bad)' },
  '&.cm-merge-b .cm-changedLine': { backgroundColor: 'var(--ok-soft)' },
  '&.cm-merge-b .cm-changedText': { background: 'none', borderBottom: '1px solid var(--ok)' },
  '&.cm-merge-b .cm-changedLineGutter': { background: 'var(--ok)' },
  '.cm-deletedLineGutter': { background: 'var(--bad)' },
  '.cm-collapsedLines': { background: 'var(--surface)', color: 'var(--ink-2)', borderBlock: '1px solid var(--line)', padding: '2px 1.25rem', '&:hover': { background: 'var(--hover)' }, '&:before, &:after': { content: '"…"' } },
})

const words = HighlightStyle.define([
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--accent)' },
  { tag: [tags.comment, tags.meta], color: 'var(--ink-3)' },
  { tag: [tags.string, tags.content], color: 'var(--ink)' },
  { tag: [tags.typeName, tags.labelName, tags.keyword], color: 'var(--prod)' },
  { tag: [tags.separator, tags.punctuation, tags.squareBracket, tags.brace], color: 'var(--ink-2)' },
])

export const looks = [frame, search, lint, changes, syntaxHighlighting(words)]
