// Elements without markup: text of packets becomes text nodes, never HTML.

const svgNamespace = "http://www.w3.org/2000/svg";

function fill(element, properties, children) {
    for (const [name, value] of Object.entries(properties ?? {})) {
        if (value === null || value === undefined || value === false) continue;
        if (name === "on") {
            for (const [event, handler] of Object.entries(value)) element.addEventListener(event, handler);
        } else if (name === "data") {
            for (const [key, text] of Object.entries(value)) element.dataset[key] = text;
        } else if (name === "href") {
            element.setAttribute("href", safeLink(String(value)));
        } else {
            element.setAttribute(name, value === true ? "" : String(value));
        }
    }
    append(element, children);
    return element;
}

function append(element, children) {
    for (const child of children) {
        if (child === null || child === undefined || child === false) continue;
        if (Array.isArray(child)) append(element, child);
        else element.append(child instanceof Node ? child : String(child));
    }
}

// A link that a packet's text went into must not run a script.
function safeLink(text) {
    return /^(https?:\/\/|\/|#|\?|\.\/)/.test(text) ? text : "#";
}

/** An element: `h("a", {href: "/", on: {click: f}}, "text", other)`. */
export function h(tag, properties, ...children) {
    return fill(document.createElement(tag), properties, children);
}

/** An SVG element. */
export function svg(tag, properties, ...children) {
    return fill(document.createElementNS(svgNamespace, tag), properties, children);
}

/** Puts new children in the place of the old ones. */
export function replace(element, ...children) {
    element.replaceChildren();
    append(element, children);
    return element;
}

const styles = new Map();

/** Adds a style sheet once, and waits for it, so that nothing is drawn without it. */
export function useStyle(name) {
    if (!styles.has(name)) {
        styles.set(name, new Promise((resolve) => {
            const link = h("link", { rel: "stylesheet", href: `/assets/${name}`, on: { load: resolve, error: resolve } });
            document.head.append(link);
        }));
    }
    return styles.get(name);
}

/** Says something to screen readers. */
export function announce(text) {
    document.getElementById("announcer").textContent = text;
}

/** A button that copies a text, and says so. */
export function copyButton(text, label = "Copy") {
    const button = h("button", { type: "button", class: "small" }, label);
    button.addEventListener("click", async () => {
        try {
            await navigator.clipboard.writeText(typeof text === "function" ? text() : text);
            button.textContent = "Copied";
        } catch {
            button.textContent = "Select and copy by hand";
        }
        announce(button.textContent);
        setTimeout(() => { button.textContent = label; }, 1500);
    });
    return button;
}
