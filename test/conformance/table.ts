import { appendFileSync } from 'node:fs';

/** A Markdown table for `npm run show:<name>`, which prints the file that it names in LADING_TABLE. */
export function showTable(title: string, head: readonly string[], rows: readonly (readonly string[])[]): void {
  const file = process.env['LADING_TABLE'];
  if (file === undefined) return;
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  const text = [`## ${title}`, '', line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
  appendFileSync(file, `${text}\n`);
}
