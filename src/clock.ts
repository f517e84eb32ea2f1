/** Unix milliseconds of the world outside, for what is not handed a clock by `main.ts`: command-line verbs and stand-ins. */
export const wallClock = () => Math.round(performance.timeOrigin + performance.now())
