import { MEDIA, schemaRef } from '@lading/api';

/** How every route documents its refusals. */
export const REFUSED = { description: 'Refused', content: { [MEDIA.problem]: { schema: schemaRef('Problem') } } };
