import type { OutboxMessage } from './outbox.types.js';

const PART = 64;

/** A part of a subject: no separators, no wildcards, never empty (spec/outbox.md 3.1). */
export function subjectPart(text: string): string {
  const last = text.slice(Math.max(text.lastIndexOf('/'), text.lastIndexOf(':'), text.lastIndexOf('#')) + 1);
  const part = last.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, PART);
  return part === '' ? 'none' : part;
}

export const subjectOf = ({ chain, family, name, organization }: OutboxMessage): string =>
  ['lading', chain, subjectPart(family), subjectPart(name), subjectPart(organization)].join('.');

/** Every subject of a chain. */
export const subjectsOfChain = (chain: string): string => `lading.${chain}.>`;

/** Whether every subject of the second pattern is one of the first: `*` is one part, `>` one or more at the end. */
export function coversSubjects(pattern: string, subjects: string): boolean {
  const [wide, narrow] = [pattern.split('.'), subjects.split('.')];
  for (const [i, part] of wide.entries()) {
    const other = narrow[i];
    if (other === undefined) return false;
    if (part === '>') return true;
    if (other === '>' || (part !== '*' && part !== other)) return false;
  }
  return wide.length === narrow.length;
}
