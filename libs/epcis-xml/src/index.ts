/**
 * EPCIS XML documents (1.2 and 2.0) as EPCIS 2.0 JSON documents. Not a validator of events: that is @lading/provenance.
 * May import: @lading/kernel, saxes.
 */
export {};
