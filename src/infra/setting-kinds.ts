import { z } from 'zod';
import { MONEY_FORM, parseMoney } from '../shared/money.js';

/** A whole number between two bounds. */
export const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .refine((text) => /^\d{1,12}$/.test(text) && Number(text) >= least && Number(text) <= most, {
      message: `a whole number from ${least} to ${most}`,
    })
    .transform((text) => Number(text));

/** A whole number between two bounds, with a default. */
export const integer = (least: number, most: number, fallback: number) =>
  wholeNumber(least, most).prefault(String(fallback));

/** true, false or nothing. */
export const flag = z
  .enum(['true', 'false'], { message: 'true or false' })
  .transform((text) => text === 'true')
  .optional();

/** An address with one of these protocols. */
export const url = (protocols: string[], form: string) =>
  z
    .string()
    .refine((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol), { message: form })
    .optional();

/** An http or https address. */
export const httpUrl = url(['http:', 'https:'], 'an http or https address');

/** An amount of money with a default. */
export const money = (fallback: string) =>
  z
    .string()
    .default(fallback)
    .refine((text) => parseMoney(text) !== null, { message: MONEY_FORM })
    .transform((text) => parseMoney(text) ?? 0n);

const ENCRYPTION_KEY = /^([0-9a-fA-F]{64}|[A-Za-z0-9+/]{43}=)$/;

const OLD_KEYS_LIMIT = 10;
/** What a key must look like. */
export const KEY_FORM = '32 random bytes in base64 or hex, as made by: openssl rand -base64 32';
const keyOf = (text: string) => Buffer.from(text, text.length === 64 ? 'hex' : 'base64');

/** A key of 32 bytes. */
export const encryptionKey = z.string().regex(ENCRYPTION_KEY, { message: KEY_FORM }).transform(keyOf).optional();

/** Several such keys, separated by commas. */
export const encryptionKeys = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => part.trim() || []))
  .refine((keys) => keys.length <= OLD_KEYS_LIMIT && keys.every((key) => ENCRYPTION_KEY.test(key)), {
    message: `at most ${OLD_KEYS_LIMIT} keys separated by commas, each of them ${KEY_FORM}`,
  })
  .transform((keys) => keys.map(keyOf));

const DEFAULT_FUNNEL = {
  booking_step_1: ['omni_search', 'offsite_conversion.fb_pixel_search', 'search'],
  booking_step_2: ['omni_view_content', 'offsite_conversion.fb_pixel_view_content'],
  booking_step_3: ['omni_initiated_checkout', 'offsite_conversion.fb_pixel_initiate_checkout'],
  reservations: ['omni_purchase', 'offsite_conversion.fb_pixel_purchase'],
};

const FUNNEL_FORM =
  'JSON of lists of action types under booking_step_1, booking_step_2, booking_step_3 and reservations, such as {"reservations":["omni_purchase"]}';

/** Steps that are not given keep their defaults. */
export const funnel = z
  .string()
  .default('{}')
  .transform((text, context) => {
    const types = z.array(z.string().min(1).max(200)).min(1).max(50);
    const steps = z.strictObject({
      booking_step_1: types.default(DEFAULT_FUNNEL.booking_step_1),
      booking_step_2: types.default(DEFAULT_FUNNEL.booking_step_2),
      booking_step_3: types.default(DEFAULT_FUNNEL.booking_step_3),
      reservations: types.default(DEFAULT_FUNNEL.reservations),
    });
    try {
      return steps.parse(JSON.parse(text));
    } catch {
      context.addIssue({ code: 'custom', message: FUNNEL_FORM });
      return z.NEVER;
    }
  });

/** Numbers of ad accounts, separated by commas. */
export const accounts = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => part.trim().replace(/^act_/, '') || []))
  .refine((ids) => ids.every((id) => /^\d{1,30}$/.test(id)), {
    message: 'numbers of ad accounts, separated by commas',
  });

/** Texts in lower case, separated by commas. */
export const list = z
  .string()
  .default('')
  .transform((text) => text.split(',').flatMap((part) => part.trim().toLowerCase() || []));

/** Every origin there is. */
export const ANY_ORIGIN = '*';
const isOrigin = (text: string) =>
  text === ANY_ORIGIN ||
  (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && new URL(text).origin === text);

/** Origins of web pages, or * for every one, separated by commas. */
export const origins = list.refine((texts) => texts.every(isOrigin), {
  message: 'origins such as https://app.example.com (no path, no slash at the end), separated by commas',
});

/** An Apify actor with a default. */
export const actor = (fallback: string) =>
  z
    .string()
    .regex(/^[\w.-]+\/[\w.-]+$/, { message: 'an actor as user/name' })
    .default(fallback);
