import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER } from '../fixtures/data.js';

const EPCIS = join(DATA_FOLDER, 'epcis');

/** JSON documents below a folder of the EPCIS test data, in a fixed order. */
export const documentsIn = (folder: string): readonly string[] =>
  readdirSync(join(EPCIS, folder), { recursive: true })
    .map((name) => `${folder}/${String(name)}`)
    .filter((name) => /\.(json|jsonld|jsonc)$/.test(name))
    .sort();

export const bytesOf = (name: string): Buffer => readFileSync(join(EPCIS, name));
export const textOf = (name: string): string => bytesOf(name).toString('utf8');
export const jsonOf = (name: string): unknown => JSON.parse(textOf(name));
export const linesOf = (name: string): readonly string[] => textOf(name).trim().split('\n');

/** Rows of the Markdown table that follows `heading` in a page of spec/, without its head. */
export function tableAfter(page: string, heading: string): readonly (readonly string[])[] {
  const text = readFileSync(page, 'utf8');
  const start = text.indexOf(heading);
  if (start < 0) throw new Error(`${page} has no "${heading}"`);
  const rows: string[][] = [];
  for (const line of text.slice(start).split('\n').slice(1)) {
    if (line.startsWith('|')) rows.push(line.split('|').slice(1, -1).map((cell) => cell.trim()));
    else if (rows.length > 0) break;
  }
  return rows.slice(2);
}
