// A finding chart to print: the template image, north up, with scale and arrows, and the catalogues' sources around.

import { get, part, url } from "./api.js";
import { h, replace, svg } from "./dom.js";
import { degrees, number, sexagesimal, utc, mjdNow } from "./format.js";

const SIDE = 640;
const MOST = 24;

// Offsets of a place from another, arcsec to the east and to the north.
export function offsets(ra, dec, from) {
    let across = ra - from.ra;
    if (across > 180) across -= 360;
    if (across < -180) across += 360;
    return { east: across * Math.cos((from.dec * Math.PI) / 180) * 3600, north: (dec - from.dec) * 3600 };
}

// What is most telling of a source, in a few words.
function words(columns, row) {
    const skipped = /^(ra|dec|distance|separation(_arcsec)?|.*_id|.*error.*)$/i;
    const parts = [];
    columns.forEach((column, index) => {
        const name = typeof column === "object" ? column.name : column;
        const value = row[index];
        if (skipped.test(name) || value === null || value === undefined || value === "" || parts.length >= 3) return;
        const short = { phot_g_mean_mag: "G", phot_bp_mean_mag: "BP", phot_rp_mean_mag: "RP" }[name] ?? name;
        parts.push(`${short} ${typeof value === "number" ? number(value, 2) : String(value).slice(0, 40)}`);
    });
    return parts.join(", ");
}

async function sourcesAround(place, radius, names) {
    const answers = await Promise.all(names.map((name) =>
        get(`catalogues/${part(name)}/cone`, { ra: place.ra, dec: place.dec, radius,
            limit: MOST }).then((answer) => ({ name, answer }), () => null)));
    const sources = [];
    for (const found of answers) {
        if (!found) continue;
        const columns = (found.answer.columns ?? []).map((column) =>
            (typeof column === "object" ? column.name : column));
        const at = (row, name) => row[columns.indexOf(name)];
        for (const row of found.answer.rows ?? []) {
            const values = Array.isArray(row) ? row : columns.map((name) => row[name]);
            const [ra, dec] = [at(values, "ra"), at(values, "dec")];
            if (typeof ra !== "number" || typeof dec !== "number") continue;
            sources.push({ catalogue: found.name, ra, dec, says: words(columns, values), ...offsets(ra, dec, place) });
        }
    }
    sources.forEach((source) => { source.separation = Math.hypot(source.east, source.north); });
    return sources.sort((a, b) => a.separation - b.separation).slice(0, MOST);
}

// The drawing over the image; `field` is its side in arcsec, and the target is in its middle unless it says otherwise.
function overlay(sources, field, target, place) {
    const scale = SIDE / field;
    const [cx, cy] = [target[0] * SIDE, target[1] * SIDE];
    const parts = [];
    const line = (x1, y1, x2, y2, name) => parts.push(svg("line", { x1, y1, x2, y2, class: name }));
    const text = (x, y, value, anchor = "middle", name = "") =>
        parts.push(svg("text", { x, y, "text-anchor": anchor, class: name }, value));
    for (const [dx, dy] of [[1, 0], [0, -1]]) line(cx + dx * 12, cy + dy * 12, cx + dx * 44, cy + dy * 44, "target");
    sources.forEach((source, index) => {
        const [x, y] = [cx - source.east * scale, cy - source.north * scale];
        source.isShown = x > 6 && x < SIDE - 6 && y > 6 && y < SIDE - 6;
        if (!source.isShown) return;
        parts.push(svg("circle", { cx: x, cy: y, r: 11, class: "source" }));
        text(x + (x > SIDE - 40 ? -14 : 14), y - 8, String(index + 1), x > SIDE - 40 ? "end" : "start", "source");
    });
    const bar = [60, 30, 20, 10, 5, 2, 1].find((length) => length * scale < SIDE / 3) ?? 1;
    line(24, SIDE - 26, 24 + bar * scale, SIDE - 26, "scale");
    text(24 + (bar * scale) / 2, SIDE - 34, `${bar}″`);
    const [nx, ny] = [SIDE - 40, SIDE - 32];
    line(nx, ny, nx, ny - 48, "scale");
    line(nx, ny, nx - 48, ny, "scale");
    text(nx, ny - 54, "N");
    text(nx - 56, ny + 5, "E");
    return svg("svg", { viewBox: `0 0 ${SIDE} ${SIDE}`, class: "chart-marks", role: "img",
        "aria-label": `the object at ${place.ra}, ${place.dec}, and the sources of the list around it` }, parts);
}

// options: object, alerts (ids, by time), catalogues (names).
export function chart({ object, alertId, catalogues }) {
    const place = { ra: object.ra, dec: object.dec };
    const picture = h("div", { class: "chart-picture" });
    const list = h("div", { class: "chart-list" });
    const sourceList = h("div", { class: "chart-sources", tabindex: "0", role: "region",
        "aria-label": "sources around" });
    const holder = h("section", { class: "chart" },
        h("div", { class: "controls noprint" },
            h("button", { type: "button", class: "main", on: { click: () => window.print() } }, "Print")),
        h("div", { class: "chart-page" }, picture, list, sourceList));
    (async () => {
        const text = sexagesimal(place.ra, place.dec);
        const heading = [h("h3", {}, object.objectId), h("dl", { class: "facts" },
            h("dt", {}, "ICRS"), h("dd", { class: "big-place" }, `${text.ra}  ${text.dec}`), h("dt", {}, "degrees"),
                h("dd", {}, `${degrees(place.ra)} ${degrees(place.dec)}`))];
        replace(list, heading);
        const parameters = { survey: object.survey, size: SIDE };
        let response = null;
        if (alertId) response = await fetch(url(`alerts/${part(alertId)}/cutouts/template.png`,
            parameters)).catch(() => null);
        let field = null;
        if (response?.ok) {
            const isUp = response.headers.get("X-North-Up") !== "unknown";
            // ZTF's cutouts all have 63 pixels of 1.01 arcsec.
            field = Number(response.headers.get("X-Field-Arcsec")) || (object.survey === "ztf" ? 63.63 : null);
            const target = (response.headers.get("X-Target") ?? "").split(",").map(Number);
            const isPlaced = isUp && field !== null;
            const sources = await sourcesAround(place, Math.min(field ? field * 0.75 : 60, 600), catalogues);
            const image = h("img", { width: SIDE, height: SIDE, alt: isPlaced ? "" : "template image, with its scale",
                src: url(`alerts/${part(alertId)}/cutouts/template.png`,
                    { ...parameters, marks: isPlaced ? null : true }) });
            replace(picture, image, isPlaced ? overlay(sources, field, target.length === 2
                && target.every(Number.isFinite) ? target : [0.5, 0.5], place) : null);
            replace(sourceList, table(sources, catalogues));
            replace(list, heading,
                h("p", { class: "quiet" },
                    isPlaced ? `Template image, ${number(field, 0)}″ a side; north up, east to the left. `
                    : "Template image. Its scale is not told, so that the sources are in the table alone. ",
                    `Alert ${alertId}. Made ${utc(mjdNow())} UTC.`));
        } else {
            const sources = await sourcesAround(place, 60, catalogues);
            const problem = await response?.json().catch(() => null);
            replace(picture, h("p", { class: "quiet chart-none" }, "No template image: ",
                problem?.detail ?? "no alert of this object is archived here."));
            replace(sourceList, table(sources, catalogues));
        }
    })().catch((error) => replace(list, h("div", { class: "notice" }, h("strong", {}, "The chart could not be made"),
        h("p", {}, error.message))));
    return holder;
}

function table(sources, catalogues) {
    if (catalogues.length === 0) return h("p", { class: "quiet" },
        "No catalogue is at hand: start 'nightjar serve' with --catalogues DIR for the sources around.");
    if (sources.length === 0) return h("p", { class: "quiet" }, `No source around in ${catalogues.join(", ")}.`);
    const offset = (value, positive, negative) => `${number(Math.abs(value), 1)}″ ${value >= 0 ? positive : negative}`;
    return h("table", {}, h("caption", {}, "From the source to the object"),
        h("thead", {}, h("tr", {}, ["No.", "Catalogue", "East, west", "North, south", "Distance",
            "What it is"].map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, sources.map((source, index) => h("tr", {}, h("td", { class: "number" }, index + 1),
            h("td", {}, source.catalogue),
            h("td", { class: "number" }, offset(-source.east, "E", "W")),
                h("td", { class: "number" }, offset(-source.north, "N", "S")),
            h("td", { class: "number" }, `${number(source.separation, 1)}″`), h("td", {}, source.says)))));
}
