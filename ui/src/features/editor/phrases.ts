// CodeMirror's own words, by the English it asks for them with.
import { useLingui } from '@lingui/react/macro'

export function usePhrases(): Record<string, string> {
  const { t } = useLingui()
  return {
    'Find': t`Find`, 'Replace': t`Replace`, 'next': t`Next`, 'previous': t`Previous`, 'all': t`All`, 'match case': t`Match case`, 'regexp': t`Pattern`, 'by word': t`Whole words`,
    'replace': t`Replace`, 'replace all': t`Replace all`, 'close': t`Close`, 'current match': t`Found`, 'on line': t`on line`,
    'replaced $ matches': t`Replaced: $`, 'replaced match on line $': t`Replaced on line $`, 'Go to line': t`Go to line`, 'go': t`Go`,
    'Diagnostics': t`Warnings`, 'No diagnostics': t`No warnings`, 'Selection deleted': t`Selection deleted`, '$ unchanged lines': t`$ lines unchanged`,
    'Control character': t`Character that is not shown as itself`,
  }
}
