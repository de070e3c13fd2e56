import fs from 'node:fs';
import path from 'node:path';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { makeHTMLParts, type RuruClientConfig, ruruHTML } from 'ruru/server';
import { getStaticFile } from 'ruru/static';
import { notHere } from './http-error.js';

/** Nothing of the page comes from, or talks to, another host. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
  "style-src 'self' 'unsafe-inline'",
  "worker-src 'self' blob:",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
].join('; ');
const STATIC_PATH = '/ruru/';

interface Operation {
  name: string;
  document: string;
}

/** The operations that the page offers: one tab for each file. */
function readOperations(folder: string): Operation[] {
  const files = fs.existsSync(folder) ? fs.readdirSync(folder).filter((file) => file.endsWith('.graphql')) : [];
  return files.toSorted().map((file) => ({
    name: path.basename(file, '.graphql'),
    document: fs.readFileSync(path.join(folder, file), 'utf8'),
  }));
}

/** Fills the page's storage once, before it starts: the operations as tabs, and a place for the token. */
function seed(operations: Operation[]): string {
  const [first, ...others] = operations;
  const tab = ({ name, document }: Operation) => ({
    id: name,
    hash: null,
    title: name,
    query: document,
    variables: '{}',
    headers: TOKEN_PLACE,
    operationName: null,
    response: null,
  });
  const stored: Record<string, string> = {
    'graphiql:tabState': JSON.stringify({ activeTabIndex: 0, tabs: others.map(tab) }),
    'graphiql:query': first?.document ?? '',
    'graphiql:headers': TOKEN_PLACE,
    'graphiql:shouldPersistHeaders': 'true',
  };
  const json = JSON.stringify(stored).replaceAll('<', '\\u003c');
  return `<script>if(!localStorage.getItem('clipledger:seeded')){const s=${json};for(const k in s)localStorage.setItem(k,s[k]);localStorage.setItem('clipledger:seeded','1')}</script>`;
}

const TOKEN_PLACE = JSON.stringify({ Authorization: '' }, null, 2);

/**
 * Registers the playground's files.
 * @returns sends the page, for GET /graphql in a browser
 */
export function registerPlayground(app: FastifyInstance, operationsFolder: string): (reply: FastifyReply) => void {
  const config = {
    staticPath: STATIC_PATH,
    endpoint: '/graphql',
    clientConfig: { isHeadersEditorEnabled: true } as RuruClientConfig,
  };
  const headerScripts = seed(readOperations(operationsFolder)) + makeHTMLParts(config).headerScripts;
  const html = ruruHTML({ ...config, htmlParts: { titleTag: '<title>Clipledger</title>', headerScripts } });
  app.get('/favicon.ico', (_request, reply) => reply.code(204).send());
  app.get(`${STATIC_PATH}*`, sendFile);
  return (reply) => {
    reply.type('text/html; charset=utf-8').header('content-security-policy', CONTENT_SECURITY_POLICY).send(html);
  };
}

/** A file of the playground, compressed as it is kept, or 304 when the browser has it. */
async function sendFile(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const acceptEncoding = request.headers['accept-encoding'];
  const file = await getStaticFile({ staticPath: STATIC_PATH, urlPath: request.url, acceptEncoding });
  if (!file) throw notHere();
  if (request.headers['if-none-match'] === file.headers.etag) return reply.code(304).send();
  return reply.headers({ ...file.headers, vary: 'accept-encoding' }).send(file.content);
}
