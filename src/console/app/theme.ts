import { createTheme } from '@mantine/core';

/** One look for all screens. The darker shades keep text readable (WCAG 2.2 AA). */
export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 9, dark: 8 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  respectReducedMotion: true,
  autoContrast: true,
});
