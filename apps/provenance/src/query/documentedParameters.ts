import { ApiQuery } from '@nestjs/swagger';
import { schemaRef } from '@lading/api';
import { EVENT_PARAMETERS } from './question.js';

export const EVENT_PAGE = {
  status: 200,
  description: 'Matching events; the next page is in Link',
  content: {
    'application/json': { schema: schemaRef('EPCISQueryDocument') },
    'application/xml': { schema: { type: 'string', description: 'EPCISQueryDocument of the EPCIS 2.0 XML schema' } }
  }
} as const;

/** Documents the parameters with fixed names of a route that answers events. */
export const EventQueryParameters = (): MethodDecorator => (target, key, descriptor) => {
  for (const name of EVENT_PARAMETERS)
    ApiQuery({ name, required: false, description: 'Several values: a|b' })(target, key, descriptor);
  for (const name of ['orderBy', 'eventCountLimit', 'maxEventCount']) ApiQuery({ name, required: false })(target, key, descriptor);
  ApiQuery({ name: 'orderDirection', required: false, enum: ['ASC', 'DESC'] })(target, key, descriptor);
};
