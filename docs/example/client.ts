// A clipper's client in TypeScript: every answer and every variable is typed by the operations in schema/operations.
// npx node docs/example/client.ts http://127.0.0.1:4000 <a clipper's token>

import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { print } from 'graphql';
import { BrowseCampaignsDocument, DashboardDocument, SubmitClipDocument } from '../../schema/generated/graphql.ts';

/** What the server says of an operation that it refused: `code` is one of the contract's. */
export class Refused extends Error {
  readonly code: string;
  readonly field: string | undefined;

  constructor({ message, extensions }: { message: string; extensions: { code: string; field?: string } }) {
    super(message);
    this.code = extensions.code;
    this.field = extensions.field;
  }
}

/** Asks the API; the answer has the type of the document. */
export async function ask<Result, Variables>(
  { address, token }: { address: string; token: string },
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const response = await fetch(`${address}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: print(document), variables }),
    signal: AbortSignal.timeout(120_000),
  });
  const { data, errors } = (await response.json()) as {
    data?: Result;
    errors?: ConstructorParameters<typeof Refused>[0][];
  };
  if (errors?.[0]) throw new Refused(errors[0]);
  if (!data) throw new Error(`no answer: HTTP ${response.status}`);
  return data;
}

/** Browses what can be clipped for, submits a clip to the best paid campaign, and reads the balance. */
export async function clip(
  server: { address: string; token: string },
  url: string,
  tell: (line: string) => void,
): Promise<void> {
  const { campaigns, settings } = await ask(server, BrowseCampaignsDocument, { platform: 'TIKTOK' });
  for (const { title, cpm, remaining } of campaigns.edges.map((edge) => edge.node))
    tell(`${title}: ${cpm} ${settings.currency} per 1,000 views, ${remaining} left`);
  // Money is a decimal string: compare it as one does decimals, never by making it a float.
  const campaign = campaigns.edges[0]?.node;
  if (!campaign) throw new Error('no campaign is open');
  try {
    const { submitClip } = await ask(server, SubmitClipDocument, { campaignId: campaign.id, url });
    tell(`submitted to ${campaign.title}: ${submitClip.status}`);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tell(`not submitted: ${error.message} (${error.code})`);
  }
  const { me } = await ask(server, DashboardDocument, {});
  if (!me) throw new Error('the token was not sent');
  tell(`${me.name} earned ${me.totalEarned} ${settings.currency}, ${me.availableBalance} of it available`);
}

const [, script, address, token, url = 'https://www.tiktok.com/@demo/video/7000000000000001000'] = process.argv;
if (script?.endsWith('client.ts')) {
  if (!address || !token) throw new Error('npx node docs/example/client.ts ADDRESS TOKEN [LINK]');
  await clip({ address, token }, url, (line) => process.stdout.write(`${line}\n`));
}
