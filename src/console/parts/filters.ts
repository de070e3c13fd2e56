import { useSearchParams } from 'react-router';

/** The filters of a screen stand in its address: it can be sent on, and the back button works. */
export function useFilters(): {
  get: (name: string) => string | null;
  set: (name: string, value: string | null) => void;
} {
  const [search, setSearch] = useSearchParams();
  return {
    get: (name) => search.get(name),
    set: (name, value) =>
      setSearch(
        (current) => {
          const next = new URLSearchParams(current);
          if (value) next.set(name, value);
          else next.delete(name);
          return next;
        },
        { replace: true },
      ),
  };
}

/** One of the values that are known; undefined for anything else, as an old address may hold it. */
export const oneOf = <T extends string>(values: readonly T[], given: string | null): T | undefined =>
  values.find((each) => each === given);
