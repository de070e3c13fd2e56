import {
  type ChosenFunnel,
  chooseFunnel,
  type Funnel,
  funnelChanges,
  funnelInversions,
} from '../../src/adinsights/funnel.rules.js';
import { type RawRow, rawRow } from '../../src/adinsights/insight-row.rules.js';
import { readSettings } from '../../src/infra/config.js';

const FUNNEL = readSettings({}).META_FUNNEL;
const row = (over: object = {}): RawRow => rawRow.parse({ campaign_id: '1', ...over });
const actions = (values: Record<string, string>) =>
  Object.entries(values).map(([action_type, value]) => ({ action_type, value }));

test('A2 a step that is read from another type than before is told', () => {
  const before = chooseFunnel(FUNNEL, [row({ actions: actions({ search: '1' }) })]);
  const now = chooseFunnel(FUNNEL, [row({ actions: actions({ omni_search: '1' }) })]);
  expect(funnelChanges(before, now)).toEqual(['booking_step_1 is read from omni_search, before it was search.']);
  expect(funnelChanges(null, now)).toEqual([]);
});

test('A2 of the types of a step the first one that is reported is read, whatever row reports it; none is null', () => {
  const funnel: Funnel = {
    booking_step_1: ['a', 'b'],
    booking_step_2: ['c'],
    booking_step_3: [],
    reservations: ['d', 'a'],
  };
  const rows = [row({ actions: actions({ b: '1' }) }), row({ actions: actions({ a: '1', x: '1' }) })];
  const nothing = { booking_step_1: null, booking_step_2: null, booking_step_3: null, reservations: null };
  expect(chooseFunnel(funnel, rows)).toEqual({ ...nothing, booking_step_1: 'a', reservations: 'a' });
  expect(chooseFunnel(funnel, rows.slice(0, 1))).toEqual({ ...nothing, booking_step_1: 'b' });
  expect(chooseFunnel(funnel, [])).toEqual(nothing);
});

test('A2 a step that was not read before, or is not read now, is no change', () => {
  const nothing: ChosenFunnel = {
    booking_step_1: null,
    booking_step_2: null,
    booking_step_3: null,
    reservations: null,
  };
  const before = { ...nothing, booking_step_1: 'a', booking_step_2: 'b', reservations: 'd' };
  const now = { ...nothing, booking_step_1: 'a', booking_step_3: 'c', reservations: 'e' };
  expect(funnelChanges(before, now)).toEqual(['reservations is read from e, before it was d.']);
  expect(funnelChanges(before, before)).toEqual([]);
});

test('a later step that outnumbers the one before is told, for each campaign; one that equals it is not', () => {
  const insight = (
    id: string,
    ...[bookingStep1 = 0n, bookingStep2 = 0n, bookingStep3 = 0n, reservations = 0n]: bigint[]
  ) => ({
    campaign: { adCampaignId: id, name: 'Upside down' },
    figures: { bookingStep1, bookingStep2, bookingStep3, reservations },
  });
  expect(
    funnelInversions([insight('7', 10n, 11n, 1n, 2n), insight('8', 3n, 3n, 2n, 2n), insight('9', 0n, 1n)]),
  ).toEqual([
    '7 "Upside down": booking_step_2 (11) over booking_step_1 (10), reservations (2) over booking_step_3 (1).',
    '9 "Upside down": booking_step_2 (1) over booking_step_1 (0).',
  ]);
});
