import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATA_FOLDER } from '../fixtures/data.js';
import { root } from '../tidy/repository.js';
import type { Answer, SingleNode } from '../http/singleNode.js';

/** Folders of the public data that hold documents; the others hold specifications, vectors and requests. */
const FOLDERS = [
  ...['chains', 'dscsa-exceptions', 'events', 'events-1.2', 'hash-vectors', 'invalid', 'large', 'masterdata', 'privacy'],
  'regulatory'
];
const NOT_DOCUMENTS = /expected-traceback\.json$|reference-computed\.json$/;
const EVENT = /^(Object|Aggregation|Association|Transaction|Transformation)Event$/;

export interface Outcome {
  readonly file: string;
  readonly events: number;
  readonly captured: number;
  /** What was not captured: code → how often. */
  readonly codes: ReadonlyMap<string, number>;
  /** Where the first fault of a refused document is; '' for others. */
  readonly pointer: string;
  /** What was wrong with a refused document. */
  readonly detail: string;
  readonly status: number;
}

export function documentFiles(): readonly string[] {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(DATA_FOLDER, 'epcis', folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.(json|jsonld|jsonc|xml)$/.test(name))
      .map((name) => `${folder}/${name}`)
  )
    .filter((name) => !NOT_DOCUMENTS.test(name))
    .sort();
}

/** Captures a file as a client without a key would, keeping what can be kept. */
export async function captureFile(node: SingleNode, file: string): Promise<Outcome> {
  const bytes = readFileSync(join(DATA_FOLDER, 'epcis', file));
  const isXml = file.endsWith('.xml');
  const body = file.endsWith('.jsonc') ? Buffer.from(bytes.toString('utf8').replace(/^\s*\/\/.*$/gm, '')) : bytes;
  const bare = isXml ? !/<(?:\w+:)?EPCIS(?:Query)?Document/.test(body.toString('utf8')) : EVENT.test(typeOf(body));
  const path = bare ? '/epcis/v2/events' : '/epcis/v2/capture';
  const headers = {
    'content-type': isXml ? 'application/xml' : 'application/json',
    ...(path.endsWith('capture') ? { 'gs1-capture-error-behaviour': 'proceed' } : {})
  };
  const answer = await node.postEpcis(path, body, { signed: null, headers });
  if (answer.status === 201) return { file, events: 1, captured: 1, codes: new Map(), pointer: '', detail: '', status: 201 };
  if (answer.status !== 202) return refused(file, answer);
  const job = (await node.job(answer)).json as unknown as { errors: { code: string }[]; parts: { code: string }[] };
  const codes = new Map<string, number>();
  for (const { code } of job.errors) codes.set(code, (codes.get(code) ?? 0) + 1);
  const events = await countOf(node, answer);
  return { file, events, captured: events - job.errors.length, codes, pointer: '', detail: '', status: 202 };
}

function refused(file: string, answer: Answer): Outcome {
  interface Refusal {
    readonly code: string;
    readonly detail: string;
    readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly detail: string }[];
  }
  const problem = answer.json as unknown as Refusal;
  const { code, errors } = problem;
  const [first] = errors ?? [];
  const codes = new Map([[first?.code ?? code, 1]]);
  const where = { pointer: first?.pointer ?? '(text)', detail: first?.detail ?? problem.detail };
  return { file, events: 0, captured: 0, codes, ...where, status: answer.status };
}

function typeOf(body: Buffer): string {
  try {
    return String((JSON.parse(body.toString('utf8').replace(/^\ufeff/, '')) as { type?: unknown }).type);
  } catch {
    return '';
  }
}

/** Events of a capture's transactions, by its parts in the query tables. */
async function countOf(node: SingleNode, answer: Answer): Promise<number> {
  const id = decodeURIComponent((answer.headers.get('location') ?? '').split('/').at(-1) ?? '');
  const parts = await node.captureParts(id);
  return parts.reduce((sum, { eventCount }) => sum + eventCount, 0);
}

/** What the page of a code says has happened. */
export function explained(code: string): string {
  const page = readFileSync(join(root, `docs/errors/${code}.md`), 'utf8');
  const paragraph = /\*\*What happened\.\*\* ([\s\S]*?)\n\n/.exec(page)?.[1] ?? '';
  return paragraph.replaceAll('\n', ' ');
}
