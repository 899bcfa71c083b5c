import type { JsonNode } from '@lading/ledger';
import { parseDateTime } from '@lading/provenance';
import type { ProjectedField } from '@lading/storage';
import { decimalText } from './decimalText.js';
import type { ExtensionFields } from './extensionFields.js';
import { SENSOR_NUMBERS, SENSOR_TEXTS, SENSOR_TIMES, sensorText } from './fieldNames.js';
import { textValue } from './fieldValue.js';

/** What sensor elements say, and their extension fields. */
export function sensorFields(list: JsonNode | undefined, extensions: ExtensionFields): readonly ProjectedField[] {
  const fields: ProjectedField[] = [];
  for (const element of itemsOf(list)) {
    extensions.part('SENSORELEMENT', element);
    if (element.type !== 'object') continue;
    const metadata = element.members.get('sensorMetadata');
    extensions.part('SENSORMETADATA', metadata);
    fields.push(...attributes(metadata));
    for (const report of itemsOf(element.members.get('sensorReport'))) {
      extensions.part('SENSORREPORT', report);
      fields.push(...attributes(report), ...numbers(report));
    }
  }
  return fields;
}

const itemsOf = (node: JsonNode | undefined): readonly JsonNode[] => (node?.type === 'array' ? node.items : []);

function attributes(node: JsonNode | undefined): readonly ProjectedField[] {
  const fields: ProjectedField[] = [];
  for (const name of SENSOR_TEXTS) {
    const text = textOf(node, name);
    if (text !== null) fields.push({ name, ...textValue(sensorText(name, text)) });
  }
  for (const name of SENSOR_TIMES) {
    const time = parseDateTime(textOf(node, name) ?? '');
    if (time !== null) fields.push({ name, kind: 'time', value: String(time) });
  }
  return fields;
}

function numbers(report: JsonNode): readonly ProjectedField[] {
  const unit = textOf(report, 'uom') ?? '';
  const named = [...SENSOR_NUMBERS.map((name) => [name, `${name}_${unit}`]), ['percRank', 'percRank']];
  return named.flatMap(([member = '', name = '']): ProjectedField[] => {
    const value = decimalText(textOf(report, member) ?? '');
    return value === null ? [] : [{ name, kind: 'number', value }];
  });
}

/** Text of a string, number or boolean member. */
function textOf(node: JsonNode | undefined, name: string): string | null {
  const member = node?.type === 'object' ? node.members.get(name) : undefined;
  if (member?.type === 'string') return member.value;
  if (member?.type === 'number') return member.lexeme;
  return member?.type === 'boolean' ? String(member.value) : null;
}
