import type { JsonNode } from '@lading/ledger';
import { parseDateTime } from '@lading/provenance';
import type { ProjectedField } from '@lading/storage';
import { decimalText } from './decimalText.js';
import type { ExtensionFields } from './extensionFields.js';
import { SENSOR_NUMBERS, SENSOR_TEXTS, SENSOR_TIMES, sensorText } from './fieldNames.js';

/** Adds what sensor elements say, and their extension fields. */
export function addSensorFields(list: JsonNode | undefined, extensions: ExtensionFields, fields: ProjectedField[]): void {
  for (const element of itemsOf(list)) {
    extensions.part('SENSORELEMENT', element);
    if (element.type !== 'object') continue;
    const metadata = element.members.get('sensorMetadata');
    extensions.part('SENSORMETADATA', metadata);
    addAttributes(metadata, fields);
    for (const report of itemsOf(element.members.get('sensorReport'))) {
      extensions.part('SENSORREPORT', report);
      addAttributes(report, fields);
      addNumbers(report, fields);
    }
  }
}

const itemsOf = (node: JsonNode | undefined): readonly JsonNode[] => (node?.type === 'array' ? node.items : []);

function addAttributes(node: JsonNode | undefined, fields: ProjectedField[]): void {
  if (node?.type !== 'object') return;
  for (const name of SENSOR_TEXTS) {
    const text = textOf(node, name);
    if (text !== null) fields.push({ name, kind: 'text', value: sensorText(name, text) });
  }
  for (const name of SENSOR_TIMES) {
    const time = parseDateTime(textOf(node, name) ?? '');
    if (time !== null) fields.push({ name, kind: 'time', value: String(time) });
  }
}

function addNumbers(report: JsonNode, fields: ProjectedField[]): void {
  const unit = textOf(report, 'uom') ?? '';
  for (const name of SENSOR_NUMBERS) addNumber(`${name}_${unit}`, textOf(report, name), fields);
  addNumber('percRank', textOf(report, 'percRank'), fields);
}

function addNumber(name: string, text: string | null, fields: ProjectedField[]): void {
  const value = text === null ? null : decimalText(text);
  if (value !== null) fields.push({ name, kind: 'number', value });
}

/** Text of a string, number or boolean member. */
function textOf(node: JsonNode | undefined, name: string): string | null {
  const member = node?.type === 'object' ? node.members.get(name) : undefined;
  if (member?.type === 'string') return member.value;
  if (member?.type === 'number') return member.lexeme;
  return member?.type === 'boolean' ? String(member.value) : null;
}
