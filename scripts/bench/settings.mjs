/** The environment of everything that is measured; secrets of nobody. */
export const settings = {
  PUBLIC_URL: 'https://bridge.example',
  HOST: '127.0.0.1',
  PORT: '0',
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: 'twilio-token-of-the-bench',
  TWILIO_PHONE_NUMBERS: '+12025550199',
  INTERCOM_ACCESS_TOKEN: 'intercom-access-token-of-the-bench',
  INTERCOM_CLIENT_SECRET: 'intercom-secret-of-the-bench',
}
