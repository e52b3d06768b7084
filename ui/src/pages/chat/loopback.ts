// Whether an address leads back to the machine that asks. Pure.

/** `localhost`, whatever ends with it, and the addresses of loopback, as a browser's location has them. */
export const isLoopback = (hostname: string): boolean =>
  /^(?:.+\.)?localhost$|^127(?:\.\d{1,3}){3}$|^\[::1\]$/i.test(hostname)
