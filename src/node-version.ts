const OLDEST_MAJOR = 24;

/** Why a version of Node cannot run the product, in one sentence; undefined when it can. */
export function whyNodeIsUnfit(version: string): string | undefined {
  if (parseInt(version, 10) >= OLDEST_MAJOR) return undefined;
  return `Clipledger needs Node ${OLDEST_MAJOR} or later, and this is Node ${version}: start it with npm (npm start, npm run ...), which brings Node ${OLDEST_MAJOR}, or call node_modules/.bin/node.`;
}

/**
 * Ends the process on a Node that cannot run the product. Entry points ask this before they import anything else:
 * MikroORM fails to load on Node 20 with a SyntaxError that names no version.
 */
export function requireNode(): void {
  const why = whyNodeIsUnfit(process.versions.node);
  if (!why) return;
  process.stderr.write(`${why}\n`);
  process.exit(1);
}
