/** Unix milliseconds of the world outside: the stand-ins have a clock of their own unless they are given one. */
export const wallClock = () => Math.round(performance.timeOrigin + performance.now())
