import { Field, Int, ObjectType } from 'type-graphql';

@ObjectType({ simpleResolvers: true, description: 'Submissions by status.' })
export class SubmissionCounts {
  @Field(() => Int, { description: 'Waiting for review.' })
  pending!: number;

  @Field(() => Int, { description: 'Accepted.' })
  approved!: number;

  @Field(() => Int, { description: 'Refused or revoked.' })
  rejected!: number;

  @Field(() => Int, { description: 'Taken back.' })
  withdrawn!: number;

  @Field(() => Int, { description: 'All of them.' })
  total!: number;
}

/** Counts as the database keeps them, in the form of the API. */
export function submissionCounts(
  totals: Record<'pending' | 'approved' | 'rejected' | 'withdrawn', bigint>,
): SubmissionCounts {
  const { pending, approved, rejected, withdrawn } = totals;
  return {
    pending: Number(pending),
    approved: Number(approved),
    rejected: Number(rejected),
    withdrawn: Number(withdrawn),
    total: Number(pending + approved + rejected + withdrawn),
  };
}
