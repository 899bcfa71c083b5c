/** One line of a scenario file that says something. */
export interface ScenarioLine {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  /** Milliseconds of virtual time; null for a line about the network as it begins. */
  readonly atMs: number | null;
  readonly what: string;
}

/** A line that is wrong, or an expectation that is not met: `file:line: why`. */
export class ScenarioError extends Error {
  override readonly name = 'ScenarioError';

  constructor(file: string, line: ScenarioLine, why: string) {
    super(`${file}:${line.number}: ${why}\n    ${line.text}`);
  }
}

/** Splits a file: `#` begins a comment, blank lines mean nothing, times ascend. */
export function readScenario(file: string, text: string): readonly ScenarioLine[] {
  const lines: ScenarioLine[] = [];
  let lastMs = 0;
  text.split('\n').forEach((raw, index) => {
    const stripped = raw.replace(/(^|\s)#.*$/, '').trim();
    if (stripped === '') return;
    const [, at, what] = /^(\d+)\s+(.+)$/.exec(stripped) ?? [];
    const atMs = at === undefined ? null : Number(at);
    const line = { number: index + 1, text: stripped, atMs, what: what ?? stripped };
    if (lines.length === 0 && !stripped.startsWith('network ')) throw new ScenarioError(file, line, 'the first line must say: network N');
    if (atMs === null && lines.some((before) => before.atMs !== null)) {
      throw new ScenarioError(file, line, 'a deed or an expectation begins with its time in milliseconds');
    }
    if (atMs !== null && atMs < lastMs) throw new ScenarioError(file, line, `time runs back: the line before is at ${lastMs}`);
    lastMs = atMs ?? lastMs;
    lines.push(line);
  });
  return lines;
}

/** What the first comment of a file says: its title. */
export function titleOf(text: string): string {
  return text.split('\n').find((line) => line.startsWith('#'))?.replace(/^#+\s*/, '') ?? '';
}
