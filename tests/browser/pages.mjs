import { ENTITY_PAGES, prepareEntities } from "./entities.mjs";

// The pages that are looked at; add yours here. `path` may be a function of what `prepare` returns.
//   name     of the screenshots: NAME-LANGUAGE-WIDTH.png
//   status   200 where it is not given
//   links    false: its links are not followed
export const PAGES = [
  { name: "home", path: "/" },
  { name: "help", path: "/help" },
  { name: "data", path: "/data" },
  { name: "error-404", path: "/nothing-here", status: 404 },
  { name: "error-400", path: "/?nothing=1", status: 400 },
  { name: "error-desk", path: "/desk/nothing-here", status: 404, links: false },
  ...ENTITY_PAGES,
];

// Fills the city before it is served; heluo("import", …) runs a command.
export function prepare(heluo, dir) {
  prepareEntities(heluo, dir);
  heluo("key", "add", "--organ", "market_regulation", "--name", "browser");
}
