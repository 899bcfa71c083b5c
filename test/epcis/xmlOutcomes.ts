/**
 * XML documents of the test data that are not captured, after an empty DOCTYPE has been taken out: [reason, first fault,
 * documents]. A test fails when one of them is captured, or another one is not.
 */
export const REFUSED_DOCUMENTS: readonly (readonly [reason: string, fault: string, documents: readonly string[]])[] = [
  [
    'Elements of their owner without a namespace; in `extension`, EPCIS has only those of later versions of itself.',
    'XML_FIELD ObjectEvent has no element documentId',
    [
      'chains/origintrail/Basic/01_Green_to_pink_shipment.xml',
      'chains/origintrail/Basic/01_Green_to_pink_shipment_modified_event_timestamp.xml',
      'chains/origintrail/Basic/02_Green_to_pink_shipment.xml',
      'chains/origintrail/Retail/01_Green_to_pink_shipment.xml',
      'chains/origintrail/Retail/02_Green_to_Pink_receipt.xml',
      'chains/origintrail/Retail/03_Pink_to_Orange_shipment.xml',
      'chains/origintrail/Retail/04_Pink_to_Orange_receipt.xml',
      'chains/origintrail/Retail/05_Pink_to_Red_shipment.xml',
      'chains/origintrail/Retail/06_Pink_to_Red_receipt.xml',
      'chains/origintrail/Retail_with_Zk/01_Green_to_pink_shipment.xml',
      'chains/origintrail/Retail_with_Zk/02_Green_to_Pink_receipt.xml',
      'chains/origintrail/Retail_with_Zk/04_Pink_to_Orange_shipment.xml',
      'chains/origintrail/Retail_with_Zk/05_Pink_to_Orange_receipt.xml',
      'chains/origintrail/Retail_with_Zk/06_Pink_to_Red_shipment.xml',
      'chains/origintrail/Retail_with_Zk/07_Pink_to_Red_receipt.xml'
    ]
  ],
  [
    'As above.',
    'XML_FIELD TransformationEvent has no element OTEventClass',
    ['chains/origintrail/Retail_with_Zk/03_Pink_ZKN_Transform.xml']
  ],
  [
    'A field of ilmd without a namespace; the JSON schema asks for one, too.',
    'XML_FIELD ilmd has no element productionMethodForFishAndSeafoodCode',
    ['events-1.2/gdst/fishing.xml']
  ],
  [
    'Invalid by design: a field that does not exist.',
    'XML_FIELD ObjectEvent has no element madeUpField',
    ['invalid/openepcis/xml/Capture/ObjectEvent_with_unknown_element.xml']
  ],
  [
    'A query, or query results without their element, instead of results.',
    'XML_NOT_EPCIS EPCISBody has no QueryResults',
    ['events/openepcis/xml/Query/Queries/SimpleEventQuery.xml', 'invalid/openepcis/xml/Query/QueryDocument_with_missing_value.xml']
  ],
  [
    'The body that the XML schema requires is left out; its events are hashed in another test.',
    'XML_NOT_EPCIS EPCISQueryDocument has no EPCISBody',
    ['hash-vectors/ralphtro/epcisXmlQueryDocHavingEventWithIgnoreFields.xml']
  ],
  [
    'SSCC URNs with 15 digits instead of 17.',
    'ID_SYNTAX /epcisBody/queryResults/resultsBody/eventList/7/epcList/0',
    ['chains/opentraceability/gdst_extensions_01.xml', 'chains/opentraceability/querydoc_example01.xml']
  ],
  [
    'Placeholder identifiers such as urn:epc:id:sgtin:111111111.',
    'ID_SYNTAX /epcisBody/eventList/0/epcList/0',
    [
      'chains/origintrail/three-dc/DC1_01-sample_product_packing.xml',
      'chains/origintrail/three-dc/DC1_02-sample_product_shipping.xml',
      'chains/origintrail/three-dc/DC2_01-sample_product_receiving.xml',
      'chains/origintrail/three-dc/DC2_03-sample_batch_shipping.xml',
      'chains/origintrail/three-dc/DC3_01-sample_batch_receiving.xml',
      'chains/origintrail/three-dc/DC3_02-sample_batch_selling.xml'
    ]
  ],
  [
    '"transforming" is no business step of the Core Business Vocabulary.',
    'FIELD_VALUE /epcisBody/eventList/0/bizStep',
    ['chains/origintrail/three-dc/DC2_02-sample_transformation_event.xml']
  ],
  [
    'The types of its vocabularies are no URIs; nor are time zones and dispositions what EPCIS has.',
    'FIELD_FORMAT /epcisHeader/epcisMasterData/vocabularyList/0/type',
    ['chains/origintrail/milk.xml']
  ],
  [
    'certificationInfo is a sentence instead of a URI.',
    'FIELD_FORMAT /epcisBody/eventList/0/certificationInfo',
    ['events-1.2/openepcis/xml/Capture/doc/ObjectEvent_all_possible_fields.xml']
  ],
  [
    'ilmd with action OBSERVE; EPCIS 1.1 and later allow it with ADD only.',
    'FIELD_VALUE /epcisBody/eventList/0/ilmd',
    ['events-1.2/origintrail/allExample_Object_.xml']
  ],
  [
    'The eventID is neither a URI nor a UUID.',
    'FIELD_FORMAT /epcisBody/eventList/0/eventID',
    ['events-1.2/origintrail/gs1example6_Object-Revised_.xml', 'events-1.2/origintrail/various-data-example.xml']
  ],
  [
    'The same in a corrective eventID.',
    'FIELD_FORMAT /epcisBody/eventList/0/errorDeclaration/correctiveEventIDs/0',
    ['events-1.2/origintrail/gs1example6_Object-Correction_.xml']
  ],
  [
    'Master data only: there is no event to capture.',
    'LIST_LENGTH /epcisBody/eventList',
    ['events-1.2/origintrail/gs1example7_Master-head_.xml']
  ],
  [
    'EffectiveDoseRate is no measurement type of the GS1 web vocabulary.',
    'FIELD_VALUE /epcisBody/eventList/0/sensorElementList/0/sensorReport/0/type',
    ['events/openepcis/xml/Capture/doc/TransactionEvent_with_userExtensions.xml']
  ],
  [
    'As above.',
    'FIELD_VALUE /epcisBody/queryResults/resultsBody/eventList/0/sensorElementList/0/sensorReport/0/type',
    ['events/openepcis/xml/Query/doc/TransactionEvent_with_userExtensions.xml']
  ],
  [
    'The name of the query, which both schemas require, is left out.',
    'FIELD_MISSING /epcisBody/queryResults/queryName',
    [
      'events/openepcis/xml/Query/CurieString_document.xml',
      'events/openepcis/xml/Query/JumbledFieldsOrder.xml',
      'events/openepcis/xml/Query/ObjectEventWithAllPossibleFields.xml',
      'events/openepcis/xml/Query/TransactionEvent_with_userExtensions.xml',
      'invalid/openepcis/xml/Query/QueryDocument_with_invalid_action.xml'
    ]
  ],
  [
    'Its GRAI has a wrong check digit.',
    'ID_CHECK_DIGIT /epcisBody/queryResults/resultsBody/eventList/0/epcList/0',
    ['events/openepcis/xml/Query/queryDocument.xml']
  ],
  [
    'An extension inside a quantity element, where JSON allows none.',
    'FIELD_UNKNOWN /epcisBody/queryResults/resultsBody/eventList/0/inputQuantityList/0/tr:count',
    ['events/opentraceability/querydoc_example02.xml']
  ],
  [
    'Invalid by design: an action that does not exist.',
    'FIELD_VALUE /epcisBody/eventList/0/action',
    ['invalid/openepcis/xml/Capture/ObjectEvent_with_invalid_action.xml']
  ],
  [
    'Invalid by design: a date that is none.',
    'FIELD_FORMAT /epcisBody/eventList/0/eventTime',
    ['invalid/openepcis/xml/Capture/ObjectEvent_with_invalid_eventTime_format.xml']
  ],
  [
    'Invalid by design: no eventTime.',
    'FIELD_MISSING /epcisBody/eventList/0/eventTime',
    ['invalid/openepcis/xml/Capture/ObjectEvent_without_eventTime.xml']
  ]
];

interface TwinDifference {
  readonly reason: string;
  /** Inside the list of events; null when the documents are about different events. */
  readonly pointers: readonly string[] | null;
}

const OTHER_EVENTS: TwinDifference = { reason: 'Same name, other events.', pointers: null };

/** Twins that do not say the same. */
export const TWIN_DIFFERENCES: Readonly<Record<string, TwinDifference>> = {
  'events/fastnt/ObjectEvent_StringCertificationInfo.xml': OTHER_EVENTS,
  'events/fastnt/Request_ObjectEvent_WithMasterdata.xml': OTHER_EVENTS,
  'events/openepcis/xml/Capture/bare/TransactionEvent.xml': {
    reason: 'An empty extension element is an empty text; the twin leaves it out.',
    pointers: ['/0/rail:vehicle/1/rail:vehicleMasterGIAI']
  },
  'events/openepcis/xml/Capture/bare/TransformationEvent.xml': {
    reason: 'The twin has another time zone, so another instant.',
    pointers: ['/0/errorDeclaration/declarationTime']
  },
  'events/openepcis/xml/Capture/doc/ObjectEvent_with_comment.xml': {
    reason: 'An XML comment is left out; the twin has it as a field.',
    pointers: ['/0/rdfs:comment']
  },
  'events/openepcis/xml/Query/queryDocument.xml': {
    reason: 'A GRAI with a wrong check digit has no canonical form; the twin writes it under another domain.',
    pointers: ['/0/epcList/0']
  },
  'invalid/openepcis/xml/Query/QueryDocument_with_invalid_action.xml': {
    reason: 'Other identifiers and components in the twin.',
    pointers: ['/0/epcList/0', '/0/sensorElementList/0/sensorReport/0/component']
  }
};
