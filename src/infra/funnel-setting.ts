import { z } from 'zod';

const DEFAULT_FUNNEL = {
  booking_step_1: ['omni_search', 'offsite_conversion.fb_pixel_search', 'search'],
  booking_step_2: ['omni_view_content', 'offsite_conversion.fb_pixel_view_content'],
  booking_step_3: ['omni_initiated_checkout', 'offsite_conversion.fb_pixel_initiate_checkout'],
  reservations: ['omni_purchase', 'offsite_conversion.fb_pixel_purchase'],
};

const FUNNEL_FORM =
  'JSON of lists of action types under booking_step_1, booking_step_2, booking_step_3 and reservations, such as {"reservations":["omni_purchase"]}';

/** META_FUNNEL: which action types report the steps of a booking. Steps that are not given keep their defaults. */
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
