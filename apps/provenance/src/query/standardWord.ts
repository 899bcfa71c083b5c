const SPELLINGS = {
  bizStep: /^(?:urn:epcglobal:cbv:bizstep:|https?:\/\/(?:ref|ns)\.gs1\.org\/cbv\/BizStep-|cbv:BizStep-)([a-z_]+)$/,
  disposition: /^(?:urn:epcglobal:cbv:disp:|https?:\/\/(?:ref|ns)\.gs1\.org\/cbv\/Disp-|cbv:Disp-)([a-z_]+)$/
} as const;

/** The bare word of a CBV value in any spelling; what is not one stays as it is. */
export const standardWord = (kind: keyof typeof SPELLINGS, text: string): string =>
  SPELLINGS[kind].exec(text)?.[1] ?? text;
