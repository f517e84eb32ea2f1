/** What was asked for: `--quick` (does everything work?), `--large` (a million threads), and names of chapters. */
export const quick = process.argv.includes('--quick')
export const large = process.argv.includes('--large')

/** As much as a run takes, or as little as shows that a chapter works. */
export const unlessQuick = (usual, little) => (quick ? little : usual)
