/**
 * @lading/epcis-xml — EPCIS XML documents (1.0 to 2.0) as EPCIS 2.0 JSON documents. Not a validator of events: that is
 * @lading/provenance. May import: @lading/kernel, saxes.
 */
export { XmlFaults, type XmlFault, type XmlFaultCode, type XmlPosition, type XmlRejection } from './faults.js';
export { XML_LIMITS, type XmlLimits } from './limits.js';
export { isXml, xmlToEpcisJson, type ConvertedDocument } from './xmlToEpcisJson.js';
