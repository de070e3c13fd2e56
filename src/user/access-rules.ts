import { getMetadataStorage } from 'type-graphql';
import { isGrant } from './grants.js';

/** A field as "Type.field", and the grants its `@Authorized(...)` names; undefined without one. */
interface Ruled {
  field: string;
  rule: readonly string[] | undefined;
}

function operations(): Ruled[] {
  const { queries, mutations, subscriptions } = getMetadataStorage();
  const of = (type: string, fields: typeof queries) =>
    fields.map(({ schemaName, roles }) => ({ field: `${type}.${schemaName}`, rule: roles as string[] | undefined }));
  return [...of('Query', queries), ...of('Mutation', mutations), ...of('Subscription', subscriptions)];
}

function guardedFields(): Ruled[] {
  return getMetadataStorage().objectTypes.flatMap(
    ({ name, fields }) =>
      fields?.flatMap(({ schemaName, roles }) =>
        roles ? [{ field: `${name}.${schemaName}`, rule: roles as string[] }] : [],
      ) ?? [],
  );
}

/**
 * The rule of every operation, and of every other field that has one, by "Type.field". Known once the schema is built.
 */
export function accessRules(): ReadonlyMap<string, readonly string[]> {
  return new Map([...operations(), ...guardedFields()].map(({ field, rule }) => [field, rule ?? []]));
}

/**
 * Access is closed by default: every operation must state its rule, and every rule must name grants that there are.
 * @throws Error that names each field for which this does not hold; the schema is then not built
 * @see docs/domain.md U5
 */
export function checkAccessRules(): void {
  const open = operations().flatMap(({ field, rule }) =>
    rule ? [] : `${field} states no rule: @Authorized(Grant.ANYONE) where everybody may call it`,
  );
  const { authorizedFields, authorizedResolver } = getMetadataStorage();
  const unknown = [...authorizedFields, ...authorizedResolver].flatMap((written) => {
    const place = [written.target.name, 'fieldName' in written ? written.fieldName : []].flat().join('.');
    return (written.roles as string[]).flatMap((name) =>
      isGrant(name) ? [] : `${place} names the grant "${name}", which there is not`,
    );
  });
  if (open.length + unknown.length > 0)
    throw new Error(`The schema is not built: ${[...open, ...unknown].join('; ')}.`);
}
