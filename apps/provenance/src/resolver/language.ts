/** Ranges of Accept-Language, the most wanted first (RFC 9110 §12.5.4). */
function rangesOf(header: string): readonly string[] {
  const ranges = header.split(',').flatMap((part, place) => {
    const [range = '', quality = ''] = part.split(';').map((text) => text.trim().toLowerCase());
    const q = quality === '' ? 1 : Number(/^q=([01](?:\.\d{1,3})?)$/.exec(quality)?.[1] ?? 0);
    return range === '' || q === 0 ? [] : [{ range, q, place }];
  });
  return ranges.sort((a, b) => b.q - a.q || a.place - b.place).map(({ range }) => range);
}

/** `de-AT` is looked up as itself, then as `de`, and `de` is content with `de-AT` (RFC 4647 §3.4, and its prefixes). */
function fits(language: string, range: string): boolean {
  const tag = language.toLowerCase();
  return range === '*' || tag === range || tag.startsWith(`${range}-`) || range.startsWith(`${tag}-`);
}

/** The first of what is there in the language that is wanted most; in no language, or the first of all, when there is none. */
export function bestLanguage<T extends { readonly language: string }>(list: readonly T[], header: string): T | undefined {
  for (const range of rangesOf(header)) {
    const exact = list.find(({ language }) => language.toLowerCase() === range);
    const found = exact ?? list.find(({ language }) => language !== '' && fits(language, range));
    if (found !== undefined) return found;
  }
  return list.find(({ language }) => language === '') ?? list[0];
}
