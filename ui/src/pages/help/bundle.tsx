// The support bundle: what would be in it, what was masked and what never is, then the file. It is sent nowhere.
import { useQuery } from '@tanstack/react-query'
import { Plural, Trans, useLingui } from '@lingui/react/macro'
import { useState } from 'react'
import { bundlePreviewQuery } from '@/api/queries'
import { buttonClass } from '@/ui/button'
import { Card } from '@/ui/card'
import { Inert } from '@/ui/inert'
import { Read } from '@/ui/states/page'

const KB = 1024

export function Bundle() {
  const { t, i18n } = useLingui()
  const [sentences, setSentences] = useState(false)
  const query = useQuery(bundlePreviewQuery(sentences))
  const size = (bytes: number) => (bytes < KB ? t`${bytes} B` : t`${i18n.number(bytes / KB, { maximumFractionDigits: 1 })} KB`)
  return (
    <Card title={<Trans>Support bundle</Trans>}>
      <p className="px-4 pt-3 text-sm text-ink-2"><Trans>A file for whoever helps you. It is made when you download it and sent nowhere.</Trans></p>
      <Read query={query} isEmpty={({ files }) => files.length === 0} emptyFirst={{ title: <Trans>Empty</Trans>, text: <Trans>The host has nothing to put into it.</Trans> }} clearFilter={null}>
        {({ files, bytes, left_out: leftOut }) => (
          <div className="grid gap-3 px-4 py-3 text-sm">
            <table className="w-full max-w-2xl border-collapse text-left">
              <thead className="text-xs text-ink-3"><tr><th scope="col" className="py-1 font-medium"><Trans>File</Trans></th><th scope="col" className="py-1 text-right font-medium"><Trans>Size</Trans></th><th scope="col" className="py-1 pl-6 font-medium"><Trans>Masked</Trans></th></tr></thead>
              <tbody>
                {files.map(({ name, bytes: each, masked }) => (
                  <tr key={name} className="border-t border-line">
                    <td className="py-1.5 font-mono text-xs break-all"><Inert text={name} /></td>
                    <td className="py-1.5 text-right whitespace-nowrap text-ink-2 tabular-nums">{size(each)}</td>
                    <td className="py-1.5 pl-6 text-ink-2">{masked.secrets + masked.home_folders === 0 ? <span className="text-ink-3">–</span> : <Masked {...masked} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
            <ul className="grid gap-0.5 text-xs text-ink-3">{leftOut.map((each) => <li key={each}><Trans>Left out: <Inert text={each} /></Trans></li>)}</ul>
            <label className="flex items-center gap-2"><input type="checkbox" className="size-4 accent-[var(--accent-fill)]" checked={sentences} onChange={(event) => setSentences(event.target.checked)} /><Trans>With the sentences I wrote</Trans></label>
            <p><a href={`/api/v1/support-bundle?sentences=${sentences}`} download="kubechat-support.tar" className={buttonClass('primary')}><Trans>Download, {size(bytes)}</Trans></a></p>
          </div>
        )}
      </Read>
    </Card>
  )
}

function Masked({ secrets, home_folders: folders }: { secrets: number; home_folders: number }) {
  return (
    <span className="flex flex-wrap gap-x-2">
      {secrets > 0 && <Plural value={secrets} one="# secret" other="# secrets" />}
      {folders > 0 && <Plural value={folders} one="# home folder" other="# home folders" />}
    </span>
  )
}
