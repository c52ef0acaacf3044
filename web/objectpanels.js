// The panels beside an object's light curve: the fit, what catalogues have there, and scores.

import { part, url } from "./api.js";
import { h, replace } from "./dom.js";
import { bandName, mag, number, utc } from "./format.js";
import { mark } from "./lightcurve.js";
import { distanceModulus, peakOf } from "./photometry.js";
import { Plot } from "./plot.js";

// Of scores, in the order of their list: the bands' colours, which differ for everyone.
const SHAPES = ["circle", "square", "diamond", "triangle", "pentagon", "cross"];
const COLOURS = ["--band-g", "--band-r", "--band-z", "--band-i", "--band-u", "--band-y"];
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

// A value with its error, both with as many digits as two of the error's.
function withError(value, error, most = 5) {
    if (!isNumber(value)) return "–";
    if (!isNumber(error) || error <= 0) return [number(value, Math.min(most, 4)),
        h("span", { class: "quiet" }, " fixed")];
    const digits = Math.max(0, Math.min(most, 1 - Math.floor(Math.log10(error))));
    return `${number(value, digits)} ± ${number(error, digits)}`;
}

// A small number times a power of ten.
function powered(value, error) {
    const power = Math.floor(Math.log10(value));
    const size = 10 ** -power;
    return [withError(value * size, isNumber(error) ? error * size : null), " × 10", h("sup", {}, number(power, 0))];
}

// Why a fit has its quality.
function why(fit) {
    switch (fit.quality) {
    case "good": return "chi squared is likely, parameters are inside their bounds, and the points cover the peak";
    case "bound": return `ended on a bound: ${String(fit.at_bound || "a parameter").replaceAll(",", ", ")}`;
    case "poor": {
        const chance = isNumber(fit.fit_probability) ? fit.fit_probability.toExponential(1) : "less than 0.001";
        return `so large a chi squared has a chance of ${chance}`;
    }
    case "few points": return `${fit.ndof} degrees of freedom`;
    case "phase span":
        return `the points cover ${number(fit.phase_last - fit.phase_first, 1)} days of the supernova's time`;
    case "second minimum":
        return `another minimum, chi squared ${number(fit.second_chisq, 1)}, at z = ${number(fit.second_z, 3)}`;
    case "one-sided": return fit.phase_last <= 0 ? "all points lie before the peak" : "all points lie after the peak";
    default: return fit.detail ?? "";
    }
}

export function fitPanel({ fits, object, facts, survey, hasAlert }) {
    const fit = fits[0] ?? null;
    const section = (...children) => h("section", { class: "fit" }, h("h2", {}, "SALT2 fit"), children);
    if (!fit) {
        return section(h("p", { class: "quiet" },
            "No fit: alerts that pass the survey's filter and have five detections are fitted."));
    }
    const alert = fit.candid ?? fit.diaSourceId;
    if (!fit.success) return section(h("p", {}, h("span", { class: "state warn" }, fit.reason ?? "no fit"), " ",
        fit.detail ?? ""), history(fits));
    const row = (name, value, title) => [h("dt", { title }, name), h("dd", { class: "number-wide" }, value)];
    const peak = peakOf(fit, object.time_scale);
    const modulus = distanceModulus(fit.z);
    const brightest = facts.map((fact) => fact.peak && { band: fact.band, M: fact.peak.mag - modulus }).filter(Boolean);
    const source = { known: "known redshift", host: "the host's as a prior",
        free: "from the light curve alone" }[fit.z_source] ?? (fit.z_known ? "known redshift" : "fitted");
    return section(
        h("p", { class: "quality" }, h("span", { class: `state ${fit.quality === "good" ? "good" : "warn"}` },
            fit.quality ?? "unjudged"), " ", h("span", { class: "quiet" }, why(fit))),
        h("dl", { class: "facts" },
            row("z", [withError(fit.z, fit.z_err), h("span", { class: "quiet" }, ` ${source}`)]),
            row("t0", [withError(fit.t0, fit.t0_err, 3),
                h("span", { class: "quiet" }, peak === null ? "" : ` ${utc(peak)} UTC`)], "peak in B"),
            row("x1", withError(fit.x1, fit.x1_err)), row("c", withError(fit.c, fit.c_err)),
            isNumber(fit.x0) && fit.x0 > 0 ? row("x0", powered(fit.x0, fit.x0_err)) : null,
            row("χ² / ndof", [`${number(fit.chisq, 1)} / ${fit.ndof}`, isNumber(fit.fit_probability)
                ? h("span", { class: "quiet" }, ` p = ${number(fit.fit_probability, 3)}`) : null]),
            brightest.length && modulus !== null ? row("Peak M",
                [brightest.map(({ band, M }) => `${bandName(band)} ${number(M, 1)}`).join(", "),
                h("span", { class: "quiet" }, " no K correction")],
                "brightest detection less distance modulus (H0 70, Omega_m 0.3); no extinction or K correction") : null,
            isNumber(fit.mwebv) ? row("E(B−V)", number(fit.mwebv, 3)) : null,
            row("Points", `${fit.n_used} of ${fit.n_points}, ${fit.n_forced ?? 0} forced`
                + (fit.n_marked ? `, ${fit.n_marked} marked left out` : "")),
            row("Model", `${fit.model ?? ""}, ${String(fit.bands ?? "").split(",").map(bandName).join(" ")}`)),
        h("p", { class: "quiet" }, "Of alert ", h("a", { href: `/alerts/${part(alert)}?survey=${survey}` }, alert),
            fit.plot_lc_path && hasAlert(alert) ? [" · ",
                h("a", { href: url(`alerts/${part(alert)}/plot.png`, { survey }) }, "the run's plot")] : null),
        history(fits));
}

function history(fits) {
    if (fits.length < 2) return null;
    return h("details", {}, h("summary", {}, `All ${fits.length} fits`),
        h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "fits" }, h("table", {},
        h("thead", {}, h("tr", {}, ["Night", "z", "t0", "x1", "c", "χ²/ndof",
            "Quality"].map((title) => h("th", { scope: "col" }, title)))),
        h("tbody", {}, fits.slice(0, 50).map((fit) => h("tr", {}, h("td", { class: "number" }, String(fit.night ?? "")),
            ...(fit.success ? [number(fit.z, 3), number(fit.t0, 1), number(fit.x1, 2), number(fit.c, 2),
                `${number(fit.chisq, 1)}/${fit.ndof}`, fit.quality ?? "–"]
                : ["–", "–", "–", "–", "–", fit.reason ?? "–"])
                .map((text) => h("td", { class: "number" }, text))))))));
}

// What is near the newest alert: of the catalogues that were asked, and of the survey's own packet.
function matchesOf(row, survey) {
    const list = [];
    const add = (catalogue, separation, says) =>
        list.push({ catalogue, separation: isNumber(separation) && separation >= 0 ? separation : null, says });
    for (const key of Object.keys(row)) {
        if (!key.endsWith("_matches") || !(row[key] > 0) || !isNumber(row[`${key.slice(0, -8)}_distance`])) continue;
        const name = key.slice(0, -8);
        const says = Object.keys(row).filter((column) => column.startsWith(`${name}_`)
            && !/_(matches|distance|ra|dec|source_id|objid)$/.test(column) && row[column] !== null
            && row[column] !== "")
            .slice(0, 4).map((column) => {
                const value = isNumber(row[column]) ? number(row[column], 2) : row[column];
                return `${column.slice(name.length + 1).replace("phot_g_mean_mag", "G")} ${value}`;
            });
        add(name, row[`${name}_distance`], says.join(", ") + (row[key] > 1 ? `; ${row[key]} in all` : ""));
    }
    if (survey === "ztf") {
        if (row.ssnamenr && row.ssnamenr !== "null") add("MPC", row.ssdistnr, row.ssnamenr);
        for (const rank of [1, 2, 3]) {
            const [distance, score] = [row[`distpsnr${rank}`], row[`sgscore${rank}`]];
            if (!isNumber(distance) || distance < 0) continue;
            const colours = ["g", "r", "i", "z"].filter((band) => row[`s${band}mag${rank}`] > 0).map((band) =>
                `${band} ${mag(row[`s${band}mag${rank}`])}`);
            add("PS1", distance, [isNumber(score) && score >= 0
                ? `${score > 0.5 ? "star" : "galaxy"}, score ${number(score, 2)}` : "",
                ...colours.slice(0, 2)].filter(Boolean).join(", "));
        }
        if (isNumber(row.neargaia) && row.neargaia >= 0 && row.gaia_distance === undefined) add("Gaia", row.neargaia,
            row.maggaia > 0 ? `G ${mag(row.maggaia)}` : "");
        if (isNumber(row.distnr) && row.distnr >= 0) add("reference image", row.distnr,
            row.magnr > 0 ? `mag ${mag(row.magnr)}` : "");
    }
    return list.sort((a, b) => (a.separation ?? 1e9) - (b.separation ?? 1e9));
}

export function matchesPanel(row, survey) {
    const section = (...children) => h("section", {}, h("h2", {}, "Matches and host"), children);
    if (!row) return section(h("p", { class: "quiet" },
        "No alert of this object itself is here, so nothing was matched."));
    const host = row.host_name ? h("p", {}, h("strong", {}, "Host "), row.host_name,
        `, ${number(row.host_separation, 1)}″`,
        isNumber(row.host_projected) ? `, ${number(row.host_projected, 1)} kpc` : "", isNumber(row.host_redshift)
            ? `, z ${number(row.host_redshift, 4)}` : "")
        : h("p", { class: "quiet" }, "host_name" in row ? "No host: no galaxy is near enough."
            : "No host was looked for (run with --hosts).");
    const list = matchesOf(row, survey);
    return section(host, list.length ? h("div",
        { class: "scroll", tabindex: "0", role: "region", "aria-label": "matches" },
        h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, "Catalogue"),
        h("th", { scope: "col", class: "number" }, "″"), h("th", { scope: "col" }, "What it is"))),
        h("tbody", {}, list.map((match) => h("tr", {}, h("td", {}, match.catalogue),
            h("td", { class: "number" }, match.separation === null ? "–" : number(match.separation, 1)),
            h("td", {}, match.says))))))
        : h("p", { class: "quiet" }, "Nothing of the catalogues at hand is near."));
}

// The surveys' own scores, the best first.
export const ownScores = ["drb", "rb", "reliability"];

// The columns that are scores: of classifiers, and the survey's own.
export function scoreColumns(row, info) {
    if (!row) return [];
    const names = (info.classifiers ?? []).map((entry) =>
        (typeof entry === "string" ? entry : entry.name)).filter(Boolean);
    const isScore = (column) => names.some((name) => column.startsWith(`${name}_`))
        || (names.length === 0 && /^(snn|acai|btsbot|braai)_/.test(column));
    const own = ownScores.filter((column) => isNumber(row[column]));
    return [...Object.keys(row).filter(isScore), ...own];
}

// `asked` is a promise of the scores of all alerts, or of null; `whose` stands over the numbers.
export function scoresPanel(row, asked, info, whose = "Of the newest alert") {
    const columns = scoreColumns(row, info).filter((column) => isNumber(row?.[column]));
    if (columns.length === 0) return null;
    const plotHolder = h("div", { class: "scores-plot" });
    const shown = columns.filter((column) => !/_other$/.test(column));
    const look = (column) => ({ shape: SHAPES[shown.indexOf(column)], colour: COLOURS[shown.indexOf(column)] });
    const section = h("section", { class: "scores" }, h("h2", {}, "Scores"),
        h("table", {}, h("thead", {}, h("tr", {}, h("th", { scope: "col" }, whose),
            h("th", { scope: "col", class: "number" }, "Score"),
            h("th", {}, h("span", { class: "unseen" }, "as a bar")))),
            h("tbody", {}, shown.map((column) => {
                const bar = h("span", { class: "bar" });
                bar.style.width = `${Math.round(Math.max(0, Math.min(1, row[column])) * 72)}px`;
                return h("tr", {}, h("td", {}, look(column).shape
                    ? [mark(look(column).shape, look(column).colour, true, 2.8), " "] : null, column),
                    h("td", { class: "number" }, number(row[column], 3)),
                    h("td", {}, h("span", { class: "bar-holder" }, bar)));
            }))), plotHolder);
    asked.then((scores) => {
        if (!scores || scores.rows.length < 2) return;
        const at = (column) => scores.columns.indexOf(column);
        const drawn = shown.slice(0, SHAPES.length);
        const points = drawn.flatMap((column) =>
            scores.rows.filter((line) => isNumber(line.values[at(column)])).map((line) =>
            ({ x: line.x, y: line.values[at(column)], kind: "forced", ...look(column), item: { id: line.id },
                name: column })));
        const plot = new Plot({ label: "Scores over time", height: 170,
            tip: (point) => [[point.name, number(point.y, 3)], ["UTC", utc(point.x)]],
            table: () => ({ caption: "Scores by alert", columns: ["UTC", ...shown],
                rows: scores.rows.map((line) => [utc(line.x),
                ...shown.map((column) => number(line.values[at(column)], 3))]) }) });
        plot.set({ time: { kind: "utc" }, panels: [{ key: "score", label: "score", domain: [-0.05, 1.05],
            isFixed: true, points,
            curves: drawn.map((column) => ({ x: scores.rows.map((line) => line.x),
                y: scores.rows.map((line) => line.values[at(column)]), colour: look(column).colour, width: 1 })) }] });
        replace(plotHolder, h("h3", {}, "Over time"), plot.element);
        plot.redraw();
    }, () => { /* the numbers of the newest stand above */ });
    return section;
}
