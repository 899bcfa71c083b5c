/** Scripts decide by these. 3 means "checked, and the answer is no"; 1 means "could not check" or any other failure. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  negative: 3,
  notAllowed: 4,
  unreachable: 5,
  conflict: 6,
  interrupted: 130
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
