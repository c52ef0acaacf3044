// The API that all pages read: docs/web.md.

/** What the server says is wrong (RFC 9457), or that it cannot be reached. */
export class ApiProblem extends Error {
    constructor(status, title, detail) {
        super(`${title}: ${detail}`);
        this.name = "ApiProblem";
        this.status = status;
        this.title = title;
        this.detail = detail;
    }
}

/** The address of a path below /api/v1, or of an absolute one. */
export function url(path, params) {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(params ?? {})) {
        if (value !== null && value !== undefined && value !== "") query.set(name, value);
    }
    const text = query.toString();
    const whole = path.startsWith("/") ? path : `/api/v1${path === "" ? "" : "/" + path}`;
    return text === "" ? whole : `${whole}?${text}`;
}

/** A part of a path, escaped. */
export function part(text) {
    return encodeURIComponent(text);
}

async function answered(response) {
    if (response.ok) return response;
    let problem = {};
    try { problem = await response.json(); } catch { /* not this server's own words */ }
    if (response.status === 401) location.assign("/login");
    throw new ApiProblem(
        response.status, problem.title ?? `Status ${response.status}`,
        problem.detail ?? "the server gave no reason");
}

async function send(address, options) {
    try {
        return await answered(await fetch(address, options));
    } catch (error) {
        if (error instanceof ApiProblem || error.name === "AbortError") throw error;
        throw new ApiProblem(0, "The server does not answer", `${error.message}; is 'nightjar serve' running?`);
    }
}

/** The JSON of a path. */
export async function get(path, params, { signal } = {}) {
    return (await send(url(path, params), { signal, headers: { Accept: "application/json" } })).json();
}

/** Sends a text, and returns the JSON that answers it. */
export async function post(path, params, text, { signal } = {}) {
    const headers = { Accept: "application/json", "Content-Type": "text/plain; charset=utf-8" };
    return (await send(url(path, params), { method: "POST", body: text, signal, headers })).json();
}

/** Follows an event stream: `onEvent(name, data)`, `onState(isConnected)`. The browser connects again by itself. */
export function events(path, names, { onEvent, onState }) {
    let source = null;
    let isConnected = null;
    const say = (state) => {
        if (state === isConnected) return;
        isConnected = state;
        onState?.(state);
    };
    const open = () => {
        source = new EventSource(url(path));
        source.addEventListener("open", () => say(true));
        source.addEventListener("error", () => say(false));
        for (const name of names) {
            source.addEventListener(name, (event) => { say(true); onEvent(name, JSON.parse(event.data)); });
        }
    };
    // A browser has six connections to a server for all its tabs: one that nobody sees gives its own back.
    const follow = () => {
        if (document.visibilityState === "hidden") {
            source?.close();
            source = null;
        } else if (!source) open();
    };
    document.addEventListener("visibilitychange", follow);
    follow();
}
