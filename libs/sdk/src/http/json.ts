import { ladingError } from '../errors.js';
import type { Answer } from './options.js';

/** A zod schema, as far as it is used here. */
export interface Schema<T> {
  safeParse(
    value: unknown
  ):
    | { readonly success: true; readonly data: T }
    | { readonly success: false; readonly error: { readonly message: string } };
}

export function textOf(answer: Answer): string {
  return new TextDecoder().decode(answer.bytes);
}

/** The answer's JSON, checked against the schema of its route. Throws ANSWER_INVALID. */
export function jsonOf<T>(answer: Answer, schema: Schema<T>): T {
  const parsed = schema.safeParse(parseJson(answer));
  if (parsed.success) return parsed.data;
  throw ladingError(
    'ANSWER_INVALID',
    `the node's answer has another form: ${firstLine(parsed.error.message)}`,
    answer.url
  );
}

export function parseJson(answer: Answer): unknown {
  try {
    return JSON.parse(textOf(answer)) as unknown;
  } catch (error) {
    throw ladingError('ANSWER_INVALID', 'the answer is not JSON', answer.url, error);
  }
}

const firstLine = (text: string): string => text.replaceAll(/\s+/g, ' ').slice(0, 300);
