import type { ApolloServerPlugin } from '@apollo/server';
import { type DocumentNode, getOperationAST, Kind, type SelectionSetNode } from 'graphql';
import type { RequestContext, Viewer } from '../infra/context.js';
import type { DomainError } from '../shared/errors.js';
import { refusalBy } from './access.js';
import { accessRules } from './access-rules.js';

/** The fields of an operation's root, those of its fragments with them. */
function rootFields(document: DocumentNode, selections: SelectionSetNode, depth = 0): string[] {
  if (depth > document.definitions.length) return [];
  return selections.selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection.name.value];
    if (selection.kind === Kind.INLINE_FRAGMENT) return rootFields(document, selection.selectionSet, depth + 1);
    const fragment = document.definitions.find(
      (each) => each.kind === Kind.FRAGMENT_DEFINITION && each.name.value === selection.name.value,
    );
    return fragment?.kind === Kind.FRAGMENT_DEFINITION ? rootFields(document, fragment.selectionSet, depth + 1) : [];
  });
}

/** Why a viewer would be refused, whatever the operation's inputs; undefined when that depends on them. */
export function refusalOf(
  document: DocumentNode,
  operationName: string | null | undefined,
  viewer: Viewer | null,
): DomainError | undefined {
  const operation = getOperationAST(document, operationName);
  if (!operation) return undefined;
  const type = operation.operation === 'mutation' ? 'Mutation' : 'Query';
  const rules = accessRules();
  const refusals = rootFields(document, operation.selectionSet).flatMap((name) => {
    const rule = rules.get(`${type}.${name}`);
    return (rule && refusalBy(rule, viewer, true)) ?? [];
  });
  return refusals.find(({ code }) => code === 'UNAUTHENTICATED') ?? refusals[0];
}

/**
 * graphql-js looks at the form of inputs before anybody asks who is calling; the contract wants it the other way round.
 * So a request that was refused for its form alone is refused first for who makes it, where that is so.
 */
export const accessFirst: ApolloServerPlugin<RequestContext> = {
  async requestDidStart() {
    return {
      async willSendResponse({ document, request, contextValue, response }) {
        if (!document || response.body.kind !== 'single') return;
        const { singleResult } = response.body;
        const executed = singleResult.data !== undefined;
        const formAlone = singleResult.errors?.some((error) => error.extensions?.code === 'BAD_USER_INPUT');
        const refusal = !executed && formAlone && refusalOf(document, request.operationName, contextValue.viewer);
        if (!refusal) return;
        singleResult.errors = [{ message: refusal.message, extensions: { code: refusal.code } }];
      },
    };
  },
};
