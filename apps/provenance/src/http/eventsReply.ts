import { ApiFault, MEDIA } from '@lading/api';
import { epcisJsonToXml, type CbvXmlFormat } from '@lading/epcis-xml';
import { assert } from '@lading/kernel';
import { scanJson } from '@lading/ledger';
import { answerMedia } from './accept.js';
import { headerOf, type HttpReply, type HttpRequest } from './http.types.js';

const CBV_FORMATS: ReadonlyMap<string, CbvXmlFormat> = new Map([
  ['No_Preference', 'Web_URI'],
  ['Always_Web_URI', 'Web_URI'],
  ['Always_URN', 'URN'],
  ['Never_Translates', 'Original']
]);

function cbvFormatOf(request: HttpRequest): CbvXmlFormat {
  const format = CBV_FORMATS.get(headerOf(request, 'gs1-cbv-xml-format') ?? 'No_Preference');
  if (format === undefined) throw new ApiFault('NOT_ACCEPTABLE', `GS1-CBV-XML-Format is one of ${[...CBV_FORMATS.keys()].join(', ')}`);
  return format;
}

/** Events nest deeper in an answer than in the document that they came in. */
const READING = { profile: 'rfc8259', depth: 200 } as const;

/** Sends an EPCISQueryDocument in the form that the asker wants; `json` is its text. */
export function sendEvents(request: HttpRequest, reply: HttpReply, json: string): void {
  reply.header('Vary', 'Accept, GS1-EPC-Format, GS1-CBV-XML-Format');
  if (answerMedia(request) === 'json') {
    reply.send(json);
    return;
  }
  const cbv = cbvFormatOf(request);
  const scanned = scanJson(Buffer.from(json), READING);
  assert(scanned.ok, 'an answer is JSON');
  const xml = epcisJsonToXml(scanned.value, { cbv });
  if (!xml.ok) throw new ApiFault('NOT_ACCEPTABLE', `these events have no XML form, ask for application/json: ${xml.detail}`);
  reply.header('Content-Type', `${MEDIA.xml}; charset=utf-8`).send(xml.value);
}
