/**
 * What holds a node's memory together; the image for containers and docs/operators/install.md name the same values, and
 * docs/developers/throughput.md what each of them brings and costs.
 *
 * V8: without a limit, or with one of 2 GiB, the old generation may grow to four times what it holds before it is collected;
 * with this one, to less than twice; with 768 MiB, by half, which costs captures a third of their rate. The young generation
 * takes three times its half.
 */
export const NODE_HEAP: readonly string[] = ['--max-semi-space-size=16', '--max-old-space-size=1920'];

/**
 * glibc, which reads it when a process begins: pieces of 128 KiB and more go back to the system when they are let go of, instead
 * of staying in the middle of small ones. Without these the limit grows with each large piece that is freed, to 32 MiB.
 */
export const NODE_MALLOC: Readonly<Record<string, string>> = {
  MALLOC_ARENA_MAX: '2',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072'
};
