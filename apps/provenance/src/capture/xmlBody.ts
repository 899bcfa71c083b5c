import { ApiFault, MEDIA } from '@lading/api';
import { xmlToEpcisJson, type ConvertedDocument } from '@lading/epcis-xml';

export const XML_TYPES: readonly string[] = [MEDIA.xml, MEDIA.textXml];

/** An EPCIS XML document as JSON. Throws its faults with line and column. */
export function convertedXml(bytes: Uint8Array): ConvertedDocument {
  const converted = xmlToEpcisJson(bytes);
  if (converted.ok) return converted.value;
  const errors = converted.faults.map(({ code, message, line, column }) => ({ pointer: `${line}:${column}`, code, detail: message }));
  throw new ApiFault(converted.code, `line ${converted.pointer ?? ''}: ${converted.detail}`, { errors });
}

/** Runs `read` over the translation; its faults also say where in the XML they are. */
export async function atXml<T>({ positionOf }: ConvertedDocument, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof ApiFault)) throw error;
    const errors = (error.details.errors ?? []).map((fault) => {
      const { line, column } = positionOf(fault.pointer);
      return { ...fault, detail: `${fault.detail} (XML line ${line}, column ${column})` };
    });
    throw new ApiFault(error.code, error.detail, { ...error.details, ...(errors.length === 0 ? {} : { errors }) });
  }
}
