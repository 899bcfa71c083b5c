import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { DATA_FOLDER } from '../fixtures/data.js';
import type { Answer } from '../http/singleNode.js';
import { xmlValue } from './xmlValue.js';

type Json = Record<string, unknown>;

interface ResponseObject {
  readonly headers?: Readonly<Record<string, Json>>;
  readonly content?: Readonly<Record<string, { readonly schema?: Json }>>;
}

/** Something in an answer, or missing from it, that the contract does not have so. */
export interface Finding {
  readonly operation: string;
  readonly status: number;
  readonly what: string;
}

/**
 * Headers that an answer has when there is something to say: another page, or a list of extensions (every namespace is
 * taken here, so there is none). OpenAPI makes no header of an answer a must unless it says so.
 */
const CONDITIONAL: ReadonlySet<string> = new Set([
  'Link',
  'GS1-Next-Page-Token-Expires',
  'GS1-Extensions',
  'GS1-Query-Min-Record-Time'
]);

/** GS1's OpenAPI document of EPCIS 2.0, as a judge of answers. */
export class OpenApi {
  private readonly document: Json;
  private readonly ajv: Ajv;
  private readonly compiled = new Map<string, ValidateFunction>();
  /** Patterns that ECMA-262 cannot read: they check nothing. */
  readonly unreadablePatterns: string[] = [];

  constructor() {
    this.document = JSON.parse(readFileSync(join(DATA_FOLDER, 'epcis/spec/gs1-epcis/openapi.json'), 'utf8')) as Json;
    this.withoutBadPatterns(this.document);
    // OpenAPI 3.0 schemas are nearly JSON Schema; `strict` would stumble over example, xml and the like.
    this.ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
    addFormats.default(this.ajv);
    this.ajv.addSchema(this.document, 'openapi');
  }

  /** `GET /events` and so on. */
  operations(): readonly string[] {
    return Object.entries(this.document['paths'] as Record<string, Json>).flatMap(([path, methods]) =>
      Object.keys(methods)
        .filter((method) => method !== 'parameters')
        .map((method) => `${method.toUpperCase()} ${path}`)
    );
  }

  statuses(operation: string): readonly number[] {
    return Object.keys(this.responses(operation)).map(Number);
  }

  /** What is wrong with an answer to the operation. */
  judge(operation: string, answer: Answer): readonly Finding[] {
    const found = (what: string): Finding => ({ operation, status: answer.status, what });
    const [status, pointer] = [String(answer.status), this.pointer(operation)];
    if (!Object.hasOwn(this.responses(operation), status)) return [found('the status is not listed')];
    const at = `${pointer}/responses/${status}`;
    const [response, responsePointer] = this.resolve<ResponseObject>(at);
    const findings: Finding[] = [];
    for (const name of Object.keys(response.headers ?? {})) {
      if (!CONDITIONAL.has(name) && answer.headers.get(name) === null) findings.push(found(`no header ${name}`));
    }
    const { content } = response;
    if (content === undefined) {
      if (answer.text !== '') findings.push(found('there is a body'));
      return findings;
    }
    const type = (answer.headers.get('content-type') ?? '').split(';', 1)[0]?.trim() ?? '';
    if (!Object.hasOwn(content, type)) return [...findings, found(`media type ${type} is not listed`)];
    const schemaPointer = `${responsePointer}/content/${escaped(type)}/schema`;
    const isXml = /[/+]xml$/.test(type);
    const value: unknown = isXml ? this.fromXml(schemaPointer, answer.text, (what) => findings.push(found(what))) : JSON.parse(answer.text);
    for (const fault of this.faults(schemaPointer, value)) findings.push(found(fault));
    return findings;
  }

  /** Media types of an answer, by the contract. */
  media(operation: string, status: number): readonly string[] {
    const [{ content }] = this.resolve<ResponseObject>(`${this.pointer(operation)}/responses/${status}`);
    return Object.keys(content ?? {});
  }

  /** What an XML answer says, in the form of its schema; its root must have the name that the schema gives it. */
  private fromXml(pointer: string, text: string, fault: (what: string) => void): unknown {
    const { root, value } = xmlValue(text);
    const wanted = this.rootNames(pointer);
    if (!wanted.includes(root)) fault(`the root is ${root}, not ${wanted.join(' or ')}`);
    return value;
  }

  private rootNames(pointer: string): readonly string[] {
    const [schema, at] = this.resolve<{ xml?: { name: string; namespace: string }; allOf?: readonly unknown[] }>(pointer);
    if (schema.xml !== undefined) return [`{${schema.xml.namespace}}${schema.xml.name}`];
    const named = (schema.allOf ?? []).flatMap((_, i) => this.rootNames(`${at}/allOf/${i}`)).filter((name) => name.startsWith('{'));
    return named.length > 0 ? named : [at.split('/').at(-1) ?? ''];
  }

  private faults(pointer: string, value: unknown): readonly string[] {
    const known = this.compiled.get(pointer);
    const validate = known ?? this.ajv.compile({ $ref: `openapi#${encodeURI(pointer)}` });
    this.compiled.set(pointer, validate);
    if (validate(value) === true) return [];
    return (validate.errors ?? []).map(({ instancePath, message, params }) =>
      `${instancePath.replace(/\/\d+/g, '/*')} ${message ?? ''} ${JSON.stringify(params)}`.trim()
    );
  }

  private responses(operation: string): Json {
    return this.resolve<Json>(`${this.pointer(operation)}/responses`)[0];
  }

  private pointer(operation: string): string {
    const [method = '', path = ''] = operation.split(' ');
    return `/paths/${escaped(path)}/${method.toLowerCase()}`;
  }

  /** The value at a pointer with references followed, and where it really stands. */
  private resolve<T>(pointer: string): readonly [T, string] {
    let value: unknown = this.document;
    for (const step of pointer.split('/').slice(1)) value = (value as Json)[step.replaceAll('~1', '/').replaceAll('~0', '~')];
    const { $ref } = value as { $ref?: string };
    return $ref === undefined ? [value as T, pointer] : this.resolve<T>($ref.slice(1));
  }

  private withoutBadPatterns(node: unknown): void {
    if (Array.isArray(node)) for (const item of node) this.withoutBadPatterns(item);
    else if (typeof node === 'object' && node !== null) {
      const object = node as Json;
      if (typeof object['pattern'] === 'string' && !isPattern(object['pattern'])) {
        this.unreadablePatterns.push(object['pattern']);
        delete object['pattern'];
      }
      for (const value of Object.values(object)) this.withoutBadPatterns(value);
    }
  }
}

const escaped = (step: string): string => step.replaceAll('~', '~0').replaceAll('/', '~1');

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp;
  } catch {
    return false;
  }
}
