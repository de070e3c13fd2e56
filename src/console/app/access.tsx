import { Navigate, Outlet, useLocation } from 'react-router';
import { NotAllowed } from './notices.js';
import { useMe } from './settings.js';

/** The first screen: that of the reader's role. */
export function Start() {
  const me = useMe();
  return <Navigate to={me ? (me.role === 'ADMIN' ? '/admin' : '/home') : '/campaigns'} replace />;
}

/** Screens of whoever is signed in. A visitor signs in and comes back to the address. */
export function SignedIn() {
  const me = useMe();
  const { pathname, search } = useLocation();
  return me ? <Outlet /> : <Navigate to="/sign-in" replace state={{ from: pathname + search }} />;
}

/** Screens of admins, for whoever is signed in. The API decides what they may do; this only explains. */
export function AdminsOnly() {
  return useMe()?.role === 'ADMIN' ? <Outlet /> : <NotAllowed />;
}
