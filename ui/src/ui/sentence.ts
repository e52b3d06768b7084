// The host's sentences as they stand on the screen: begun with a capital. It writes them small, to be quoted after a colon.
// Many begin with the name of an object or a cluster, which may be any word and is never written large: so only the words
// that its own sentences begin with are. Pure.

const OPENERS: ReadonlySet<string> = new Set((
  'a an the no none nothing nobody somebody you your we it its this that these there what who when where one two some all every each only not both '
  + 'ask look try say use begin watch wait read run put send name close correct check choose open make give point renew reject refresh undo log confirm create bind start stop '
  + 'can cannot could is are was for from with without in on at by to after before until as because if'
).split(' '))

export function sentence(text: string): string {
  const word = /^[a-z]+(?=[,;:.!?]?(?:\s|$))/.exec(text)?.[0]
  return word !== undefined && OPENERS.has(word) ? `${text.charAt(0).toUpperCase()}${text.slice(1)}` : text
}
