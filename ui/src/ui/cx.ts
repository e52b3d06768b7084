// Joins class names. Says nothing about conflicts: a primitive decides its own look and takes only layout from outside.
export const cx = (...names: (string | false | null | undefined)[]): string => names.filter(Boolean).join(' ')
