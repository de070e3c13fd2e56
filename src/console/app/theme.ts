import { Anchor, type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** Mantine's teal with two darker shades at its end: white text on them, and they on the lightest, are readable (WCAG 2.2 AA). */
const teal: MantineColorsTuple = [
  '#e6fcf5',
  '#c3fae8',
  '#96f2d7',
  '#63e6be',
  '#38d9a9',
  '#20c997',
  '#12b886',
  '#0ca678',
  '#087f5b',
  '#066649',
];

/** One look for all screens. */
export const theme = createTheme({
  primaryColor: 'teal',
  primaryShade: { light: 9, dark: 8 },
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif',
  respectReducedMotion: true,
  autoContrast: true,
  colors: { teal },
  components: {
    // A link in a sentence is told by more than its color.
    Anchor: Anchor.extend({ defaultProps: { underline: 'always' } }),
  },
});

/** Secondary text is readable, too, and so is what stands on the lightest shade of a color. */
export const readable: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-red-light-color': '#a51111',
    '--mantine-color-orange-light-color': '#8a3200',
    '--mantine-color-yellow-light-color': '#6b4700',
  },
  dark: { '--mantine-color-dimmed': 'var(--mantine-color-dark-1)' },
});
