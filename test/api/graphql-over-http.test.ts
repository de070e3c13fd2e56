import { auditServer } from 'graphql-http';
import { createTestbed, type Testbed } from '../support/testbed.js';

let bed: Testbed;
beforeAll(async () => {
  bed = await createTestbed();
});
afterAll(() => bed.stop());

/**
 * What the specification allows and we do not do. Clients must be able to tell a bad document by its status, so it is 400 and
 * not 200 whatever the accepted type; a GET is refused without a header that other sites cannot send (CSRF).
 */
const NOT_DONE = [
  'notice 5A70 MAY accept application/x-www-form-urlencoded formatted GET requests',
  'notice 6A70 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
  'notice D6D5 MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'warn 572B SHOULD use 200 status code on document parsing failure when accepting application/json',
  'warn 7B9B SHOULD use a status code of 200 on variable coercion failure when accepting application/json',
  'warn FDE2 SHOULD use 200 status code on document validation failure when accepting application/json',
];

test('GraphQL over HTTP: the audit of graphql-http finds nothing that must be done, and nothing new that should be', async () => {
  const results = await auditServer({ url: `${bed.address}/graphql` });
  const failed = results.filter((result) => result.status !== 'ok');
  expect(results.length).toBeGreaterThan(50);
  expect(failed.filter(({ status }) => status === 'error')).toEqual([]);
  expect(failed.map(({ id, name, status }) => `${status} ${id} ${name}`).toSorted()).toEqual(NOT_DONE);
});
