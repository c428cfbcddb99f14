/** The host cannot be asked this way, or did not answer as it should: a git process asks, and says why where it fails too. */
export class AskGitInstead extends Error {
  override readonly name = "AskGitInstead";
}
