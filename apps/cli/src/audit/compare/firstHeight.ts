import { COMPARISON_LIMITS, heightsOfGroup, type HistoryPartName as Part } from '@lading/api';
import { Unanswered, type ComparedNode } from './types.js';

/** The first height from … to in which the rows of a part differ, or null (2.2). */
export async function firstHeight(a: ComparedNode, b: ComparedNode, part: Part, from: number, to: number): Promise<number | null> {
  const heights = COMPARISON_LIMITS.heights[part];
  for (let start = from; start <= to; start += heights) {
    const found = await within(a, b, part, start, Math.min(to, start + heights - 1));
    if (found !== null) return found;
  }
  return null;
}

async function within(a: ComparedNode, b: ComparedNode, part: Part, from: number, to: number): Promise<number | null> {
  const [one, other] = await Promise.all([groups(a, part, from, to), groups(b, part, from, to)]);
  const size = heightsOfGroup(from, to);
  for (let first = from; first <= to; first += size) {
    if (one.get(first) === other.get(first)) continue;
    const last = Math.min(to, first + size - 1);
    if (first === last) return first;
    // Rows that were changed back meanwhile would end the search here; the next groups are looked at then.
    const found = await within(a, b, part, first, last);
    if (found !== null) return found;
  }
  return null;
}

/** Count and digest of each group by its first height. */
async function groups(node: ComparedNode, part: Part, from: number, to: number): Promise<ReadonlyMap<number, string>> {
  const answer = await node.history(part, from, to);
  const size = heightsOfGroup(from, to);
  const found = new Map<number, string>();
  for (const group of answer.groups) {
    if ((group.from - from) % size !== 0 || group.from < from || group.from > to) {
      throw new Unanswered(node.name, 'ANSWER_INVALID', `no group of ${part} begins at height ${group.from}`, false);
    }
    found.set(group.from, `${group.count} ${group.digest}`);
  }
  return found;
}
