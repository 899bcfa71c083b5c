import { bestLanguage } from './language.js';

const list = ['en', 'de', 'pt-BR'].map((language) => ({ language }));

describe('the language of a link', () => {
  it.each([
    ['de', 'de'],
    ['de-AT', 'de'],
    ['pt', 'pt-BR'],
    ['fr, de;q=0.5, en;q=0.8', 'en'],
    ['fr', 'en'],
    ['fr, *;q=0.1', 'en'],
    ['de;q=0, pt', 'pt-BR'],
    ['', 'en'],
    [';;q,=,', 'en']
  ])('Accept-Language "%s" gets %s', (header, language) => {
    expect(bestLanguage(list, header)?.language).toBe(language);
  });

  it('is none where nothing fits and something is in no language', () => {
    expect(bestLanguage([...list, { language: '' }], 'fr')?.language).toBe('');
    expect(bestLanguage([], 'fr')).toBeUndefined();
  });
});
