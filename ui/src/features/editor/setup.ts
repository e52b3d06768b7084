// The editor itself: CodeMirror in a root it is given, with YAML, search, undo and warnings. It holds the text; what is done
// with it is the caller's. Selection and cursor are the browser's own, which forced colours and phones know how to draw.
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { yaml } from '@codemirror/lang-yaml'
import { bracketMatching, indentUnit } from '@codemirror/language'
import { forceLinting, linter, lintKeymap, type Diagnostic } from '@codemirror/lint'
import { diff, unifiedMergeView } from '@codemirror/merge'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, Transaction, type Extension } from '@codemirror/state'
import { EditorView, highlightActiveLineGutter, highlightSpecialChars, keymap, lineNumbers } from '@codemirror/view'
import { MARKED_CHAR, codePoint } from '@/ui/inert-text'
import { problemsOf, type TextProblem } from './problems'
import { looks } from './theme'

const LINT_PAUSE_MS = 300

export interface EditorAsk {
  root: ShadowRoot
  text: string
  label: string
  /** Id of an element in the root that describes it. */
  describedBy: string
  /** CodeMirror's own words by their English. */
  phrases: Record<string, string>
  say: (problem: TextProblem) => string
  base: () => string
  onText: (text: string) => void
  onProblems: (problems: TextProblem[]) => void
  onCheck: () => void
}

export interface Editor {
  /** Shows what differs from this text, or nothing of the kind. */
  compare(original: string | null): void
  tabIndents(does: boolean): void
  /** Puts another text in place of this one; undo still takes back only what was typed. */
  put(text: string): void
  goTo(line: number): void
  lint(): void
  destroy(): void
}

/** A character that acts or hides, as a mark that says which one it is. */
function marked(code: number, description: string | null): HTMLElement {
  const mark = document.createElement('span')
  mark.className = 'cm-marked'
  mark.textContent = codePoint(String.fromCodePoint(code))
  if (description !== null) mark.title = description
  return mark
}

const compared = (original: string | null): Extension =>
  original === null ? [] : unifiedMergeView({ original, mergeControls: false, collapseUnchanged: { margin: 3, minSize: 6 } })

export function makeEditor(ask: EditorAsk): Editor {
  const comparison = new Compartment()
  const tab = new Compartment()
  const source = (view: EditorView): Diagnostic[] => {
    const problems = problemsOf(ask.base(), view.state.doc.toString())
    ask.onProblems(problems)
    return problems.map((problem) => ({ from: problem.from, to: problem.to, severity: problem.what === 'syntax' ? 'error' : 'warning', message: ask.say(problem) }))
  }
  const check = () => {
    ask.onCheck()
    return true
  }
  const view = new EditorView({
    root: ask.root,
    state: EditorState.create({
      doc: ask.text,
      extensions: [
        keymap.of([{ key: 'Mod-Enter', run: check }]),
        tab.of([]),
        comparison.of([]),
        keymap.of([...searchKeymap, ...historyKeymap, ...lintKeymap, ...defaultKeymap]),
        yaml(), indentUnit.of('  '), history(), bracketMatching(),
        search({ top: true }), highlightSelectionMatches(),
        lineNumbers(), highlightActiveLineGutter(),
        highlightSpecialChars({ specialChars: MARKED_CHAR, render: marked }),
        linter(source, { delay: LINT_PAUSE_MS }),
        EditorState.phrases.of(ask.phrases),
        // It has the keyboard anyway; checkers of accessibility believe it only when it is said.
        EditorView.contentAttributes.of({ tabindex: '0', 'aria-label': ask.label, 'aria-describedby': ask.describedBy }),
        EditorView.updateListener.of((update) => { if (update.docChanged) ask.onText(update.state.doc.toString()) }),
        looks,
      ],
    }),
  })
  ask.root.append(view.dom)
  view.focus()
  return {
    compare: (original) => view.dispatch({ effects: comparison.reconfigure(compared(original)) }),
    tabIndents: (does) => view.dispatch({ effects: tab.reconfigure(does ? keymap.of([indentWithTab]) : []) }),
    put(text) {
      const before = view.state.doc.toString()
      const changes = diff(before, text).map(({ fromA, toA, fromB, toB }) => ({ from: fromA, to: toA, insert: text.slice(fromB, toB) }))
      view.dispatch({ changes, annotations: Transaction.addToHistory.of(false) })
    },
    goTo(line) {
      const { from, to } = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines))
      view.dispatch({ selection: { anchor: from, head: to }, effects: EditorView.scrollIntoView(from, { y: 'center' }) })
      view.focus()
    },
    lint: () => forceLinting(view),
    destroy: () => view.destroy(),
  }
}
