// When an object can be observed tonight from a place on Earth: altitude and airmass, the Moon, and how dark it is.

import { get } from "./api.js";
import { h, replace } from "./dom.js";
import { clock, mjdNow, night as nightText, number, utc } from "./format.js";
import { calm } from "./alertviews.js";
import { Plot } from "./plot.js";

const isNumber = (value) => typeof value === "number" && Number.isFinite(value);
const KEPT = "observatory";

function remembered() {
    try { return JSON.parse(localStorage.getItem(KEPT) ?? "null") ?? {}; } catch { return {}; }
}

function remember(choice) {
    try { localStorage.setItem(KEPT, JSON.stringify(choice)); } catch { /* it holds for this page */ }
}

// The altitude of an airmass, degrees, plane-parallel: near enough for a label of an axis.
const altitudeOf = (airmass) => (Math.asin(1 / airmass) * 180) / Math.PI;

// Stretches of time by how dark they are: [{from, to, alpha}].
function twilights(answer) {
    const dusks = [answer.sunset_mjd_utc, answer.civil_dusk_mjd_utc, answer.nautical_dusk_mjd_utc,
        answer.astronomical_dusk_mjd_utc];
    const dawns = [answer.sunrise_mjd_utc, answer.civil_dawn_mjd_utc, answer.nautical_dawn_mjd_utc,
        answer.astronomical_dawn_mjd_utc];
    return dusks.map((from, index) => ({ from, to: dawns[index] })).filter(({ from, to }) => isNumber(from)
        && isNumber(to));
}

// Times may stand in the answer as `civil_dusk_mjd_utc`, or below `civil`: {dusk, dawn}.
function flattened(answer) {
    const flat = { ...answer };
    for (const name of ["civil", "nautical", "astronomical"]) {
        for (const end of ["dusk", "dawn"]) {
            flat[`${name}_${end}_mjd_utc`] ??= answer[name]?.[`${end}_mjd_utc`] ?? answer[name]?.[end] ?? null;
        }
    }
    return flat;
}

export function visibility({ survey, ra, dec, query, setQuery }) {
    const holder = h("div", { class: "visibility" });
    const select = h("select", { id: "observatory" });
    const date = h("input", { type: "date", id: "visibility-night" });
    const place = Object.fromEntries(["lon", "lat",
        "height"].map((name) => [name, h("input",
        { type: "number", id: `place-${name}`, step: "any", required: name !== "height" })]));
    const own = h("form", { class: "controls", hidden: true,
        on: { submit: (event) => { event.preventDefault(); ask(); } } },
        h("label", { class: "field", for: "place-lon" }, "Longitude, degrees east", place.lon),
            h("label", { class: "field", for: "place-lat" }, "Latitude, degrees", place.lat),
        h("label", { class: "field", for: "place-height" }, "Height, m", place.height),
            h("button", { type: "submit" }, "Show"));
    const facts = h("div", { class: "visibility-facts" });
    const plotHolder = h("div", { class: "visibility-plot" });
    const plot = new Plot({ label: "Altitude tonight", height: 340,
        tip: (point) => [["UTC", utc(point.x)], ["altitude", `${number(point.y, 1)}°`],
            ["airmass", number(point.airmass, 2)], ["Moon", `${number(point.moon, 0)}°`]],
        table: () => ({ caption: "Altitude by time, UTC",
            columns: ["UTC", "Altitude, °", "Airmass", "Moon's altitude, °"],
            rows: points.map((point) => [utc(point.x), number(point.y, 1), number(point.airmass, 2),
                number(point.moon, 1)]) }) });
    let points = [];
    let asked = null;

    async function ask() {
        const isOwn = select.value === "";
        own.hidden = !isOwn;
        if (isOwn && (place.lon.value === "" || place.lat.value === "")) {
            replace(facts, h("p", { class: "quiet" }, "Give the place's longitude and latitude."));
            return;
        }
        const where = isOwn ? { lon: place.lon.value, lat: place.lat.value, height: place.height.value || 0 }
            : { observatory: select.value };
        remember(isOwn ? where : { observatory: select.value });
        const night = date.value.replaceAll("-", "");
        setQuery?.({ night: night || null });
        asked?.abort();
        asked = new AbortController();
        try {
            show(flattened(await get("visibility", { ra, dec, night: night || null, ...where },
                { signal: asked.signal })));
        } catch (error) {
            if (error.name !== "AbortError") replace(facts, calm(error, "Visibility is not to be had"));
        }
    }

    function show(answer) {
        const times = answer.mjd_utc ?? [];
        points = times.map((x, index) => ({ x, y: answer.altitude[index], airmass: answer.airmass?.[index] ?? null,
            moon: answer.moon_altitude?.[index] ?? null,
            kind: "forced", isAside: false, shape: "circle", colour: "--link", item: {} }));
        const up = points.filter((point) => point.y > -8);
        const areas = twilights(answer).map(({ from, to }) => ({ from, to, colour: "--text", alpha: 0.05 }));
        const now = mjdNow();
        const isNow = times.length && now > times[0] && now < times.at(-1);
        const verticals = isNow ? [{ x: now, label: "now", colour: "--bad" }] : [];
        if (answer.best && isNumber(answer.best.mjd_utc)) verticals.push({ x: answer.best.mjd_utc, label: "best",
            dash: [3, 3] });
        const line = (y, options) => ({ x: times, y, ...options });
        plot.set({
            x: times.length ? [times[0], times.at(-1)] : [0, 1], isBounded: true,
                time: { kind: "utc", label: `UTC, night of ${nightText(answer.night)}` },
            panels: [{ key: "altitude", label: "altitude, degrees", domain: [0, 90], isFixed: true, areas, verticals,
                points: up.map((point) => ({ ...point, isAside: true, isGhost: true })),
                    levels: [{ y: 30, dash: [2, 4] }],
                curves: [line(answer.moon_altitude ?? [], { colour: "--warn", dash: [6, 4], width: 1.4 }),
                    line(answer.altitude ?? [], { colour: "--link", width: 2.4 })],
                right: { label: "airmass", ticks: [1, 1.1, 1.2, 1.5, 2, 3,
                    5].map((airmass) => ({ at: altitudeOf(airmass), label: String(airmass) })) } }],
        });
        if (!plot.element.isConnected) replace(plotHolder, plot.element);
        const dark = [answer.astronomical_dusk_mjd_utc, answer.astronomical_dawn_mjd_utc];
        const step = times.length > 1 ? (times[1] - times[0]) * 24 : 0;
        const good = points.filter((point) => point.airmass !== null && point.airmass <= 2 && point.x >= dark[0]
            && point.x <= dark[1]).length * step;
        const row = (name, value) => h("div", { class: "fact" }, h("span", { class: "label" }, name),
            h("span", { class: "number" }, value));
        const moon = answer.moon ?? {};
        const span = (from, to) => (isNumber(from) && isNumber(to) ? `${clock(from)} – ${clock(to)}` : "none tonight");
        replace(facts, h("div", { class: "facts-row" },
            row("Best", answer.best ? `${clock(answer.best.mjd_utc)} at airmass ${number(answer.best.airmass, 2)}`
                : "it does not rise above 5° in the dark"),
            row("Dark and under airmass 2", `${number(good, 1)} h`),
                row("Sun down", span(answer.sunset_mjd_utc, answer.sunrise_mjd_utc)),
            row("Astronomical night", span(...dark)),
            row("Moon", [`${number(100 * (moon.illumination ?? NaN), 0)} % lit, `,
                `${number(moon.separation_deg, 0)}° away`,
                isNumber(moon.rise ?? moon.rise_mjd_utc) ? `, rises ${clock(moon.rise ?? moon.rise_mjd_utc)}` : "",
                    isNumber(moon.set ?? moon.set_mjd_utc) ? `, sets ${clock(moon.set ?? moon.set_mjd_utc)}` : ""])),
        h("p", { class: "legend quiet" }, h("span", { class: "line object" }), "object ",
            h("span", { class: "line moon" }), "Moon; grey: the Sun below 0, −6, −12, −18°. All times UTC."));
    }

    (async () => {
        replace(holder, h("p", { class: "skeleton" }, "Observatories …"));
        let places;
        try { places = (await get("observatories")).observatories ?? []; } catch (error) {
            replace(holder, calm(error, "Visibility is not to be had"));
            return;
        }
        const kept = remembered();
        // Who has not chosen yet gets the survey's own site.
        if (kept.observatory === undefined && kept.lon === undefined) kept.observatory = survey === "lsst"
            || survey === "elasticc" ? "cerro-pachon" : "palomar";
        replace(select, places.map((entry) => h("option",
            { value: entry.name, selected: entry.name === kept.observatory }, entry.title ?? entry.name)),
            h("option", { value: "", selected: kept.lon !== undefined }, "another place …"));
        for (const name of ["lon", "lat", "height"]) place[name].value = kept[name] ?? "";
        const asked = query?.get("night");
        if (/^\d{8}$/.test(asked ?? "")) date.value = nightText(asked);
        select.addEventListener("change", ask);
        date.addEventListener("change", ask);
        replace(holder, h("div", { class: "controls" },
            h("label", { class: "field", for: "observatory" }, "Observatory", select),
            h("label", { class: "field", for: "visibility-night" }, "Night (empty: tonight)", date)), own, facts,
                plotHolder);
        await ask();
    })();
    return holder;
}
