import { EPCIS_HEADERS } from '@lading/api';

/** What a node can do, in the headers that EPCIS defines for it. The version is that of the API. */
export const CAPABILITY_HEADERS: Readonly<Record<string, string>> = {
  ...EPCIS_HEADERS,
  'GS1-EPC-Format': 'Always_GS1_Digital_Link, Always_EPC_URN, No_Preference, Never_Translates',
  'GS1-CBV-XML-Format': 'Always_Web_URI, Always_URN, No_Preference, Never_Translates',
  'GS1-Vendor-Version': 'Lading 0.1.0',
  'GS1-Capture-Error-Behaviour': 'rollback'
};

const READ = 'GET, HEAD, OPTIONS';
const WRITE = 'GET, HEAD, OPTIONS, POST';
const REMOVE = 'DELETE, GET, HEAD, OPTIONS';

const RESOURCES = ['eventTypes', 'epcs', 'bizSteps', 'bizLocations', 'readPoints', 'dispositions'];

/** Methods by route. */
export const ALLOWED: Readonly<Record<string, string>> = {
  '': READ,
  '/capture': WRITE,
  '/capture/:captureID': READ,
  '/events': WRITE,
  '/events/:eventID': READ,
  ...Object.fromEntries(
    RESOURCES.flatMap((name) => [
      [`/${name}`, READ],
      [`/${name}/:id`, READ],
      [`/${name}/:id/events`, READ]
    ])
  ),
  '/queries': WRITE,
  '/queries/:queryName': REMOVE,
  '/queries/:queryName/events': READ,
  '/queries/:queryName/subscriptions': WRITE,
  '/queries/:queryName/subscriptions/:subscriptionID': REMOVE,
  '/nextPageToken/:token': 'DELETE, OPTIONS'
};
