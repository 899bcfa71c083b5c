import { ApiFault } from '@lading/api';
import type { CbvXmlFormat } from '@lading/epcis-xml';
import { headerOf, type HttpRequest } from './http.types.js';

const CBV_FORMATS: ReadonlyMap<string, CbvXmlFormat> = new Map([
  ['No_Preference', 'Web_URI'],
  ['Always_Web_URI', 'Web_URI'],
  ['Always_URN', 'URN'],
  ['Never_Translates', 'Original']
]);

/** The header GS1-CBV-XML-Format, which matters for answers in XML only. */
export function cbvFormatOf(request: HttpRequest): CbvXmlFormat {
  const format = CBV_FORMATS.get(headerOf(request, 'gs1-cbv-xml-format') ?? 'No_Preference');
  if (format === undefined) throw new ApiFault('NOT_ACCEPTABLE', `GS1-CBV-XML-Format is one of ${[...CBV_FORMATS.keys()].join(', ')}`);
  return format;
}
