/** For this user and nobody else: what is in a new file or folder from now on are people's numbers and words. */
export function keepNewFilesPrivate(): void {
  process.umask(0o077)
}
