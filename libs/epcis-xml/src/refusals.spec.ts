import { encodeUtf8 } from '@lading/kernel';
import { isXml, xmlToEpcisJson, type XmlLimits } from './index.js';

const bytes = (text: string): Uint8Array => encodeUtf8(text) ?? new Uint8Array(0);
const refusal = (text: string, limits?: Partial<XmlLimits>): string => {
  const result = xmlToEpcisJson(bytes(text), limits);
  return result.ok ? 'ok' : `${result.code} ${result.pointer}`;
};
const event = (content: string): string =>
  `<e:EPCISDocument xmlns:e="urn:epcglobal:epcis:xsd:2"><EPCISBody><EventList>\n<ObjectEvent>${content}</ObjectEvent>\n` +
  '</EventList></EPCISBody></e:EPCISDocument>';

describe('EPCIS XML that is refused', () => {
  it('with a document type: entities cannot be defined, whatever they would grow to', () => {
    const laughs = '<!DOCTYPE lol [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>';
    expect(refusal(`<?xml version="1.0"?>\n${laughs}\n${event('<action>&b;</action>')}`)).toMatch(/^XML_DOCTYPE 2:/);
    expect(refusal(`<!DOCTYPE project>${event('')}`)).toMatch(/^XML_DOCTYPE/);
  });

  it('with an entity that XML does not have', () => {
    expect(refusal(event('<action>&nbsp;</action>'))).toMatch(/^XML_SYNTAX 2:/);
  });

  it.each([
    ['a tag that is not closed', '<a><b></a>'],
    ['a prefix that is not declared', '<x:EPCISDocument/>'],
    ['nothing', ''],
    ['an attribute twice', '<a b="1" b="2"/>'],
    ['two roots', '<a/><b/>']
  ])('%s', (_, text) => expect(refusal(text)).toMatch(/^XML_SYNTAX \d+:\d+$/));

  it('in another encoding, by its bytes or by its declaration', () => {
    expect(refusal(`<?xml version="1.0" encoding="ISO-8859-1"?>${event('')}`)).toMatch(/^XML_ENCODING/);
    const result = xmlToEpcisJson(Uint8Array.of(0xff, 0xfe, 0x3c, 0x00));
    expect(result.ok || result.code).toBe('XML_ENCODING');
    expect(refusal(`<?xml version="1.0" encoding="utf-8"?>${event('')}`)).toBe('ok');
  });

  it('too deep, too large, or with too many elements', () => {
    const deep = '<x:d xmlns:x="urn:x">'.repeat(60) + '</x:d>'.repeat(60);
    expect(refusal(event(deep))).toMatch(/^XML_DEPTH 2:/);
    expect(refusal(event(deep), { depth: 70 })).toBe('ok');
    expect(refusal(event(''), { bytes: 50 })).toBe('XML_SIZE 1:1');
    expect(refusal(event('<x/>'.repeat(2_000)), { nodes: 1_000 })).toMatch(/^XML_SIZE 2:/);
  });

  it.each([
    ['an element that EPCIS does not have', '<colour>red</colour>', 'XML_FIELD 2:14'],
    ['a field twice', '<action>ADD</action><action>DELETE</action>', 'XML_FIELD 2:34'],
    ['text among elements', 'hello', 'XML_FIELD 2:1'],
    ['elements in a text', '<action><b/></action>', 'XML_FIELD 2:22'],
    ['something else in a list', '<epcList><item/></epcList>', 'XML_FIELD 2:23'],
    ['an unknown element in an envelope of version 1', '<extension><x/></extension>', 'XML_FIELD 2:25'],
    ['a third kind of persistent disposition', '<persistentDisposition><x/></persistentDisposition>', 'XML_FIELD 2:37']
  ])('%s, with its line and column', (_, content, expected) => expect(refusal(event(content))).toBe(expected));

  it('something else than events', () => {
    expect(refusal('<html/>')).toBe('XML_NOT_EPCIS 1:1');
    expect(refusal('<EPCISDocument/>')).toBe('XML_NOT_EPCIS 1:1');
    const poll = 'xmlns:q="urn:epcglobal:epcis-query:xsd:1"><EPCISBody><q:Poll/></EPCISBody>';
    expect(refusal(`<q:EPCISQueryDocument ${poll}</q:EPCISQueryDocument>`)).toMatch(/^XML_NOT_EPCIS/);
    const quantity = '<EPCISDocument><EPCISBody><EventList><QuantityEvent/></EventList></EPCISBody></EPCISDocument>';
    expect(refusal(quantity)).toMatch(/^XML_FIELD/);
  });

  it('all faults are listed, at most fifty, and a document under another namespace is none', () => {
    const result = xmlToEpcisJson(bytes(event('<x/>'.repeat(80))));
    expect(!result.ok && result.faults.length).toBe(50);
    expect(refusal('<e:EPCISDocument xmlns:e="urn:other"><EPCISBody/></e:EPCISDocument>')).toMatch(/^XML_NOT_EPCIS/);
  });

  it('XML is told from JSON by its first character', () => {
    expect(isXml(bytes('\ufeff \n<a/>'))).toBe(true);
    expect(isXml(bytes(' {"a":1}'))).toBe(false);
    expect(isXml(new Uint8Array(0))).toBe(false);
  });
});
