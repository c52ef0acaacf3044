// An alert's three images: north up, with the others of the object's history before and behind, and blinking.

import { part, url } from "./api.js";
import { announce, h, replace } from "./dom.js";

const KINDS = ["science", "template", "difference"];

// An image of the API; `null` where there is none, with the reason.
async function load(survey, id, kind, size, hasMarks) {
    const response = await fetch(url(`alerts/${part(id)}/cutouts/${kind}.png`, { survey, size, marks: hasMarks }));
    if (!response.ok) {
        const problem = await response.json().catch(() => ({}));
        return { reason: problem.detail ?? `status ${response.status}` };
    }
    // The whole answer is taken, so that the picture comes out of the browser's cache.
    await response.arrayBuffer();
    const isNorthUp = response.headers.get("X-North-Up") !== "unknown";
    const image = h("img", { width: size, height: size, alt: "" });
    image.src = url(`alerts/${part(id)}/cutouts/${kind}.png`, { survey, size, marks: hasMarks });
    try { await image.decode(); } catch { return { reason: "the image cannot be read" }; }
    return { image, isNorthUp };
}

export class Cutouts {
    // options: survey, alerts [{id, caption}] by time, onStep(id): one was chosen here; size: pixels asked for.
    constructor(options) {
        Object.assign(this, options);
        this.size = options.size ?? 252;
        this.index = -1;
        this.cache = new Map();
        this.blinking = null;
        this.before = h("button", { type: "button", class: "small", "aria-label": "earlier alert",
            on: { click: () => this.step(-1) } }, "‹");
        this.after = h("button", { type: "button", class: "small", "aria-label": "later alert",
            on: { click: () => this.step(1) } }, "›");
        this.caption = h("span", { class: "cutout-when number" }, "\u00a0");
        this.place = h("span", { class: "quiet" });
        this.blinkButton = h("button", { type: "button", class: "small", "aria-pressed": "false",
            title: "science and template in turn (b)", on: { click: () => this.blink() } }, "Blink");
        this.frames = KINDS.map((kind) => {
            const holder = h("div", { class: "cutout-image" });
            const label = h("figcaption", {}, kind);
            return { kind, holder, label, figure: h("figure", { class: "cutout" }, holder, label) };
        });
        this.note = h("p", { class: "quiet cutout-note" });
        this.element = h("section", { class: "cutouts", "aria-labelledby": "cutouts-title" },
            h("h2", { id: "cutouts-title" }, "Cutouts"),
            h("div", { class: "cutout-bar" }, this.before, this.caption, this.after, this.place,
                h("span", { class: "grow" }), this.blinkButton),
            h("div", { class: "cutout-row" }, this.frames.map((frame) => frame.figure)), this.note);
        if (this.alerts.length < 2) [this.before, this.after].forEach((button) => { button.hidden = true; });
        this.draw();
    }

    // Shows the alert of an id, if its history is here; gives whether it is.
    show(id) {
        const index = this.alerts.findIndex((alert) => alert.id === id);
        if (index < 0 || index === this.index) return index >= 0;
        this.isUsed = this.index >= 0;
        this.index = index;
        this.draw();
        return true;
    }

    get current() { return this.alerts[this.index] ?? null; }

    step(way) {
        const next = this.alerts[this.index + way];
        if (!next) return;
        this.show(next.id);
        this.onStep?.(next.id);
        announce(`alert of ${next.caption}`);
    }

    async draw() {
        const alert = this.current;
        this.before.disabled = this.index <= 0;
        this.after.disabled = this.index >= this.alerts.length - 1;
        replace(this.caption, alert?.caption ?? "no alert");
        replace(this.place, alert ? `${this.index + 1} of ${this.alerts.length}` : null);
        if (!alert) {
            this.frames.forEach((frame) => replace(frame.holder, h("span", { class: "quiet" }, "none")));
            return;
        }
        const loaded = await Promise.all(KINDS.map((kind) => this.image(alert.id, kind)));
        if (this.current !== alert) return; // another one was asked for meanwhile
        this.frames.forEach((frame, at) => {
            const { image, reason } = loaded[at];
            if (image) image.alt = `${frame.kind} image, ${alert.caption}`;
            replace(frame.holder, image ?? h("span", { class: "quiet" }, "no image"));
            frame.holder.title = reason ?? "";
        });
        const reasons = [...new Set(loaded.map((answer) => answer.reason).filter(Boolean))];
        const isUp = loaded.every((answer) => answer.image === undefined || answer.isNorthUp);
        replace(this.note, loaded.every((answer) => !answer.image) ? reasons[0]
            : isUp ? "North up, east to the left; asinh stretch."
                : "How the images lie on the sky is not known; asinh stretch.");
        // Who steps once steps on: the neighbours' images are asked for before.
        for (const way of this.isUsed ? [1, -1] : []) {
            const near = this.alerts[this.index + way];
            if (near) KINDS.forEach((kind) => this.image(near.id, kind));
        }
    }

    image(id, kind) {
        const key = `${id}/${kind}`;
        if (!this.cache.has(key)) {
            if (this.cache.size > 120) this.cache.delete(this.cache.keys().next().value);
            this.cache.set(key, load(this.survey, id, kind, this.size, true)
                .catch(() => { this.cache.delete(key); return { reason: "the server does not answer" }; }));
        }
        return this.cache.get(key);
    }

    // Science and template in one frame in turn; who wants no motion steps by hand.
    blink() {
        const isOn = this.blinkButton.getAttribute("aria-pressed") !== "true";
        clearInterval(this.blinking);
        this.blinkButton.setAttribute("aria-pressed", String(isOn));
        const [science, template] = this.frames;
        const turn = () => {
            const isTemplate = science.figure.classList.toggle("turned");
            replace(science.label, isTemplate ? "template" : "science");
            const [from, to] = [template.holder.firstChild, science.holder];
            to.querySelector(".over")?.remove();
            if (isTemplate && from instanceof HTMLImageElement) {
                const copy = from.cloneNode();
                copy.className = "over";
                copy.alt = "";
                to.append(copy);
            }
        };
        if (!isOn) {
            if (science.figure.classList.contains("turned")) turn();
            return;
        }
        turn();
        if (!matchMedia("(prefers-reduced-motion: reduce)").matches) this.blinking = setInterval(turn, 600);
    }
}
