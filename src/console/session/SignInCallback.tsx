import { Alert, Anchor } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import { Link, useNavigate } from 'react-router';
import { useSettings } from '../app/settings.js';
import { Page } from '../parts/Page.js';
import { Loading } from '../parts/states.js';
import { useSession } from './session.js';

/** Where the identity provider sends the browser back to. */
export function Component() {
  const { signIn: settings } = useSettings();
  const { signIn } = useSession();
  const navigate = useNavigate();
  const begun = useRef(false);
  const [failure, setFailure] = useState<string | null>(null);
  useEffect(() => {
    // A code is good for one use.
    if (begun.current || !settings) return;
    begun.current = true;
    import('./oidc.js')
      .then(({ finishSignIn }) => finishSignIn(settings))
      .then(async (granted) => {
        if (granted === null) return;
        await navigate(granted.from ?? '/', { replace: true });
        signIn(granted.token);
      })
      .catch((error: Error) => setFailure(error.message));
  }, [settings, signIn, navigate]);
  if (settings && failure === null) return <Loading />;
  return (
    <Page title="Sign in">
      <Alert color="red" role="alert">
        You are not signed in. {failure ?? 'This installation has no identity provider.'}
      </Alert>
      <Anchor component={Link} to="/sign-in">
        Try again
      </Anchor>
    </Page>
  );
}
