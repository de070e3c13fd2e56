import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { notHere } from './http-error.js';

const NONCE_BYTES = 16;
/** A file of the build has its hash in its name: another content has another address. */
const KEPT_FOR_EVER = 'public, max-age=31536000, immutable';
const TYPES: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

export interface ConsoleOptions {
  /** Where the build is: dist/console. */
  folder: string;
  /** Whether the page may offer the two people of the sample data. */
  demo: boolean;
  /** Origins besides this one that the page may call: those of the identity provider. */
  connectTo: () => Promise<readonly string[]>;
}

/**
 * Registers the console: its page at every address that no other route has, and its files below /assets/. The page is
 * made again for each request, since its style sheets carry a nonce; it is never kept by a browser.
 */
export function registerConsole(app: FastifyInstance, options: ConsoleOptions): void {
  const page = readPage(options.folder);
  const files = readFiles(options.folder);
  const sendPage = async (reply: FastifyReply) => {
    const nonce = randomBytes(NONCE_BYTES).toString('base64');
    return reply
      .code(page === undefined ? 503 : 200)
      .type('text/html; charset=utf-8')
      .header('cache-control', 'no-store')
      .header('content-security-policy', contentSecurityPolicy(nonce, await options.connectTo()))
      .send((page ?? NOT_BUILT).replaceAll('%NONCE%', nonce).replaceAll('%DEMO%', String(options.demo)));
  };
  app.get('/', (_request, reply) => sendPage(reply));
  app.get('/*', (request, reply) => {
    const [pathname = '/'] = request.url.split('?');
    const file = files.get(pathname);
    if (file) return sendFile(reply, file);
    // An address of a screen has no ending, and only a browser asks for it.
    if (path.extname(pathname) !== '' || !request.headers.accept?.includes('text/html')) throw notHere();
    return sendPage(reply);
  });
}

const NOT_BUILT = `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Clipledger</title></head><body>
<h1>The console is not built</h1>
<p>Run <code>npm run build:console</code> once, with the development dependencies installed, and start again. The API is at /graphql.</p>
</body></html>`;

interface BuiltFile {
  content: Buffer;
  type: string;
  keep: boolean;
}

const readPage = (folder: string): string | undefined => {
  const file = path.join(folder, 'index.html');
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined;
};

/** Every file of the build but its page, by its address: nothing else can be asked for. */
function readFiles(folder: string): Map<string, BuiltFile> {
  if (!fs.existsSync(folder)) return new Map();
  const names = fs.readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    names.flatMap((name) => {
      const type = TYPES[path.extname(name)];
      if (!type) return [];
      const address = `/${name.split(path.sep).join('/')}`;
      const content = fs.readFileSync(path.join(folder, name));
      return [[address, { content, type, keep: address.startsWith('/assets/') }] as const];
    }),
  );
}

function sendFile(reply: FastifyReply, file: BuiltFile): FastifyReply {
  return reply
    .type(file.type)
    .header('cache-control', file.keep ? KEPT_FOR_EVER : 'no-cache')
    .send(file.content);
}

/** Nothing from another host, no inline script; style sheets of this build and those that carry the nonce. */
const contentSecurityPolicy = (nonce: string, connectTo: readonly string[]): string =>
  [
    "default-src 'self'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src ${["'self'", ...connectTo].join(' ')}`,
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
