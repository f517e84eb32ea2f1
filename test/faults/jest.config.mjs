import common from '../../jest.config.mjs'

/** The long form: every fault, hundreds of times. */
export default {
  ...common,
  rootDir: '../..',
  testMatch: ['<rootDir>/test/faults/all.ts'],
  maxConcurrency: 6,
}
