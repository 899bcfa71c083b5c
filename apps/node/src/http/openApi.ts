import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { MEDIA, openApiSchemas, schemaRef } from '@lading/api';
import { VERSION } from '../version.js';

/** How every route documents its refusals. */
export const REFUSED = { description: 'Refused', content: { [MEDIA.problem]: { schema: schemaRef('Problem') } } };

/** The OpenAPI document of the routes that the application has; openapi.json in the repository is this, committed. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Lading node')
    .setDescription(
      'One organization’s node of a Lading network: EPCIS 2.0 capture and query, transactions, trace and proofs. ' +
        'Errors are application/problem+json; every code has a page under /errors/{code}.'
    )
    .setVersion(VERSION)
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .build();
  const document = SwaggerModule.createDocument(app, config, { operationIdFactory: (_controller, method) => method });
  const schemas = openApiSchemas() as NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;
  const components = { ...document.components, schemas: { ...document.components?.schemas, ...schemas } };
  return { ...document, components };
}

/** Swagger UI at /docs from local files, and the document itself at /openapi.json. */
export function mountDocs(app: INestApplication): void {
  SwaggerModule.setup('docs', app, () => openApiDocument(app), {
    jsonDocumentUrl: '/openapi.json',
    raw: ['json'],
    customSiteTitle: 'Lading API'
  });
}
