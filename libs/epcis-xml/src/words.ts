/** Values of the Core Business Vocabulary and the GS1 web vocabulary: XML spells them as URIs, JSON as bare words. */

const CBV_URN = /^urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er):(\w+)$/;
const CBV_WEB = /^(?:https?:\/\/(?:ref|ns)\.gs1\.org\/cbv\/|cbv:)(?:BizStep|Disp|BTT|SDT|ER|Comp)-(\w+)$/;
const GS1 =
  /^(?:https?:\/\/(?:www\.)?gs1\.org\/voc\/|https?:\/\/ref\.gs1\.org\/voc\/|gs1:)(?:SensorAlertType-)?(\w+)$/;

/** The bare word of a business step, disposition, type or reason; other texts unchanged. */
export const cbvWord = (value: string): string =>
  CBV_URN.exec(value)?.[1] ?? CBV_WEB.exec(value)?.[1] ?? value;

/** The bare word of a measurement type or sensor alert; other texts unchanged. */
export const gs1Word = (value: string): string => GS1.exec(value)?.[1] ?? value;

const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Version 1 data often have a bare UUID as eventID; JSON wants a URI. Other texts unchanged. */
export const eventIdentifier = (value: string): string => (UUID.test(value) ? `urn:uuid:${value}` : value);
