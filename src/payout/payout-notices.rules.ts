import { NotificationType } from '../notification/notification.entity.js';
import type { Notice } from '../notification/notification.service.js';
import { type Micros, tellMoney } from '../shared/money.js';

interface Told {
  id: string;
  amount: Micros;
}

const aboutRequest = (type: NotificationType, request: Told, title: string, body: string): Notice => ({
  type,
  title,
  body,
  subject: { type: 'PayoutRequest', id: request.id },
});

/**
 * To admins. Names nobody's payout details.
 * @param clipper a name that tells two of the same name apart
 * @see docs/domain.md P6
 */
export const requestedNotice = (request: Told, clipper: string, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_REQUESTED,
    request,
    'A payout was requested',
    `${clipper} asks for ${tellMoney(request.amount, currency)}.`,
  );

/** To admins and the clipper. @param clipper a name that tells two of the same name apart */
export const cancelledNotice = (request: Told, clipper: string, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_CANCELLED,
    request,
    'A payout request was cancelled',
    `${clipper} has taken back the request for ${tellMoney(request.amount, currency)}.`,
  );

export const approvedNotice = (request: Told, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_APPROVED,
    request,
    'Your payout was approved',
    `${tellMoney(request.amount, currency)} will be paid to you.`,
  );

export const completedNotice = (request: Told, transactionId: string, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_COMPLETED,
    request,
    'Your payout was paid',
    `${tellMoney(request.amount, currency)} has been paid to you, transaction ${transactionId}.`,
  );

export const rejectedNotice = (request: Told, note: string, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_REJECTED,
    request,
    'Your payout request was rejected',
    `${tellMoney(request.amount, currency)} is in your balance again. ${note}`,
  );

export const returnedNotice = (request: Told, note: string, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_RETURNED,
    request,
    'Your payout came back',
    `The payment of ${tellMoney(request.amount, currency)} came back and is in your balance again. ${note}`,
  );

/** To a clipper whose balance has reached the minimum. */
export const readyNotice = (campaignId: string, available: Micros, currency: string): Notice => ({
  type: NotificationType.PAYOUT_READY,
  title: 'You can be paid',
  body: `${tellMoney(available, currency)} is available: request a payout.`,
  subject: { type: 'Campaign', id: campaignId },
});
