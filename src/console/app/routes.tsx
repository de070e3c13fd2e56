import { createBrowserRouter, type RouteObject } from 'react-router';
import { Loading } from '../parts/states.js';
import { NotFound, RouteFailure } from './notices.js';
import { Shell } from './Shell.js';

/** A screen that is fetched when it is opened. */
const screen = (path: string, load: () => Promise<{ Component: () => React.ReactNode }>): RouteObject => ({
  path,
  lazy: load,
});

/** Every address of the console. @see schema/operations for what each screen asks */
export const ROUTES: RouteObject[] = [
  {
    path: '/',
    Component: Shell,
    ErrorBoundary: RouteFailure,
    HydrateFallback: Loading,
    children: [
      { index: true, lazy: () => import('../pages/Campaigns.js') },
      screen('campaigns', () => import('../pages/Campaigns.js')),
      screen('sign-in', () => import('../session/SignIn.js')),
      { path: '*', Component: NotFound },
    ],
  },
];

export const createConsoleRouter = () => createBrowserRouter(ROUTES);
