// One candidate of the gallery.

import { part, url } from "./api.js";
import { showCuts } from "./cuts.js";
import { h, svg } from "./dom.js";
import { bandName, magOfFlux, number, realBogusSays, sexagesimal, utcOfTAI } from "./format.js";
import { isHidden } from "./hidden.js";
import { sparkCurve } from "./sparkcurve.js";
import { plain } from "./table.js";

const isNumber = (x) => typeof x === "number" && Number.isFinite(x);
const cutoutSide = 76;

export const objectLink = (row) => row.objectId === null || row.objectId === undefined
    ? alertLink(row) : `/objects/${part(row.objectId)}?survey=${part(row.survey)}`;
export const alertLink = (row) => `/alerts/${part(row.id)}?survey=${part(row.survey)}`;

const magnitude = (row) => isNumber(row.mag) ? row.mag : row.flux_njy > 0 ? magOfFlux(row.flux_njy) : null;
const magnitudeError = (row) => isNumber(row.mag_err) ? row.mag_err
    : row.flux_njy > 0 && row.flux_err_njy > 0 ? 1.0857 * row.flux_err_njy / row.flux_njy : null;

/** The first score that there is: the one that the list is sorted by, where somebody sorts by scores. */
const firstScore = (row) => Object.entries(row.scores ?? {}).find(([, value]) => isNumber(value)) ?? null;

/** The columns of the export. */
export const exportColumns = [
    ["survey", (row) => row.survey], ["id", (row) => row.id], ["objectId", (row) => row.objectId],
    ["mjd_tai", (row) => row.mjd_tai],
    ["night", (row) => row.night], ["ra", (row) => row.ra], ["dec", (row) => row.dec],
    ["bandpass", (row) => row.bandpass],
    ["mag", (row) => row.mag], ["mag_err", (row) => row.mag_err], ["flux_njy", (row) => row.flux_njy],
    ["flux_err_njy", (row) => row.flux_err_njy], ["survey_score", (row) => row.survey_score], ["rise", (row) => row.rise],
    ["age_days", (row) => row.age_days], ["n_detections", (row) => row.n_detections],
    ["score", (row) => firstScore(row)?.[1]], ["score_name", (row) => firstScore(row)?.[0]],
    ["filters", (row) => (row.filters ?? []).map((filter) => filter.filter).join(" ")],
    ["z", (row) => row.fit?.z], ["z_err", (row) => row.fit?.z_err], ["quality", (row) => row.fit?.quality],
].map(([name, value]) => ({ name, value }));

function figure(label, value, below, title = null) {
    return h("div", { title }, h("dt", {}, label), h("dd", { class: "value" }, value),
        h("dd", { class: "below" }, below));
}

function figures(row) {
    const m = magnitude(row);
    const error = magnitudeError(row);
    const score = firstScore(row);
    const way = !isNumber(row.rise) ? ["", "one night"] : Math.abs(row.rise) < 0.005 ? ["", "steady"]
        : row.rise > 0 ? ["↑", "rising /d"] : ["↓", "fading /d"];
    const rise = isNumber(row.rise) ? [h("span", { class: "way", "aria-hidden": "true" }, way[0]),
        number(Math.abs(row.rise), 2)] : "–";
    const isYoung = row.age_days < 1;
    const age = isYoung ? row.age_days * 24 : row.age_days;
    return h("dl", { class: "figures" },
        figure("Mag", [row.is_positive === false ? "−" : null, number(m, 2)],
            [bandDot(row.bandpass), isNumber(error) ? ` ±${number(error, 2)}` : null],
            row.is_positive === false ? "fainter than the template" : null),
        figure("Rise", rise, way[1],
            "magnitudes a day over the last two nights in this band"),
        figure("Age", number(age, age < 10 ? 1 : 0), isYoung ? "hours" : "days", "since the first detection"),
        figure("Score", score ? number(score[1], 2) : "–", score ? `P(${score[0].split("_").at(-1)})` : "no score",
            score?.[0]),
        figure("Det.", row.n_detections ?? "–", isNumber(row.survey_score)
            ? ["real/bogus", h("br"), number(row.survey_score, 2)] : "",
            `detections, and real/bogus of this one: ${realBogusSays}`),
        figure("z", number(row.fit?.z, 3),
            row.fit ? row.fit.quality ?? (row.fit.success === 0 ? "no fit" : "fitted") : "not fitted",
            row.fit ? row.fit.detail ?? `SALT2: z ${number(row.fit.z, 4)} ± ${number(row.fit.z_err, 4)}, χ² ${number(row.fit.chisq, 1)} for ${row.fit.ndof}`
                : "SALT2 fits what passed the filter and has five detections"));
}

/** A band's letter with its colour and shape. */
export function bandDot(band) {
    const letter = bandName(band);
    return h("span", { class: `band band-${/^[ugrizy]$/.test(letter) ? letter : "other"}` }, letter.slice(0, 4));
}

function cutout(row, kind) {
    const side = Math.round(cutoutSide * Math.min(2, Math.max(1, devicePixelRatio)));
    const image = h("img", {
        src: url(`alerts/${part(row.id)}/cutouts/${kind}.png`, { survey: row.survey, size: side }), alt: kind,
        title: kind,
        loading: "lazy", decoding: "async", width: cutoutSide, height: cutoutSide,
    });
    image.addEventListener("error", () => {
        image.replaceWith(h("span", { class: "no-image", title: `no ${kind} image that can be drawn` }, "no image"));
    });
    return image;
}

/** Dots of the filters: full where the alert passed. */
function dots(passed, names) {
    const all = [...passed, ...names.filter((name) => !passed.includes(name))].slice(0, 24);
    const [step, across] = [11, 8];
    const height = Math.ceil(all.length / across) * step + 1;
    return svg("svg", { width: across * step, height, viewBox: `0 0 ${across * step} ${height}`,
        "aria-hidden": "true" },
        all.map((name, i) => svg("circle", {
            cx: (i % across) * step + 6, cy: Math.floor(i / across) * step + 6, r: 4,
            class: passed.includes(name) ? "full" : "hollow",
        })));
}

/** A row; `filters` are those that have judged alerts of its survey. */
export function candidateRow(row, filters, { onHide }) {
    const passed = [...new Set((row.filters ?? []).map((filter) => filter.filter))];
    const names = [...new Set(filters.filter((filter) => filter.survey === row.survey).map((filter) => filter.filter))];
    const all = new Set([...passed, ...names]).size;
    const cuts = h("div", { class: "candidate-cuts", hidden: true, id: `cuts-${row.survey}-${row.id}` });
    const open = h("button", {
        type: "button", class: "plain dots", "aria-expanded": "false", "aria-controls": cuts.id,
        title: `passed ${passed.join(", ") || "none"}: opens the cuts of all filters`,
    }, dots(passed, names), h("span", { class: "passed" }, h("span", { class: "unseen" }, "Passed "),
    `${passed.length} of ${all}`),
    h("span", { class: "first", title: passed[0] }, passed[0] ?? ""));
    open.addEventListener("click", () => {
        cuts.hidden = !cuts.hidden;
        open.setAttribute("aria-expanded", String(!cuts.hidden));
        if (!cuts.hidden && cuts.childElementCount === 0) showCuts(cuts, row.survey, row.id);
    });
    const isHiddenNow = isHidden(row);
    const place = sexagesimal(row.ra, row.dec);
    const name = plain(row.objectId ?? row.id);
    const item = h("li", { class: isHiddenNow ? "candidate is-hidden" : "candidate" },
        h("div", { class: "candidate-row" },
            h("div", { class: "curve" }, sparkCurve(row.curve, { newest: row.mjd_tai,
                isFlux: row.survey === "lsst" || row.survey === "elasticc" })),
            h("a", { class: "cutouts", href: alertLink(row), "aria-label": `Alert ${row.id} of ${name}` },
                ["science", "template", "difference"].map((kind) => cutout(row, kind))),
            h("div", { class: "name" }, h("a", { href: objectLink(row), title: name }, name),
                h("div", { class: "when" }, utcOfTAI(row.mjd_tai)),
                h("div", { class: "where" }, place.ra), h("div", { class: "where" }, place.dec)),
            figures(row), open,
            h("button", {
                type: "button", class: "plain hide", title: isHiddenNow ? "Show again (x)" : "Hide (x)",
                "aria-label": `${isHiddenNow ? "Show" : "Hide"} ${name}`, on: { click: onHide },
            }, isHiddenNow ? "+" : "×")),
        cuts);
    item.candidate = row;
    return item;
}

