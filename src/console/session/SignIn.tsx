import { Alert } from '@mantine/core';
import { useEffect } from 'react';
import { useLocation, useNavigate } from 'react-router';
import { useMe } from '../app/settings.js';
import { Page } from '../parts/Page.js';
import { SignInChoices } from './SignInChoices.js';
import { useSession } from './session.js';

/** Where a session begins. */
export function Component() {
  const { signIn, refused } = useSession();
  const me = useMe();
  const navigate = useNavigate();
  const { state } = useLocation() as { state: { from?: string } | null };
  const from = state?.from ?? null;
  useEffect(() => {
    if (me) navigate(from ?? '/', { replace: true });
  }, [me, navigate, from]);
  return (
    <Page title="Sign in">
      {refused && (
        <Alert color="orange" role="alert">
          The server did not accept this token: it has expired, or it is not one of this installation.
        </Alert>
      )}
      <SignInChoices onToken={signIn} from={from} />
    </Page>
  );
}
