export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/browser/'],
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { target: 'es2023', parser: { syntax: 'typescript' } }, module: { type: 'es6' } },
    ],
  },
  globalSetup: '<rootDir>/test/support/prepare.mjs',
  testTimeout: 40_000,
  // One more than the cores it is made for: many stories wait for a moment to pass.
  maxWorkers: 3,
  workerIdleMemoryLimit: '600MB',
}
