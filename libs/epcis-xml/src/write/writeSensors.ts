import { itemsOf, membersOf, scalar, type JsonValue } from './jsonValue.js';
import { componentUri, gs1Uri } from './words.js';
import { extensionElements, isExtension, type Writing } from './writeExtensions.js';
import { element } from './xmlText.js';

function attributeText(name: string, value: string): string {
  if (name === 'type' || name === 'exception') return gs1Uri(value);
  return name === 'component' ? componentUri(value) : value;
}

/** Sensor data stand in attributes, extensions too unless they are objects or lists. */
function attributed(name: string, value: JsonValue, writing: Writing): string {
  const attributes: (readonly [string, string])[] = [];
  const rest = new Map<string, JsonValue>();
  for (const [member, content] of membersOf(value)) {
    const text = scalar(content);
    if (text === null) rest.set(member, content);
    else if (isExtension(member)) attributes.push([writing.names.of(member, writing.prefixes), text]);
    else attributes.push([member, attributeText(member, text)]);
  }
  return element(name, extensionElements(rest, writing), attributes);
}

export function sensorElement(value: JsonValue, writing: Writing): string {
  const members = membersOf(value);
  const metadata = members.get('sensorMetadata');
  const reports = itemsOf(members.get('sensorReport')).map((report) => attributed('sensorReport', report, writing));
  const own = [metadata === undefined ? '' : attributed('sensorMetadata', metadata, writing), ...reports];
  return element('sensorElement', own.join('') + extensionElements(members, writing));
}
