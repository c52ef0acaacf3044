// An object's points in one form, for every survey: times in UTC, differences as fluxes and as magnitudes.

import { bandName, fluxOfMag, magOfFlux, sortBands, taiToUTC } from "./format.js";

const POGSON = 2.5 / Math.LN10;
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

// One point of the API as {kind, band, x, flux, fluxError, mag, magError, isPositive, limit, noise, marks, id, object,
// realBogus}.
function read(point, kind) {
    const made = {
        kind, band: String(point.bandpass ?? "unknown").slice(0, 16), x: taiToUTC(point.mjd_tai),
            mjdTAI: point.mjd_tai, id: point.id ?? null,
        object: point.objectId ?? null, isPositive: point.is_positive !== false, flux: point.flux_njy ?? null,
        fluxError: point.flux_err_njy ?? null, mag: point.mag ?? null, magError: point.mag_err ?? null,
            ra: point.ra ?? null,
        dec: point.dec ?? null, realBogus: point.real_bogus ?? null, marks: Array.isArray(point.marks) ? point.marks
            : [],
        limit: null, noise: null,
    };
    if (kind === "limit") {
        made.limit = point.limiting_mag_5_sigma ?? null;
        made.noise = point.noise_njy_1_sigma ?? (made.limit === null ? null : fluxOfMag(made.limit) / 5);
        made.limit ??= isNumber(made.noise) && made.noise > 0 ? magOfFlux(5 * made.noise) : null;
        return made;
    }
    if (made.flux === null && made.mag !== null) {
        const size = fluxOfMag(made.mag);
        made.flux = made.isPositive ? size : -size;
        made.fluxError = made.magError === null ? null : (size * made.magError) / POGSON;
    } else if (made.mag === null && isNumber(made.flux) && made.flux !== 0) {
        made.isPositive = made.flux > 0;
        made.mag = magOfFlux(Math.abs(made.flux));
        made.magError = made.fluxError === null ? null : (POGSON * made.fluxError) / Math.abs(made.flux);
    }
    return made;
}

// All points of the API's object, by time.
export function pointsOf(object) {
    const all = [
        ...(object.detections ?? []).map((point) => read(point, "detection")),
        ...(object.forced ?? []).map((point) => read(point, "forced")),
        ...(object.limits ?? []).map((point) => read(point, "limit")),
    ];
    return all.filter((point) => isNumber(point.x)).sort((a, b) => a.x - b.x);
}

export const signalToNoise = (point) => (isNumber(point.flux) && point.fluxError > 0 ? point.flux / point.fluxError
    : null);

// The bands that have points, in the order of their wavelengths.
export const bandsOf = (points) => sortBands([...new Set(points.map((point) => point.band))]);

// Of each band: first, last and brightest detection, how many there are, and how it moves over its last two nights,
// mag/day.
export function bandFacts(points) {
    const detections = points.filter((point) => point.kind === "detection");
    return bandsOf(detections).map((band) => {
        const own = detections.filter((point) => point.band === band);
        const bright = own.filter((point) => point.isPositive && isNumber(point.mag));
        const peak = bright.reduce((best, point) => (best === null || point.mag < best.mag ? point : best), null);
        return { band, name: bandName(band), count: own.length, first: own[0], last: own.at(-1), peak,
            rise: rise(bright) };
    });
}

// Magnitudes a day between the last two nights that have points: negative gets brighter. Nights are half a day apart
// at least.
function rise(points) {
    const nights = [];
    for (const point of points) {
        const night = nights.at(-1);
        if (night && point.x - night[0].x < 0.5) night.push(point);
        else nights.push([point]);
    }
    if (nights.length < 2) return null;
    const mean = (night, value) => night.reduce((sum, point) => sum + value(point), 0) / night.length;
    const [before, last] = nights.slice(-2);
    const days = mean(last, (p) => p.x) - mean(before, (p) => p.x);
    const slope = (mean(last, (p) => p.mag) - mean(before, (p) => p.mag)) / days;
    const errors = [before, last].map((night) => mean(night, (p) => p.magError ?? 0) / Math.sqrt(night.length));
    return { slope, error: Math.hypot(...errors) / days, days, last: last.at(-1).x };
}

// How the object moves, in one word, by the band whose slope is known best.
export function trend(facts) {
    const last = Math.max(...facts.map((fact) => fact.last.x));
    const best = facts.filter((fact) => fact.rise && last - fact.rise.last < 5).sort((a, b) =>
        a.rise.error - b.rise.error)[0];
    if (!best) return null;
    const { slope, error, days } = best.rise;
    if (days > 30) return null;
    const word = Math.abs(slope) < Math.max(2 * error, 0.01) ? "steady" : slope < 0 ? "rising" : "fading";
    return { word, slope, error, band: best.band };
}

// How far detections scatter around their mean place, arcsec (rms of both coordinates together), and of how many.
export function scatterOf(points) {
    const placed = points.filter((point) => point.kind === "detection" && isNumber(point.ra) && isNumber(point.dec));
    if (placed.length < 2) return null;
    const wrapped = (ra) => (ra - placed[0].ra > 180 ? ra - 360 : ra - placed[0].ra < -180 ? ra + 360 : ra);
    const mean = (value) => placed.reduce((sum, point) => sum + value(point), 0) / placed.length;
    const [ra, dec] = [mean((point) => wrapped(point.ra)), mean((point) => point.dec)];
    const stretch = Math.cos((dec * Math.PI) / 180);
    const square = mean((point) => ((wrapped(point.ra) - ra) * stretch) ** 2 + (point.dec - dec) ** 2);
    return { arcsec: Math.sqrt((square * placed.length) / (placed.length - 1)) * 3600, count: placed.length };
}

// What the template has at the object's place, so that totals can be drawn: (point) -> nJy, or null where the packet
// has nothing. ZTF: the nearest source of the reference image within 1.5 arcsec; LSST: the template's own flux.
export function templateOf(survey, packet) {
    const byId = new Map();
    const byBand = new Map();
    const add = (id, band, flux) => {
        if (!isNumber(flux)) return;
        if (id !== null && id !== undefined) byId.set(String(id), flux);
        byBand.set(band, [...(byBand.get(band) ?? []), flux]);
    };
    if (survey === "ztf") {
        const names = { 1: "ztfg", 2: "ztfr", 3: "ztfi" };
        for (const source of [...(packet?.prv_candidates ?? []), packet?.candidate]) {
            if (!source || !isNumber(source.magnr) || source.magnr <= 0
                || !(source.distnr >= 0 && source.distnr <= 1.5)) continue;
            add(source.candid, names[source.fid], fluxOfMag(source.magnr));
        }
    } else {
        for (const source of [...(packet?.prvDiaSources ?? []), packet?.diaSource]) {
            if (!source) continue;
            const difference = source.psfFlux ?? null;
            const flux = source.templateFlux ?? (isNumber(source.scienceFlux) && isNumber(difference)
                ? source.scienceFlux - difference : null);
            add(source.diaSourceId, `lsst${source.band ?? source.filterName ?? ""}`, flux);
        }
    }
    if (byBand.size === 0) return null;
    // What has no id, such as forced photometry, has the band's median.
    const medians = new Map([...byBand].map(([band, fluxes]) =>
        [band, fluxes.sort((a, b) => a - b)[Math.floor(fluxes.length / 2)]]));
    return (point) => (point.id !== null ? byId.get(String(point.id)) : undefined) ?? medians.get(point.band) ?? null;
}

// Distance modulus in a flat universe with H0 = 70 km/s/Mpc and Omega_m = 0.3, as in Nightjar's hosts.
export function distanceModulus(z) {
    if (!(z > 0) || z > 10) return null;
    const steps = 200;
    let sum = 0;
    for (let index = 0; index <= steps; index += 1) {
        const weight = index === 0 || index === steps ? 1 : index % 2 ? 4 : 2;
        sum += weight / Math.sqrt(0.3 * (1 + (z * index) / steps) ** 3 + 0.7);
    }
    const comoving = (299792.458 / 70) * ((sum * z) / steps / 3);
    return 5 * Math.log10(comoving * (1 + z)) + 25;
}

// The peak's time in UTC of a fit, whose t0 is in the survey's own scale.
export function peakOf(fit, timeScale) {
    if (!fit || fit.success !== 1 && fit.success !== true || !isNumber(fit.t0)) return null;
    return timeScale === "utc_start" ? fit.t0 : taiToUTC(fit.t0);
}
