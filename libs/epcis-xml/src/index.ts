/**
 * @lading/epcis-xml — EPCIS XML documents (1.0 to 2.0) as EPCIS 2.0 JSON documents, and the other way round (2.0). Not a
 * validator of events: that is @lading/provenance. May import: @lading/kernel, saxes.
 */
export { epcisJsonToXml, type CbvXmlFormat, type JsonValue, type XmlOptions } from './epcisJsonToXml.js';
export { XmlFaults, type XmlFault, type XmlFaultCode, type XmlPosition, type XmlRejection } from './faults.js';
export { XML_LIMITS, type XmlLimits } from './limits.js';
export { isXml, xmlToEpcisJson, type ConvertedDocument } from './xmlToEpcisJson.js';
