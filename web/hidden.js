// Objects that somebody does not want to see again, kept in this browser.

const key = "nightjar-hidden";
/** The oldest go first: a browser's storage is small. */
const most = 5000;

function read() {
    try {
        const names = JSON.parse(localStorage.getItem(key) ?? "[]");
        return Array.isArray(names) ? names.filter((name) => typeof name === "string") : [];
    } catch { return []; }
}

let names = new Set(read());

function write() {
    names = new Set([...names].slice(-most));
    try { localStorage.setItem(key,
        JSON.stringify([...names])); } catch { /* they are hidden until the page is left */ }
}

/** An object's name that no other survey's has. */
export const hiddenKey = (row) => `${row.survey} ${row.objectId ?? row.id}`;
export const isHidden = (row) => names.has(hiddenKey(row));
export function hide(row) { names.add(hiddenKey(row)); write(); }
export function unhide(row) { names.delete(hiddenKey(row)); write(); }
addEventListener("storage", (event) => { if (event.key === key) names = new Set(read()); });
