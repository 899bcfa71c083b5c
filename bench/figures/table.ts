import { isMeasured, type Judged, type Target } from './figure.js';
import type { Regression } from './history.js';

const rounded = (value: number): string => {
  if (!Number.isFinite(value)) return '–';
  const digits = Math.abs(value) < 10 ? 2 : Math.abs(value) < 100 ? 1 : 0;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, digits === 0 ? ',' : '');
};

function targetText({ atLeast, atMost }: Target, unit: string): string {
  if (atLeast !== undefined) return `≥ ${rounded(atLeast)} ${unit}`;
  return atMost === undefined ? '' : `≤ ${rounded(atMost)} ${unit}`;
}

function verdict({ figure, isMet }: Judged): string {
  if (!isMeasured(figure)) return isMet === null ? 'not measured' : 'NOT MEASURED';
  return isMet === null ? '' : isMet ? 'met' : 'MISSED';
}

/** The one table of a run: figure, median, least and greatest of its runs, target, verdict. */
export function figureTable(judged: readonly Judged[], worse: readonly Regression[] = []): string {
  const rows = judged.map((each) => {
    const { figure, median, min, max } = each;
    const found = worse.find(({ id }) => id === figure.id);
    const note = found === undefined ? '' : `WORSE by ${Math.round(found.by * 100)} % than ${rounded(found.before)} before`;
    const spread = figure.runs.length === 0 ? ['–', '', ''] : [`${rounded(median)} ${figure.unit}`, rounded(min), rounded(max)];
    return [figure.what, ...spread, String(figure.runs.length), targetText(figure.target, figure.unit), verdict(each), note];
  });
  const all = [['figure', 'median', 'min', 'max', 'runs', 'target', '', ''], ...rows];
  const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length))) ?? [];
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => (i === 0 || i > 4 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ').trimEnd();
  return `${all.map(line).join('\n')}\n`;
}
