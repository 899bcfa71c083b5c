/** JSON as a lossless reader gives it: numbers by their digits. `@lading/ledger`'s nodes are such values. */
export type JsonValue =
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'number'; readonly lexeme: string }
  | { readonly type: 'boolean'; readonly value: boolean }
  | { readonly type: 'null' }
  | { readonly type: 'array'; readonly items: readonly JsonValue[] }
  | JsonMembers;

export interface JsonMembers {
  readonly type: 'object';
  readonly members: ReadonlyMap<string, JsonValue>;
}

export const membersOf = (value: JsonValue | undefined): ReadonlyMap<string, JsonValue> =>
  value?.type === 'object' ? value.members : new Map<string, JsonValue>();

export const itemsOf = (value: JsonValue | undefined): readonly JsonValue[] => {
  if (value === undefined) return [];
  return value.type === 'array' ? value.items : [value];
};

/** The text of a string, number or truth value; null for what is none. */
export function scalar(value: JsonValue | undefined): string | null {
  switch (value?.type) {
    case 'string':
      return value.value;
    case 'number':
      return value.lexeme;
    case 'boolean':
      return String(value.value);
    default:
      return null;
  }
}
