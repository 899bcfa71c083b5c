/**
 * Options of a process that audits: what a block is read into dies with it, and in a young generation that is large from the
 * beginning most of it is never copied. A tenth of the processor time, for some 100 MiB.
 */
export const AUDIT_HEAP: readonly string[] = ['--max-semi-space-size=64', '--min-semi-space-size=64'];
