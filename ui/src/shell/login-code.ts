// The one-time code of a login link. Pure reading apart from one thing: a code in the URL is taken out of it at once, before
// anything is fetched, so that it stays in no history and no screenshot.

/** The code in a pasted link, or the code itself. */
export function codeOf(pasted: string): string | null {
  const text = pasted.trim()
  const code = /[#&?]code=([^&\s]+)/.exec(text)?.[1] ?? (/^[\w-]{8,}$/.test(text) ? text : null)
  return code === null ? null : decodeURIComponent(code)
}

export function takeCodeFromUrl(): string | null {
  const code = location.hash.startsWith('#code=') ? codeOf(location.hash) : null
  if (code !== null) history.replaceState(null, '', location.pathname + location.search)
  return code
}
