import { Alert, Button, Checkbox, Fieldset, Group, NumberInput, Stack, Textarea, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import type { Platform } from '../../../schema/generated/graphql.js';
import { formErrors } from '../api/errors.js';
import { formatPlatform } from '../format/text.js';

const PLATFORMS: readonly Platform[] = ['TIKTOK', 'YOUTUBE', 'INSTAGRAM'];

/** What an admin types. Money stays a string; a date is in the reader's own time zone. */
export interface CampaignValues {
  title: string;
  description: string;
  budget: string;
  cpm: string;
  platforms: Platform[];
  requirements: string;
  minViews: number;
  maxEarningsPerClip: string;
  startsAt: string;
  endsAt: string;
  adCampaignId: string;
}

export const NEW_CAMPAIGN: CampaignValues = {
  title: '',
  description: '',
  budget: '',
  cpm: '',
  platforms: ['TIKTOK'],
  requirements: '',
  minViews: 0,
  maxEarningsPerClip: '',
  startsAt: '',
  endsAt: '',
  adCampaignId: '',
};

const instantOf = (local: string) => (local ? new Date(local).toISOString() : null);

/** An instant of the API for a field of type datetime-local. */
export const localOf = (instant: string | null): string => {
  if (!instant) return '';
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
};

/** The input of createCampaign; of updateCampaign, too, where an empty field clears. */
export const inputOf = (values: CampaignValues) => ({
  title: values.title,
  description: values.description,
  budget: values.budget,
  cpm: values.cpm,
  platforms: values.platforms,
  requirements: values.requirements.split('\n').flatMap((line) => line.trim() || []),
  minViews: values.minViews,
  maxEarningsPerClip: values.maxEarningsPerClip || null,
  startsAt: instantOf(values.startsAt),
  endsAt: instantOf(values.endsAt),
  adCampaignId: values.adCampaignId || null,
});

const FIELDS = Object.keys(NEW_CAMPAIGN);

interface Props {
  initial: CampaignValues;
  action: string;
  onChange?: (values: CampaignValues) => void;
  /** @throws the error of the API, which is shown beside its field */
  onSubmit: (values: CampaignValues) => Promise<unknown>;
}

/** A campaign's terms. */
export function CampaignForm({ initial, action, onChange, onSubmit }: Props) {
  const [values, setValues] = useState(initial);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const { errors, rest } = error ? formErrors(error, FIELDS) : { errors: {} as Record<string, string>, rest: null };
  const change = (part: Partial<CampaignValues>) => {
    const next = { ...values, ...part };
    setValues(next);
    setError(null);
    onChange?.(next);
  };
  const send = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    await onSubmit(values).catch(setError);
    setBusy(false);
  };
  const text = (name: keyof CampaignValues) => ({
    value: String(values[name]),
    onChange: (event: { currentTarget: { value: string } }) => change({ [name]: event.currentTarget.value }),
    error: errors[name],
  });
  return (
    <form onSubmit={(event) => void send(event)}>
      <Stack maw={560}>
        <Fieldset legend="1. What it is">
          <Stack>
            <TextInput label="Title" required {...text('title')} />
            <Textarea label="Description" autosize minRows={2} {...text('description')} />
            <Checkbox.Group
              label="Platforms"
              value={values.platforms}
              onChange={(platforms) => change({ platforms: platforms as Platform[] })}
              error={errors.platforms}
            >
              <Group mt={4}>
                {PLATFORMS.map((each) => (
                  <Checkbox key={each} value={each} label={formatPlatform(each)} />
                ))}
              </Group>
            </Checkbox.Group>
            <TextInput label="Ad campaign" description="Its id at the advertising source" {...text('adCampaignId')} />
          </Stack>
        </Fieldset>
        <Fieldset legend="2. What it pays">
          <Stack>
            <Group grow align="start">
              <TextInput label="Budget" placeholder="500.00" inputMode="decimal" required {...text('budget')} />
              <TextInput
                label="CPM"
                description="Pay for 1,000 views"
                placeholder="2.50"
                inputMode="decimal"
                required
                {...text('cpm')}
              />
            </Group>
            <Group grow align="start">
              <NumberInput
                label="Minimum views"
                description="A clip earns from here on"
                min={0}
                allowDecimal={false}
                thousandSeparator=","
                value={values.minViews}
                onChange={(value) => change({ minViews: typeof value === 'number' ? value : 0 })}
                error={errors.minViews}
              />
              <TextInput
                label="Maximum per clip"
                description="Empty: no maximum"
                inputMode="decimal"
                {...text('maxEarningsPerClip')}
              />
            </Group>
          </Stack>
        </Fieldset>
        <Fieldset legend="3. Rules and dates">
          <Stack>
            <Textarea
              label="Requirements"
              description="One on each line"
              autosize
              minRows={2}
              {...text('requirements')}
            />
            <Group grow align="start">
              <TextInput
                label="Starts"
                description="Empty: when it is published"
                type="datetime-local"
                {...text('startsAt')}
              />
              <TextInput
                label="Ends"
                description="Empty: when the budget is spent"
                type="datetime-local"
                {...text('endsAt')}
              />
            </Group>
          </Stack>
        </Fieldset>
        {rest && (
          <Alert color="red" role="alert">
            {rest}
          </Alert>
        )}
        <Group>
          <Button type="submit" loading={busy}>
            {action}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
