/** Text as one word of a POSIX shell, so that a suggested command can be copied. */
export const shellWord = (text: string): string =>
  /^[A-Za-z0-9_@%+=:,./#-]+$/.test(text) && !text.startsWith('#') ? text : `'${text.replaceAll("'", "'\\''")}'`;
