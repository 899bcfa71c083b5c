import { encodeUtf8 } from '@lading/kernel';
import { xmlToEpcisJson, type ConvertedDocument } from './index.js';

const convert = (text: string): ConvertedDocument => {
  const result = xmlToEpcisJson(encodeUtf8(text) ?? new Uint8Array(0));
  if (!result.ok) throw new Error(`${result.code} ${result.pointer} ${result.detail}`);
  return result.value;
};
const event = (content: string, attributes = ''): Record<string, unknown> => {
  const list = `<EventList><ObjectEvent>${content}</ObjectEvent></EventList>`;
  const document = convert(`<EPCISDocument ${attributes}><EPCISBody>${list}</EPCISBody></EPCISDocument>`);
  return (JSON.parse(document.json) as { epcisBody: { eventList: [Record<string, unknown>] } }).epcisBody.eventList[0];
};

describe('EPCIS XML as JSON', () => {
  it('envelopes of version 1 are not there: 1.2 and 2.0 give the same event', () => {
    const identity = '<eventID>urn:x:1</eventID>';
    const quantity = '<quantityList><quantityElement><epcClass>urn:x:c</epcClass><quantity>5</quantity></quantityElement></quantityList>';
    const sensors = '<sensorElementList><sensorElement><sensorReport type="gs1:Speed" value="1"/></sensorElement></sensorElementList>';
    const v1 = `<baseExtension>${identity}</baseExtension><extension>${quantity}<extension>${sensors}</extension></extension>`;
    expect(event(v1)).toEqual(event(identity + quantity + sensors));
  });

  it('numbers keep their digits, and what is none stays a text for the validator', () => {
    const quantity = (text: string): string => {
      const content = `<quantityElement><epcClass>urn:x:c</epcClass><quantity>${text}</quantity></quantityElement>`;
      const { json } = convert(`<ObjectEvent><quantityList>${content}</quantityList></ObjectEvent>`);
      return /"quantity":(.*?)}/.exec(json)?.[1] ?? '';
    };
    expect(['200.0', '+5', '.5', '007', '-1.50', '1e3', '12345678901234567890.1'].map(quantity)).toEqual([
      '200.0', '5', '0.5', '7', '-1.50', '1e3', '12345678901234567890.1'
    ]);
    expect(['five', '', '1,5', '.'].map(quantity)).toEqual(['"five"', '""', '"1,5"', '"."']);
  });

  it('a quantity that is nil is not there', () => {
    const nil = '<quantity xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"/>';
    const content = `<quantityList><quantityElement><epcClass>urn:x:c</epcClass>${nil}</quantityElement></quantityList>`;
    expect(event(content)['quantityList']).toEqual([{ epcClass: 'urn:x:c' }]);
  });

  it('vocabulary words are bare, sensor attributes typed', () => {
    const report =
      '<sensorReport type="https://gs1.org/voc/Temperature" exception="gs1:ALARM_CONDITION" component="cbv:Comp-x" value="26.0"' +
      ' booleanValue="1" stringValue="5" uom="CEL"/>';
    const found = event(
      '<bizStep>urn:epcglobal:cbv:bizstep:shipping</bizStep><disposition>https://ref.gs1.org/cbv/Disp-in_transit</disposition>' +
      '<destinationList><destination type="urn:epcglobal:cbv:sdt:owning_party">urn:x:p</destination></destinationList>' +
      `<sensorElementList><sensorElement><sensorMetadata time="2026-01-01T00:00:00Z"/>${report}</sensorElement></sensorElementList>`
    );
    expect(found).toMatchObject({
      bizStep: 'shipping',
      disposition: 'in_transit',
      destinationList: [{ type: 'owning_party', destination: 'urn:x:p' }],
      sensorElementList: [
        {
          sensorMetadata: { time: '2026-01-01T00:00:00Z' },
          sensorReport: [
            {
              type: 'Temperature', exception: 'ALARM_CONDITION', component: 'x', value: 26, booleanValue: true, stringValue: '5', uom: 'CEL'
            }
          ]
        }
      ]
    });
  });

  it('extensions are kept: lists, objects, attributes, and texts that look like numbers', () => {
    const found = event(
      '<x:a>1</x:a><x:a> 2 </x:a><x:o unit="KGM" xsi:type="xsd:string">3.5<y:p xmlns:y="urn:y"/></x:o>' +
      '<readPoint><id>urn:x:r</id><extension><x:dock>7</x:dock></extension></readPoint>',
      'xmlns:x="urn:x" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    );
    expect(found).toMatchObject({
      'x:a': ['1', '2'],
      'x:o': { unit: 'KGM', 'y:p': '', '#text': '3.5' },
      readPoint: { id: 'urn:x:r', 'x:dock': '7' }
    });
  });

  it('one prefix never stands for two namespaces, and none for one of the EPCIS context', () => {
    const { json } = convert(
      '<ObjectEvent><x:a xmlns:x="urn:1"/><x:a xmlns:x="urn:2"/><gs1:a xmlns:gs1="urn:3"/><a xmlns="urn:4"/>' +
      '<m:lot xmlns:m="urn:epcglobal:cbv:mda">L</m:lot></ObjectEvent>'
    );
    const parsed = JSON.parse(json) as Record<string, unknown>;
    expect(parsed).toMatchObject({ 'x:a': '', 'x2:a': '', 'gs12:a': '', 'ns:a': '', 'cbvmda:lot': 'L' });
    expect((parsed['@context'] as unknown[]).slice(1)).toEqual([{ x: 'urn:1' }, { x2: 'urn:2' }, { gs12: 'urn:3' }, { ns: 'urn:4' }]);
  });

  it('empty lists say nothing, but for the list of instances', () => {
    expect(event('<epcList/><bizTransactionList/><quantityList/><persistentDisposition/>')).toEqual({ type: 'ObjectEvent', epcList: [] });
  });

  it('one certificate is a text, several are a list', () => {
    expect(event('<certificationInfo>urn:x:1</certificationInfo>')['certificationInfo']).toBe('urn:x:1');
    expect(event('<certificationInfo>urn:x:1</certificationInfo><certificationInfo>urn:x:2</certificationInfo>')['certificationInfo'])
      .toEqual(['urn:x:1', 'urn:x:2']);
  });

  const MASTER_DATA =
    '<EPCISHeader><extension><EPCISMasterData><VocabularyList><Vocabulary type="urn:epcglobal:epcis:vtype:ReadPoint">' +
    '<VocabularyElementList><VocabularyElement id="urn:x:r"><attribute id="urn:x:name">Dock</attribute>' +
    '<attribute id="urn:x:address"><Street>1 Road</Street></attribute><children><id>urn:x:c</id></children>' +
    '</VocabularyElement></VocabularyElementList></Vocabulary></VocabularyList></EPCISMasterData></extension></EPCISHeader>';
  const VOCABULARIES = [
    {
      type: 'urn:epcglobal:epcis:vtype:ReadPoint',
      vocabularyElementList: [
        {
          id: 'urn:x:r',
          attributes: [{ id: 'urn:x:name', attribute: 'Dock' }, { id: 'urn:x:address', attribute: { Street: '1 Road' } }],
          children: ['urn:x:c']
        }
      ]
    }
  ];

  it('master data are kept, in query documents with the result', () => {
    const document = convert(`<EPCISDocument creationDate="2026-01-01T00:00:00">${MASTER_DATA}<EPCISBody/></EPCISDocument>`);
    expect(JSON.parse(document.json)).toMatchObject({
      creationDate: '2026-01-01T00:00:00Z',
      epcisHeader: { epcisMasterData: { vocabularyList: VOCABULARIES } }
    });
    const query = convert(
      `<EPCISQueryDocument>${MASTER_DATA}<EPCISBody><QueryResults><queryName>q</queryName><resultsBody><EventList/></resultsBody>` +
      '</QueryResults></EPCISBody></EPCISQueryDocument>'
    );
    expect(JSON.parse(query.json)).toMatchObject({
      epcisBody: { queryResults: { queryName: 'q', resultsBody: { eventList: [], vocabularyList: VOCABULARIES } } }
    });
  });

  it('every pointer has its line, and what is missing that of its owner', () => {
    const document = convert(
      '<EPCISDocument>\n<EPCISBody>\n<EventList>\n<ObjectEvent>\n  <action>ADD</action></ObjectEvent>' +
        '</EventList></EPCISBody></EPCISDocument>'
    );
    expect(document.positionOf('/epcisBody/eventList/0/action')).toEqual({ line: 5, column: 3 });
    expect(document.positionOf('/epcisBody/eventList/0/eventTime')).toEqual({ line: 4, column: 1 });
    expect(document).toMatchObject({ type: 'EPCISDocument', version: '', eventCount: 1 });
  });
});
