import { applyDecorators, Injectable, UseGuards, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { ApiBearerAuth, ApiHeader } from '@nestjs/swagger';
import { ApiFault, HEADER } from '@lading/api';
import { EPC_FORMATS, type EpcFormat } from '@lading/provenance';
import { answerMedia } from './accept.js';
import { cbvFormatOf } from './cbvFormat.js';
import { headerOf, type HttpRequest } from './http.types.js';

/** What we speak, and what the header's name is about. */
const SPOKEN: readonly number[] = [2, 0, 0];
const STANDARDS = ['gs1-epcis', 'gs1-cbv'] as const;

const ADDRESS_CHARACTERS = 8192;

/** Versions, formats and media types are settled before a route does anything. */
@Injectable()
export class EpcisRequestGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<HttpRequest>();
    if (request.url.length > ADDRESS_CHARACTERS) {
      throw new ApiFault('URI_TOO_LONG', `an address has at most ${ADDRESS_CHARACTERS} characters; ask by a named query`);
    }
    requireVersions(request);
    epcFormatOf(request);
    if (answerMedia(request) === 'xml') cbvFormatOf(request);
    return true;
  }
}

/** A controller of EPCIS routes. */
export const EpcisRoutes = (): ClassDecorator =>
  applyDecorators(
    ApiBearerAuth(),
    ApiHeader({ name: 'GS1-EPC-Format', required: false, enum: [...EPC_FORMATS] }),
    ApiHeader({ name: 'GS1-EPCIS-Min', required: false }),
    ApiHeader({ name: 'GS1-EPCIS-Max', required: false }),
    UseGuards(EpcisRequestGuard)
  );

export function epcFormatOf(request: HttpRequest): EpcFormat {
  const asked = headerOf(request, HEADER.epcFormat) ?? 'Always_GS1_Digital_Link';
  const format = EPC_FORMATS.find((known) => known === asked);
  if (format === undefined) throw new ApiFault('NOT_ACCEPTABLE', `GS1-EPC-Format is one of ${EPC_FORMATS.join(', ')}`);
  return format;
}

export function requireVersions(request: HttpRequest): void {
  const isXml = /\/xml\b/.test(headerOf(request, 'content-type') ?? '');
  for (const standard of STANDARDS) {
    const version = (what: string): number | null => {
      const text = headerOf(request, `${standard}-${what}`);
      return text === undefined ? null : compared(text, `${standard}-${what}`);
    };
    if ((version('min') ?? 0) > 0) throw unspoken(`${standard}-min`);
    if ((version('max') ?? 0) < 0) throw unspoken(`${standard}-max`);
    const exact = version('version');
    if (exact !== null && exact !== 0 && !(isXml && exact < 0)) throw unspoken(`${standard}-version`);
  }
}

const unspoken = (header: string): ApiFault =>
  new ApiFault('NOT_ACCEPTABLE', `${header}: this node speaks EPCIS 2.0.0 with CBV 2.0.0`);

/** Below zero: older than what we speak. 2.0.x is what we speak. */
function compared(text: string, header: string): number {
  if (!/^\d{1,6}(\.\d{1,6}){0,3}$/.test(text)) throw new ApiFault('NOT_ACCEPTABLE', `${header}: a version is numbers and points`);
  const parts = text.split('.').map(Number);
  for (const [i, spoken] of SPOKEN.slice(0, 2).entries()) {
    const difference = (parts[i] ?? 0) - spoken;
    if (difference !== 0) return difference;
  }
  return 0;
}
