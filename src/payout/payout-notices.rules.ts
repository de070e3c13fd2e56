import { NotificationType } from '../notification/notification.entity.js';
import { NAME_PLACE, type Notice } from '../notification/notification.service.js';
import { formatMoneyWithCurrency, type Micros } from '../shared/money.js';

interface Told {
  id: string;
  clipperId: string;
  amount: Micros;
}

const aboutRequest = (type: NotificationType, request: Told, title: string, body: string): Notice => ({
  type,
  title,
  body,
  subject: { type: 'PayoutRequest', id: request.id },
});

/**
 * To admins. Names nobody's payout details; the clipper's name is filled in when it is shown.
 * @see docs/domain.md P6, U7
 */
export const requestedNotice = (request: Told, currency: string): Notice => ({
  ...aboutRequest(
    NotificationType.PAYOUT_REQUESTED,
    request,
    'A payout was requested',
    `${NAME_PLACE} asks for ${formatMoneyWithCurrency(request.amount, currency)}.`,
  ),
  personId: request.clipperId,
});

/** To admins and the clipper. */
export const cancelledNotice = (request: Told, currency: string): Notice => ({
  ...aboutRequest(
    NotificationType.PAYOUT_CANCELLED,
    request,
    'A payout request was cancelled',
    `${NAME_PLACE} has taken back the request for ${formatMoneyWithCurrency(request.amount, currency)}.`,
  ),
  personId: request.clipperId,
});

export const approvedNotice = (request: Told, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_APPROVED,
    request,
    'Your payout was approved',
    `${formatMoneyWithCurrency(request.amount, currency)} will be paid to you.`,
  );

export const completedNotice = (request: Told, transactionId: string, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_COMPLETED,
    request,
    'Your payout was paid',
    `${formatMoneyWithCurrency(request.amount, currency)} has been paid to you, transaction ${transactionId}.`,
  );

export const rejectedNotice = (request: Told, note: string, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_REJECTED,
    request,
    'Your payout request was rejected',
    `${formatMoneyWithCurrency(request.amount, currency)} is in your balance again. ${note}`,
  );

export const returnedNotice = (request: Told, note: string, currency: string) =>
  aboutRequest(
    NotificationType.PAYOUT_RETURNED,
    request,
    'Your payout came back',
    `The payment of ${formatMoneyWithCurrency(request.amount, currency)} came back and is in your balance again. ${note}`,
  );

/** To a clipper whose balance has reached the minimum. */
export const readyNotice = (campaignId: string, available: Micros, currency: string): Notice => ({
  type: NotificationType.PAYOUT_READY,
  title: 'You can be paid',
  body: `${formatMoneyWithCurrency(available, currency)} is available: request a payout.`,
  subject: { type: 'Campaign', id: campaignId },
});
