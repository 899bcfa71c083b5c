import { extensionMember, foreignAttributes, grouped } from './extensions.js';
import { noText, flattened, type Field, type Reading } from './fields.js';
import { boolean, list, number, object, text, type Json } from './jsonTree.js';
import { isEpcis } from './namespaces.js';
import { cbvWord, gs1Word } from './words.js';
import type { XmlAttribute, XmlElement } from './xmlTree.js';

/** Sensor data stand in attributes; what JSON writes as numbers and truth values is read as such. */

const NUMBERS: ReadonlySet<string> = new Set(['value', 'minValue', 'maxValue', 'meanValue', 'sDev', 'percRank', 'percValue']);

function attributeValue({ local, value }: XmlAttribute, at: XmlElement): Json {
  if (NUMBERS.has(local)) return number(value, at);
  if (local === 'booleanValue') return boolean(value, at);
  if (local === 'type' || local === 'exception') return text(gs1Word(value), at);
  return text(local === 'component' ? cbvWord(value) : value, at);
}

const fromAttributes: Field = (element, reading) => {
  noText(element, reading);
  const own = element.attributes
    .filter(({ uri }) => uri === '')
    .map((attribute) => [attribute.local, attributeValue(attribute, element)] as const);
  const extensions = [
    ...foreignAttributes(element, reading.prefixes),
    ...flattened(element).map((child) => extensionMember(child, reading.prefixes))
  ];
  return object([...own, ...grouped(extensions)], element);
};

export const sensorElement: Field = (element: XmlElement, reading: Reading) => {
  noText(element, reading);
  const members: (readonly [string, Json])[] = [];
  const reports: Json[] = [];
  const extensions: (readonly [string, Json])[] = [...foreignAttributes(element, reading.prefixes)];
  for (const child of flattened(element)) {
    if (!isEpcis(child.uri)) extensions.push(extensionMember(child, reading.prefixes));
    else if (child.local === 'sensorReport') reports.push(fromAttributes(child, reading));
    else if (child.local === 'sensorMetadata' && members.length === 0) {
      members.push(['sensorMetadata', fromAttributes(child, reading)]);
    } else reading.faults.add('XML_FIELD', child, `a sensor element has no (second) element ${child.local}`);
  }
  const [first] = reports;
  if (first !== undefined) members.push(['sensorReport', list(reports, first)]);
  return object([...members, ...grouped(extensions)], element);
};
