// Buttons. `kind` says how much they do: primary (the page's one next action), plain, quiet, danger (takes something away).
import type { ButtonHTMLAttributes, Ref } from 'react'
import { cx } from './cx'
import { Icon, type IconName } from './icon'

const KINDS = {
  primary: 'bg-accent-fill text-accent-ink border-transparent hover:brightness-110',
  plain: 'bg-raised text-ink border-line hover:bg-hover hover:border-line-strong',
  quiet: 'bg-transparent text-ink-2 border-transparent hover:bg-hover hover:text-ink',
  danger: 'bg-bad-fill text-accent-ink border-transparent hover:brightness-110',
} as const

export type ButtonKind = keyof typeof KINDS

const base = 'inline-flex items-center justify-center gap-1.5 rounded-md border font-medium select-none disabled:opacity-50 disabled:cursor-not-allowed whitespace-nowrap'

/** The look of a button, for links that lead somewhere. */
export const buttonClass = (kind: ButtonKind = 'plain'): string => cx(base, 'touch h-8 px-3 text-sm', KINDS[kind])

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: ButtonKind
  icon?: IconName
  ref?: Ref<HTMLButtonElement>
}

export function Button({ kind = 'plain', icon, className, children, type = 'button', ...rest }: ButtonProps) {
  return (
    <button type={type} className={cx(buttonClass(kind), className)} {...rest}>
      {icon && <Icon name={icon} size={14} />}
      {children}
    </button>
  )
}

/** A button that shows only an icon: its label is said, and shown as a title. */
export function IconButton({ icon, label, kind = 'quiet', className, ...rest }: Omit<ButtonProps, 'icon' | 'children'> & { icon: IconName; label: string }) {
  return (
    <button type="button" aria-label={label} title={label} className={cx(base, 'size-8', KINDS[kind], className)} {...rest}>
      <Icon name={icon} />
    </button>
  )
}
