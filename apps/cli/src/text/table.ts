// Widths are of visible text: colour codes take no room on the screen.
const COLOUR = /\u001b\[[0-9;]*m/g;

const widthOf = (text: string): number => text.replaceAll(COLOUR, '').length;
const padded = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - widthOf(text)));

/** Aligned columns, two spaces apart; the last one is not padded. */
export function table(rows: readonly (readonly string[])[]): string {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(0, ...rows.map((row) => widthOf(row[i] ?? ''))));
  return rows
    .map((row) => row.map((cell, i) => (i === row.length - 1 ? cell : padded(cell, widths[i] ?? 0))).join('  '))
    .join('\n');
}
