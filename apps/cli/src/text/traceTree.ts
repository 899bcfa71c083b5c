import type { Trace, TraceEvent } from '@lading/api';
import { itemName } from './itemName.js';
import type { NameBook } from './nameBook.js';
import { minute, sentence } from './sentence.js';

/** Siblings shown of one item; the rest is counted. */
const SIBLINGS = 20;

interface Tree {
  readonly trace: Trace;
  readonly names: NameBook;
  readonly depth: number;
  readonly eventsOf: ReadonlyMap<string, readonly TraceEvent[]>;
  /** Items whose branch has been written: a second mention refers to it. */
  readonly shown: Set<string>;
  readonly lines: string[];
}

const OUTPUTS = ['outputEPC', 'outputEPCClass'] as const;
const INPUTS = ['inputEPC', 'inputEPCClass'] as const;
const CHILDREN = ['childEPC', 'childEPCClass', 'expandedChild', 'expandedChildClass'] as const;

/** A trace for people: an item, what happened to it, and below it the items it was made of (or went into). */
export function traceTree(trace: Trace, names: NameBook, depth: number): readonly string[] {
  const eventsOf = new Map<string, TraceEvent[]>();
  for (const event of trace.events) {
    for (const item of new Set(event.items.map((one) => one.item))) {
      const list = eventsOf.get(item);
      if (list === undefined) eventsOf.set(item, [event]);
      else list.push(event);
    }
  }
  const tree: Tree = { trace, names, depth, eventsOf, shown: new Set(), lines: [] };
  branch(tree, trace.item, '', '', 1);
  const carriers = trace.items
    .map(({ item }) => item)
    .filter((item) => !tree.shown.has(item) && isCarrier(tree, item));
  if (carriers.length > 0) tree.lines.push('', trace.direction === 'back' ? 'Travelled in' : 'Travels in');
  for (const item of carriers) {
    tree.shown.add(item);
    tree.lines.push(`${title(item)}`, ...stories(tree, item).map((line) => `  ${line}`));
  }
  return tree.lines;
}

function branch(tree: Tree, item: string, head: string, body: string, level: number): void {
  const isRepeated = tree.shown.has(item);
  tree.lines.push(`${head}${title(item)}${isRepeated ? '   (shown above)' : ''}`);
  if (isRepeated) return;
  tree.shown.add(item);
  const below = level > tree.depth ? [] : nextItems(tree, item);
  const bar = below.length > 0 ? '│ ' : '  ';
  for (const line of stories(tree, item)) tree.lines.push(`${body}${bar}${line}`);
  const visible = below.slice(0, SIBLINGS);
  for (const [i, next] of visible.entries()) {
    const isLast = i === visible.length - 1 && below.length === visible.length;
    branch(tree, next, `${body}${isLast ? '└─ ' : '├─ '}`, `${body}${isLast ? '   ' : '│  '}`, level + 1);
  }
  if (below.length > visible.length)
    tree.lines.push(`${body}└─ and ${below.length - visible.length} more (see -o json)`);
}

/** Items one step back (inputs of what made it, contents of a container) or forward (what was made of it). */
function nextItems(tree: Tree, item: string): readonly string[] {
  const isBack = tree.trace.direction === 'back';
  const [here, there] = isBack ? [OUTPUTS, INPUTS] : [INPUTS, OUTPUTS];
  const next = new Set<string>();
  for (const event of tree.eventsOf.get(item) ?? []) {
    if (has(event, item, here))
      for (const one of inGroup(tree, event)) for (const found of items(one, there)) next.add(found);
    if (isBack && event.action === 'ADD' && has(event, item, ['parentID']))
      for (const found of items(event, CHILDREN)) next.add(found);
  }
  next.delete(item);
  return [...next];
}

/** Events that share a transformationID are one transformation (EPCIS 2.0 §7.4.6). */
function inGroup(tree: Tree, event: TraceEvent): readonly TraceEvent[] {
  const [group] = items(event, ['transformation']);
  return group === undefined ? [event] : (tree.eventsOf.get(group) ?? [event]);
}

function isCarrier(tree: Tree, item: string): boolean {
  return (tree.eventsOf.get(item) ?? []).some((event) => has(event, item, ['parentID']));
}

/** One line an event of the item; runs of the same sentence (hourly readings) become one line with their number. */
function stories(tree: Tree, item: string): readonly string[] {
  const events = (tree.eventsOf.get(item) ?? []).filter((event) => !isToldElsewhere(tree, event, item));
  const lines: { text: string; from: string; to: string; count: number }[] = [];
  for (const event of events) {
    const text = sentence(event, tree.names, item);
    const last = lines.at(-1);
    if (last?.text === text) {
      last.to = event.eventTime;
      last.count++;
    } else lines.push({ text, from: event.eventTime, to: event.eventTime, count: 1 });
  }
  return lines.map(({ text, from, to, count }) =>
    count === 1 ? `${minute(from)}  ${text}` : `${minute(from)}  ${text}  (${count} times, until ${minute(to)})`
  );
}

/** In a tree, the event that joins two items is told once, at the one nearer to the root. */
function isToldElsewhere(tree: Tree, event: TraceEvent, item: string): boolean {
  if (item === tree.trace.item) return false;
  return has(event, item, tree.trace.direction === 'back' ? INPUTS : OUTPUTS);
}

function title(item: string): string {
  const { short, kind } = itemName(item);
  return kind === '' ? short : `${short}  (${kind})`;
}

const items = (event: TraceEvent, roles: readonly string[]): readonly string[] =>
  event.items.filter(({ role }) => roles.includes(role)).map(({ item }) => item);

const has = (event: TraceEvent, item: string, roles: readonly string[]): boolean =>
  event.items.some((one) => one.item === item && roles.includes(one.role));
