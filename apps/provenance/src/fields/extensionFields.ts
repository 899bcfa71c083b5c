import type { JsonNode, JsonObject } from '@lading/ledger';
import type { FieldValue, ProjectedField } from '@lading/storage';
import { extensionName, type Part } from './fieldNames.js';
import { fieldValue, textValue } from './fieldValue.js';

/** Collects the extension fields of one event. Names are expanded with the prefixes in force. */
export class ExtensionFields {
  readonly fields: ProjectedField[] = [];
  readonly prefixes = new Set<string>();

  constructor(private readonly namespaces: ReadonlyMap<string, string>) {}

  /** Extension fields at the top of a part, when it is there. */
  part(part: Part, node: JsonNode | undefined): void {
    if (node?.type === 'object') this.members(part, node);
  }

  members(part: Part, object: JsonObject): void {
    object.members.forEach((value, name) => {
      if (isExtension(name)) this.value(part, false, name, value);
    });
  }

  private value(part: Part, inner: boolean, name: string, node: JsonNode): void {
    const indexed = extensionName(part, inner, this.expanded(name));
    const scalar = scalarOf(node);
    if (scalar !== null) {
      this.fields.push({ name: indexed, kind: scalar.kind, value: scalar.value });
      return;
    }
    if (node.type === 'array') {
      for (const item of node.items) this.value(part, inner, name, item);
      if (node.items.length === 0) this.fields.push({ name: indexed, kind: 'node', value: '' });
    } else if (node.type === 'object') {
      this.fields.push({ name: indexed, kind: 'node', value: '' });
      for (const [below, value] of node.members) if (!below.startsWith('@')) this.value(part, true, below, value);
    }
  }

  private expanded(name: string): string {
    const expanded = expandedName(name, this.namespaces);
    if (expanded !== name) this.prefixes.add(name.slice(0, name.indexOf(':')));
    return expanded;
  }
}

/** A name with its prefix replaced by the namespace; whole IRIs and unknown prefixes stay. */
export function expandedName(name: string, namespaces: ReadonlyMap<string, string>): string {
  const colon = name.indexOf(':');
  const namespace = namespaces.get(name.slice(0, Math.max(colon, 0)));
  if (colon < 0 || namespace === undefined || name.startsWith('//', colon + 1)) return name;
  return namespace + name.slice(colon + 1);
}

const isExtension = (name: string): boolean => name.includes(':') && !name.startsWith('@');

/** The value to compare, also of a JSON-LD value object; null for lists and other objects. */
function scalarOf(node: JsonNode): FieldValue | null {
  switch (node.type) {
    case 'string':
      return fieldValue(node.value);
    case 'number':
      return fieldValue(node.lexeme);
    case 'boolean':
      return textValue(String(node.value));
    case 'null':
      return { kind: 'node', value: '' };
    case 'array':
      return null;
    case 'object': {
      const value = node.members.get('@value');
      return value === undefined || value.type === 'object' || value.type === 'array' ? null : scalarOf(value);
    }
  }
}
