import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { SafeInt } from '../infra/graphql/scalars.js';
import { Platform } from './platform.js';

export enum ReadingOutcome {
  VALUE = 'VALUE',
  MISSING = 'MISSING',
  REMOVED = 'REMOVED',
  SUSPECT = 'SUSPECT',
}

registerEnumType(ReadingOutcome, {
  name: 'ReadingOutcome',
  description: 'The outcome of one observation of a clip. Only a VALUE moves money; unknown is not zero.',
  valuesConfig: {
    VALUE: { description: 'A count of views.' },
    MISSING: { description: 'No usable answer: no item, null, garbage, or a failed or timed-out run.' },
    REMOVED: { description: 'The platform says that the clip is gone or private.' },
    SUSPECT: {
      description: 'A count too high to be believed at once; it pays nothing until a second reading confirms it.',
    },
  },
});

@ObjectType({ simpleResolvers: true, description: 'The current answer of the source for one link.' })
export class ViewProbe {
  @Field(() => Platform, { description: 'Where the clip is published.' })
  platform!: Platform;

  @Field(() => String, { description: "The platform's own identifier of the clip." })
  videoId!: string;

  @Field(() => String, { description: 'Its canonical link. All forms of a link have the same one.' })
  canonicalUrl!: string;

  @Field(() => ReadingOutcome, { description: 'The outcome of the observation.' })
  outcome!: ReadingOutcome;

  @Field(() => SafeInt, { nullable: true, description: 'The count; null when there was none.' })
  views!: bigint | null;
}
