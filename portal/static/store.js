// Keeps values in localStorage where it is allowed and has room, else in the memory of this tab.
const PREFIX = 'yht.';
const memory = new Map();
let disk = null;
try {
  disk = localStorage;
  disk.setItem(PREFIX + 'probe', '1');
  disk.removeItem(PREFIX + 'probe');
} catch {
  disk = null;
}

export const outlivesTab = () => disk !== null && memory.size === 0;

export const get = (key) => memory.get(key) ?? disk?.getItem(PREFIX + key) ?? null;

export function set(key, value) {
  try {
    if (!disk) throw new Error('no storage');
    disk.setItem(PREFIX + key, value);
    memory.delete(key);
  } catch {
    memory.set(key, value);
  }
}

export function remove(key) {
  memory.delete(key);
  disk?.removeItem(PREFIX + key);
}

export function keys(start) {
  const found = new Set([...memory.keys()].filter((key) => key.startsWith(start)));
  for (let i = 0; disk && i < disk.length; i++) {
    const key = disk.key(i);
    if (key.startsWith(PREFIX + start)) found.add(key.slice(PREFIX.length));
  }
  return [...found];
}

// Calls back when another tab has changed a key.
export function onChange(callback) {
  addEventListener('storage', (event) => {
    if (event.storageArea === disk && event.key?.startsWith(PREFIX)) callback(event.key.slice(PREFIX.length));
  });
}
