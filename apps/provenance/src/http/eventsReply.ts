import { ApiFault, MEDIA } from '@lading/api';
import { epcisJsonToXml } from '@lading/epcis-xml';
import { assert } from '@lading/kernel';
import { scanJson } from '@lading/ledger';
import { answerMedia } from './accept.js';
import { cbvFormatOf } from './cbvFormat.js';
import type { HttpReply, HttpRequest } from './http.types.js';

/** Events nest deeper in an answer than in the document that they came in. */
const READING = { profile: 'rfc8259', depth: 200 } as const;

/** An answer with events as XML; `json` is its text. */
function eventsXml(request: HttpRequest, json: string): ReturnType<typeof epcisJsonToXml> {
  const scanned = scanJson(Buffer.from(json), READING);
  assert(scanned.ok, 'an answer is JSON');
  return epcisJsonToXml(scanned.value, { cbv: cbvFormatOf(request) });
}

/** Sends an EPCISQueryDocument in the form that the asker wants; `json` is its text. */
export function sendEvents(request: HttpRequest, reply: HttpReply, json: string): void {
  reply.header('Vary', 'Accept, GS1-EPC-Format, GS1-CBV-XML-Format');
  if (answerMedia(request) === 'json') {
    reply.send(json);
    return;
  }
  const xml = eventsXml(request, json);
  if (!xml.ok) throw new ApiFault('NOT_ACCEPTABLE', `these events have no XML form, ask for application/json: ${xml.detail}`);
  sendXml(reply, xml.value);
}

/** Sends what was captured just now. That is done: where XML cannot say it, Location alone tells it. */
export function sendCreated(request: HttpRequest, reply: HttpReply, json: string, document: () => string): void {
  if (answerMedia(request) === 'json') {
    reply.send(json);
    return;
  }
  const xml = eventsXml(request, document());
  if (xml.ok) sendXml(reply, xml.value);
  else reply.send();
}

/** Something that is no event, in the form that the asker wants. */
export function sendEither(request: HttpRequest, reply: HttpReply, json: string, xml: () => string): void {
  reply.header('Vary', 'Accept');
  if (answerMedia(request) === 'json') reply.send(json);
  else sendXml(reply, xml());
}

const sendXml = (reply: HttpReply, xml: string): void => {
  reply.header('Content-Type', `${MEDIA.xml}; charset=utf-8`).send(xml);
};
