import { useApolloClient, useSubscription } from '@apollo/client/react';
import { notifications } from '@mantine/notifications';
import { useEffect, useRef } from 'react';
import { NotificationAddedDocument } from '../../../schema/generated/graphql.js';

/** Many pieces of news at once cost one question. */
const GATHERED_MS = 300;

/** Asks again for every figure in sight, once for all that comes within a moment. */
export function useAskAgain(): () => void {
  const client = useApolloClient();
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return () => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => {
      // A figure that cannot be had now is shown as it was; its own screen says what is wrong.
      client.refetchQueries({ include: 'active' }).catch(() => undefined);
    }, GATHERED_MS);
  };
}

/** Shows a notification when it is made, and asks again for the figures in sight. */
export function useNews(signedIn: boolean): void {
  const askAgain = useAskAgain();
  useSubscription(NotificationAddedDocument, {
    skip: !signedIn,
    onData: ({ data: { data } }) => {
      if (!data) return;
      const { title, body } = data.notificationAdded;
      notifications.show({ title, message: body });
      askAgain();
    },
  });
}
