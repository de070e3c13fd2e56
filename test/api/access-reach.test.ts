import { type GraphQLField, getNamedType, isInterfaceType, isLeafType, isObjectType } from 'graphql';
import { createSchema } from '../../src/api-schema.js';
import { createTestbed, type Testbed } from '../support/testbed.js';
import { makeWorld, type World } from '../support/world.js';

const schema = createSchema();
let bed: Testbed;
let world: World;
beforeAll(async () => {
  bed = await createTestbed({ settings: { TRACKING_SUSPECT_FACTOR: '1000000' } });
  world = await makeWorld(bed);
}, 120_000);
afterAll(() => bed.stop());

interface Answered {
  data?: object | null;
}

/** Everything that can be asked for below a type, to a depth. */
function everything(typeName: string, depth: number): string {
  return Object.values(fieldsOf(typeName))
    .flatMap((field) => selection(field, depth) ?? [])
    .join(' ');
}

const fieldsOf = (typeName: string) => {
  const type = schema.getType(typeName);
  return isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
};

/** Fields that lead back to where one came from: with all that is below them a document is too large to be weighed. */
const CROSSING = new Set(['sameClip', 'rounds']);

function selection(field: GraphQLField<unknown, unknown>, depth: number, outermost = 2): string | undefined {
  const named = getNamedType(field.type);
  const takes = (name: string) => field.args.some((arg) => arg.name === name);
  const args = takes('from') ? '(from: "2026-11-01", to: "2026-11-02")' : takes('first') ? `(first: ${outermost})` : '';
  if (isLeafType(named)) return `${field.name}${args}`;
  const left = CROSSING.has(field.name) ? Math.min(depth, 1) : depth;
  const below = left > 0 ? everything(named.name, left - 1) : '';
  return below && `${field.name}${args} { ${below} }`;
}

/** A document for each field of a type, with all that is below it: together they would be too long for one. */
const waysFrom = (typeName: string, outermost: number, around: (field: string) => string) =>
  Object.values(fieldsOf(typeName)).flatMap((field) => {
    const text = selection(field, 3, outermost);
    return text ? [around(text)] : [];
  });

test('whatever way another clipper or nobody takes, nothing of the owner is reached: no id, no address, no link', async () => {
  const secrets = await world.secrets();
  expect(secrets.length).toBeGreaterThan(8);
  const fromCampaign = [
    ...waysFrom('Campaign', 60, (field) => `query ($campaign: ID!) { campaign(id: $campaign) { ${field} } }`),
    ...waysFrom('Campaign', 10, (field) => `{ campaigns(first: 5) { nodes { ${field} } } }`),
  ];
  const fromMe = [
    ...waysFrom('User', 60, (field) => `{ me { ${field} } }`),
    ...waysFrom(
      'ClipSubmission',
      2,
      (field) =>
        `query ($campaign: ID!) { me { submissions(first: 60, status: APPROVED, campaignId: $campaign) { nodes { ${field} } } } }`,
    ),
  ];
  const walk = async (caller: string | null, texts: readonly string[]) => {
    const answers = [];
    for (const text of texts) answers.push((await bed.send(text, { campaign: world.campaignId }, caller)) as Answered);
    // Refusals of single fields are answers; a document that was not executed proves nothing.
    expect(answers.filter((answer) => !answer.data)).toEqual([]);
    return JSON.stringify(answers);
  };
  for (const [caller, texts] of [
    ['other', [...fromCampaign, ...fromMe]],
    [null, fromCampaign],
  ] as const) {
    const seen = await walk(caller, texts);
    expect(secrets.filter((secret) => seen.includes(secret))).toEqual([]);
  }
  // And the owner does reach them, or the test would prove nothing.
  const own = await walk('owner', fromMe);
  expect(secrets.filter((secret) => !own.includes(secret))).toEqual([]);
});

test('a cursor of another’s list is a place in one’s own list and nothing more', async () => {
  const text =
    'query ($after: String) { me { submissions(first: 100, after: $after) { nodes { id } edges { cursor } } } }';
  interface Lists {
    me: { submissions: { nodes: { id: string }[]; edges: { cursor: string }[] } };
  }
  const own = await bed.ask<Lists, object>(text, {}, 'owner');
  const answer = await bed.ask<Lists, object>(text, { after: own.me.submissions.edges[0]?.cursor }, 'other');
  const mine = new Set((await bed.ask<Lists, object>(text, {}, 'other')).me.submissions.nodes.map((each) => each.id));
  expect(answer.me.submissions.nodes.every((each) => mine.has(each.id))).toBe(true);
});
