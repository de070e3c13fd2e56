import { useRouteError } from 'react-router';
import { Page } from '../parts/Page.js';
import { Empty, Failure } from '../parts/states.js';

export function NotFound() {
  return (
    <Page title="Not found">
      <Empty title="There is nothing at this address" to="/" action="Go to the start">
        The thing you look for may have been removed, or it is not yours to see.
      </Empty>
    </Page>
  );
}

export function NotAllowed() {
  return (
    <Page title="Not allowed">
      <Empty title="This page is for others" to="/" action="Go to the start">
        Your account does not have the right to open it.
      </Empty>
    </Page>
  );
}

/** A screen that broke: a new build may have replaced its files. */
export function RouteFailure() {
  const error = useRouteError();
  return (
    <Page title="Something went wrong">
      <Failure error={error} retry={() => location.reload()} />
    </Page>
  );
}
