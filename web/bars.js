// Small bars: one a night, or one for each ten minutes.

import { h } from "./dom.js";
import { count } from "./format.js";

/**
 * Bars of whole numbers along time. `items`: `{label, value, part?, title?, href?, isGap?}`; `part` is drawn darker within
 * the bar. The same numbers must stand in a table beside it.
 */
export function bars({ items, label, height = 64, first = items[0]?.label, last = items.at(-1)?.label, unit = "" }) {
    const most = Math.max(1, ...items.map((item) => item.value ?? 0));
    const columns = items.map((item) => {
        const bar = h(item.href ? "a" : "span", {
            href: item.href, class: `bar${item.isGap ? " gap" : ""}`,
            title: item.title ?? `${item.label}: ${count(item.value)}${unit}`,
            tabindex: item.href ? "-1" : null,
        });
        // What is not nothing is seen, however small.
        const tall = (value) => value > 0 ? `${Math.max(2, value / most * height)}px` : "0";
        const whole = h("span", { class: "whole" });
        whole.style.height = tall(item.value ?? 0);
        bar.append(whole);
        if (item.part > 0) {
            const inner = h("span", { class: "part" });
            inner.style.height = tall(item.part);
            bar.append(inner);
        }
        return bar;
    });
    const strip = h("div", { class: items.length > 100 ? "strip dense" : "strip", "aria-hidden": "true" }, columns);
    strip.style.height = `${height}px`;
    const figure = h("figure", { class: "bars" }, h("figcaption", {}, label, h("span", { class: "quiet" },
        `, largest ${count(most)}${unit}`)),
        strip, h("div", { class: "ends", "aria-hidden": "true" }, h("span", {}, first), h("span", {}, last)));
    // A few nights are no wide plot.
    figure.style.maxWidth = `${Math.max(220, items.length * 24)}px`;
    return figure;
}

const decades = [0.01, 0.1, 1, 10, 100, 1000, 10_000, 100_000];
const names = ["10 ms", "0.1 s", "1 s", "10 s", "100 s", "17 min", "2.8 h", "28 h"];

/** Percentiles on a logarithmic axis from 10 ms to 28 h: a bar to the median, lines to the others. */
export function spread({ p50, p95, p99, max }) {
    const share = (seconds) => {
        const inside = Math.min(decades.at(-1), Math.max(decades[0], seconds));
        return (Math.log10(inside) + 2) / 7 * 100;
    };
    const line = (seconds, name) => {
        if (typeof seconds !== "number") return null;
        const mark = h("span", { class: `mark ${name}` });
        mark.style.left = `${share(seconds)}%`;
        return mark;
    };
    const bar = h("span", { class: "median" });
    bar.style.width = `${share(p50 ?? 0)}%`;
    const tail = h("span", { class: "tail" });
    tail.style.left = `${share(p50 ?? 0)}%`;
    tail.style.width = `${Math.max(0, share(p99 ?? 0) - share(p50 ?? 0))}%`;
    return h("div", { class: "spread", "aria-hidden": "true" }, bar, tail, line(p95, "p95"), line(p99, "p99"),
        line(max, "max"));
}

/** The axis above such bars. */
export function spreadAxis() {
    return h("div", { class: "spread-axis", "aria-hidden": "true" }, names.map((name, i) => {
        const tick = h("span", {}, name);
        tick.style.left = `${i / 7 * 100}%`;
        return tick;
    }));
}
