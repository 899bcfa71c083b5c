export * from './projection.entity.js';
export * from './projection.migration.js';
export * from './projection.types.js';
export * from './projectionStore.js';
