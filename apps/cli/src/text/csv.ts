export { csvLine } from '@lading/api';
