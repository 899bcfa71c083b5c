import { bareWord, canonicalUri, COMPONENTS } from '@lading/provenance';

/** Parts of an event that can hold extension fields; '' is the event itself. */
export const PARTS = [
  'ILMD',
  'ERROR_DECLARATION',
  'SENSORELEMENT',
  'SENSORMETADATA',
  'SENSORREPORT',
  'readPoint',
  'bizLocation'
] as const;
export type Part = '' | (typeof PARTS)[number];

/** How an extension field is indexed; `iri` is its expanded name. */
export const extensionName = (part: Part, inner: boolean, iri: string): string =>
  `${part}|${inner ? 'INNER' : ''}|${iri}`;

/** Texts of sensor data that can be asked for, by their name in metadata and reports. */
export const SENSOR_TEXTS = [
  'type',
  'exception',
  'deviceID',
  'deviceMetadata',
  'rawData',
  'dataProcessingMethod',
  'bizRules',
  'microorganism',
  'chemicalSubstance',
  'coordinateReferenceSystem',
  'component',
  'stringValue',
  'booleanValue',
  'hexBinaryValue',
  'uriValue'
] as const;

export const SENSOR_TIMES = ['time', 'startTime', 'endTime'] as const;

/** Numbers of a sensor report: their names carry the unit, but for percRank. */
export const SENSOR_NUMBERS = ['value', 'minValue', 'maxValue', 'meanValue', 'sDev', 'percValue'] as const;

const GS1_WORD = /^(?:https?:\/\/(?:www\.|ref\.)?gs1\.org\/voc\/|gs1:)(?:SensorAlertType-)?([A-Za-z_]+)$/;

/** Sensor texts in one spelling: words bare, identifiers canonical. */
export function sensorText(name: string, text: string): string {
  if (name === 'type' || name === 'exception') return GS1_WORD.exec(text)?.[1] ?? text;
  if (name === 'component') return bareWord(COMPONENTS, text) ?? text;
  return name === 'deviceID' ? (canonicalUri(text) ?? text) : text;
}
