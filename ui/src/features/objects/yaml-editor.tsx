// Editing an object's YAML. "Check" makes a plan of what was changed, and nothing but that: the host compares, and its dry run,
// risk and policies are on the plan's page. Nothing is written here, and no refusal loses the text.
import { Trans, useLingui } from '@lingui/react/macro'
import { useRef, useState } from 'react'
import type { ObjectAt } from '@/api/keys'
import { CodeEditor, type EditorHandle } from '@/features/editor/code-editor'
import { Button } from '@/ui/button'
import { Card } from '@/ui/card'
import { ownersOf } from './field-owners'
import { FieldConflict, HeldElsewhere } from './held-elsewhere'
import { LeaveDialog } from './leave-dialog'
import { PlanProblem } from './plan-problem'
import { useEdit } from './use-edit'
import { Meanwhile, MergeNote, TextProblems, useProblemWords } from './yaml-notes'

interface YamlEditorProps {
  at: ObjectAt
  /** As it was when editing began. */
  yaml: string
  /** As it is now. */
  now: string
  onClose: () => void
}

export function YamlEditor({ at, yaml, now, onClose }: YamlEditorProps) {
  const { t } = useLingui()
  const editor = useRef<EditorHandle>(null)
  const edit = useEdit(at, yaml, now, editor)
  const say = useProblemWords()
  const [changes, setChanges] = useState(false)
  const [tabIndents, setTabIndents] = useState(false)
  const goTo = (line: number) => editor.current?.goTo(line)
  const takeNewer = () => {
    setChanges(true)
    edit.takeNewer()
  }
  return (
    <Card title={<Trans>Edit YAML</Trans>} aside={<span className="text-xs text-ink-3 max-sm:hidden"><Trans>Nothing changes until a plan is executed</Trans></span>}>
      <LeaveDialog unsaved={edit.isChanged} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5 border-b border-line px-4 py-1.5 text-sm text-ink-2">
        <Button kind={changes ? 'plain' : 'quiet'} icon={changes ? 'check' : undefined} aria-pressed={changes} onClick={() => setChanges(!changes)}><Trans>Changes</Trans></Button>
        <label className="flex items-center gap-2"><input type="checkbox" checked={tabIndents} onChange={(event) => setTabIndents(event.target.checked)} className="accent-[var(--accent-fill)]" /><Trans>Tab indents</Trans></label>
        {changes && !edit.isChanged && !edit.isBehind && <span className="text-xs text-ink-3"><Trans>You changed nothing yet.</Trans></span>}
      </div>
      <div role="status">
        {edit.isBehind && <Meanwhile onTake={takeNewer} />}
        {!edit.isBehind && edit.clashes !== null && <MergeNote clashes={edit.clashes} onGoTo={goTo} />}
      </div>
      <CodeEditor
        ref={editor}
        text={edit.start}
        base={edit.base}
        original={changes ? edit.newest : null}
        tabIndents={tabIndents}
        label={t`YAML`}
        description={tabIndents ? t`Tab indents. Escape and then Tab leaves the editor. Control and Enter checks.` : t`Tab leaves the editor. Control and Enter checks.`}
        say={say}
        onText={edit.setText}
        onProblems={edit.setProblems}
        onCheck={edit.check}
      />
      <TextProblems problems={edit.problems} onGoTo={goTo} />
      <div className="grid gap-2 border-t border-line px-4 py-3">
        {edit.plan.error && <PlanProblem problem={edit.plan.error} />}
        {edit.plan.error && <FieldConflict owners={ownersOf(edit.plan.error)} leaveOf={edit.leaveOf} />}
        {edit.held && <HeldElsewhere owners={edit.held.owners} leaveOf={edit.leaveOf} onGoOn={edit.goOn} onStay={edit.stay} />}
        {edit.plan.error?.code === 'stale' && (
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1.5 text-sm text-ink-2">
            <span><Trans>What you changed was changed in the cluster as well. Your text is untouched.</Trans></span>
            <Button onClick={takeNewer}><Trans>Put my edits on the newest</Trans></Button>
          </div>
        )}
        <div className="flex flex-wrap items-center gap-2">
          <Button kind="primary" disabled={!edit.isChanged || edit.plan.isPending} onClick={edit.check}>{edit.plan.isPending ? <Trans>Checking</Trans> : <Trans>Check</Trans>}</Button>
          <Button onClick={onClose}><Trans>Discard</Trans></Button>
          <span className="text-xs text-ink-3"><Trans>Check has the cluster try what you changed, and only that, and shows it as a plan.</Trans></span>
        </div>
      </div>
    </Card>
  )
}
