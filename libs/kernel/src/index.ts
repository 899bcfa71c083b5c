/**
 * @lading/kernel — words every other lib uses: bytes, brands, results, assertions, limits, ports of pure crypto.
 * It is not a place for helpers: the list of files is closed. It imports nothing.
 */
export * from './assert.js';
export * from './brand.js';
export * from './bytes.js';
export * from './limits.js';
export * from './ports.js';
export * from './result.js';
export * from './utf8.js';
