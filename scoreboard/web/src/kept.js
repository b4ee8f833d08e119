// What the page keeps in the browser: favourites, theme, whether scores are hidden.
//
// Rule: storage may be forbidden or full; then what was chosen holds until the page is left.

const memory = new Map();

function read(key, otherwise) {
  try {
    const text = localStorage.getItem(`scoreboard.${key}`);
    return text === null ? (memory.get(key) ?? otherwise) : JSON.parse(text);
  } catch {
    return memory.get(key) ?? otherwise;
  }
}

function write(key, value) {
  memory.set(key, value);
  try {
    localStorage.setItem(`scoreboard.${key}`, JSON.stringify(value));
  } catch {
    // See the rule.
  }
}

const ID = /^[gt][0-9a-z]{10}$/;
const idsOf = (value) => (Array.isArray(value) ? value.filter((id) => ID.test(id)) : []);

export const favourites = () => new Set(idsOf(read('favourites', [])));
export const keepFavourites = (ids) => write('favourites', [...ids]);
export const compared = () => idsOf(read('compared', []));
export const keepCompared = (ids) => write('compared', ids);
export const hidden = () => read('hidden', false) === true;
export const keepHidden = (value) => write('hidden', value);

export function theme() {
  return document.documentElement.dataset.theme ?? 'system';
}

export function setTheme(name) {
  try {
    // Plain text, since it is read before anything else is loaded (theme-first.js).
    if (name === 'system') localStorage.removeItem('scoreboard.theme');
    else localStorage.setItem('scoreboard.theme', name);
  } catch {
    // See the rule.
  }
  if (name === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = name;
}

/** Whether the page is dark now. */
export function isDark() {
  const chosen = theme();
  return chosen === 'system' ? matchMedia('(prefers-color-scheme: dark)').matches : chosen === 'dark';
}
