// Numbers, times and positions as people read them. Every time is UTC and says so where it stands.

const dash = "–";
const isNumber = (x) => typeof x === "number" && Number.isFinite(x);

/** Digits behind the point; a dash for nothing. */
export function number(x, digits = 2) {
    return isNumber(x) ? x.toFixed(digits).replace(/^-/, "−") : dash;
}

/** A magnitude. */
export const mag = (x) => number(x, 2);

/** A whole number in groups of three. */
export function count(n) {
    if (typeof n === "string") return n.replace(/\B(?=(\d{3})+(?!\d))/g, ",");
    return isNumber(n) ? Math.round(n).toString().replace(/\B(?=(\d{3})+(?!\d))/g, ",").replace(/^-/, "−") : dash;
}

/** So many of something: `1 night`, `2 nights`; what is not made plural by an s says how. */
export const plural = (n, one, many = `${one}s`) => `${count(n)} ${Number(n) === 1 ? one : many}`;

/** A number with a sign. */
export function signed(x, digits = 2) {
    return isNumber(x) ? (x < 0 ? "−" : "+") + Math.abs(x).toFixed(digits) : dash;
}

/** Bytes, in units of 1,000. */
export function bytes(n) {
    if (!isNumber(n)) return dash;
    for (const [unit, size] of [["TB", 1e12], ["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) {
        if (n >= size) return `${(n / size).toFixed(n / size < 10 ? 1 : 0)} ${unit}`;
    }
    return `${n} B`;
}

/** Seconds, as two units at most. */
export function duration(seconds) {
    if (!isNumber(seconds)) return dash;
    const s = Math.abs(seconds);
    if (s < 1) return `${Math.round(s * 1000)} ms`;
    if (s < 10) return `${s.toFixed(1)} s`;
    if (s < 90) return `${Math.round(s)} s`;
    if (s < 5400) return `${Math.round(s / 60)} min`;
    if (s < 129600) return `${Math.floor(s / 3600)} h ${Math.round((s % 3600) / 60) % 60} min`;
    return `${Math.round(s / 86400)} d`;
}

/** How long ago, such as `14 s ago`. */
export const ago = (seconds) => (isNumber(seconds) ? `${duration(seconds)} ago` : dash);

// TAI - UTC: 37 s since 2017, 36 s and less before; leap seconds since 1999, by the MJD at which each begins.
const leaps = [[57754, 37], [57204, 36], [56109, 35], [54832, 34], [53736, 33], [51179, 32]];

/** MJD in UTC of an MJD in TAI. */
export function taiToUTC(mjd) {
    if (!isNumber(mjd)) return NaN;
    for (const [begin, seconds] of leaps) {
        const utc = mjd - seconds / 86400;
        if (utc >= begin) return utc;
    }
    return mjd - 31 / 86400;
}

/** A Date of an MJD in UTC. */
export const dateOf = (mjd) => new Date((mjd - 40587) * 86400e3);
/** An MJD in UTC of a Date. */
export const mjdOf = (date) => date.getTime() / 86400e3 + 40587;
/** Now, as an MJD in UTC. */
export const mjdNow = () => mjdOf(new Date());

/** Date and time of an MJD in UTC: `2024-09-15 08:36`, with seconds where asked. */
export function utc(mjd, { seconds = false } = {}) {
    if (!isNumber(mjd)) return dash;
    const step = seconds ? 1000 : 60000;
    const text = new Date(Math.round(dateOf(mjd).getTime() / step) * step).toISOString();
    return `${text.slice(0, 10)} ${text.slice(11, seconds ? 19 : 16)}`;
}

/** The same of an MJD in TAI. */
export const utcOfTAI = (mjd, options) => utc(taiToUTC(mjd), options);

/** Time of day of an MJD in UTC: `08:36`. */
export const clock = (mjd) => utc(mjd).slice(11);

/** A night's date of its number. */
export function night(value) {
    const text = String(value);
    return /^\d{8}$/.test(text) ? `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6)}` : "unknown night";
}

/** As few digits as say which number of single precision it is; `null` where it is of double precision. */
function single(x) {
    if (Math.fround(x) !== x) return null;
    for (let digits = 1; digits < 9; digits += 1) {
        const text = x.toPrecision(digits);
        if (Math.fround(Number(text)) === x) return String(Number(text));
    }
    return String(Number(x.toPrecision(9)));
}

/** A number of a packet as it was meant: what is of single precision has no digits beyond it. */
export const shortest = (x) => (Number.isInteger(x) ? String(x) : single(x) ?? String(x));

/** A number of a table of any kind, by its column's name: positions have a millionth of a degree, separations a hundredth of an
 * arcsecond, all else seven digits and times of the day tens of milliseconds. */
export function tidy(x, column = "") {
    if (Number.isInteger(x)) return String(x);
    if (/(^|_)(ra|dec)$/i.test(column)) return x.toFixed(6);
    if (/separation|arcsec/i.test(column)) return x.toFixed(2);
    return single(x) ?? String(Number(Math.abs(x) >= 1 ? x.toFixed(7) : x.toPrecision(7)));
}

/** What a packet came from: `-` is how a run calls its standard input. */
export const sourceName = (source) => (source === "-" ? "standard input" : source);

/** What the labels of scores of reality say when they are pointed at. */
export const realBogusSays = "drb where the packet has it, otherwise rb; LSST: reliability";

/** Degrees. */
export const degrees = (x, digits = 5) => number(x, digits);

function parts(value, digits) {
    const scale = 10 ** digits;
    let rest = Math.round(value * 3600 * scale);
    const s = rest % (60 * scale);
    rest = (rest - s) / (60 * scale);
    const pad = (n) => String(n).padStart(2, "0");
    return [Math.floor(rest / 60), pad(rest % 60), (s / scale).toFixed(digits).padStart(digits + 3, "0")];
}

/** Right ascension in hours and declination in degrees, with spaces. */
export function sexagesimal(ra, dec) {
    if (!isNumber(ra) || !isNumber(dec)) return { ra: dash, dec: dash };
    const [hours, minutes, seconds] = parts((((ra % 360) + 360) % 360) / 15, 2);
    const [d, m, s] = parts(Math.abs(dec), 1);
    return {
        ra: `${String(hours % 24).padStart(2, "0")} ${minutes} ${seconds}`,
        dec: `${dec < 0 ? "−" : "+"}${String(d).padStart(2, "0")} ${m} ${s}`,
    };
}

/** Galactic longitude and latitude of an ICRS position, degrees. */
export function galactic(ra, dec) {
    const rad = Math.PI / 180;
    const v = [Math.cos(dec * rad) * Math.cos(ra * rad), Math.cos(dec * rad) * Math.sin(ra * rad), Math.sin(dec * rad)];
    // Hipparcos' matrix (ESA SP-1200, volume 1, section 1.5.3).
    const m = [
        [-0.0548755604162154, -0.8734370902348850, -0.4838350155487132],
        [0.4941094278755837, -0.4448296299600112, 0.7469822444972189],
        [-0.8676661490190047, -0.1980763734312015, 0.4559837761750669],
    ];
    const [x, y, z] = m.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
    return { l: ((Math.atan2(y, x) / rad) + 360) % 360, b: Math.asin(Math.max(-1, Math.min(1, z))) / rad };
}

/** Separation of two positions, arcsec. */
export function separation(ra1, dec1, ra2, dec2) {
    const rad = Math.PI / 180;
    const a = Math.sin((dec2 - dec1) * rad / 2) ** 2
        + Math.cos(dec1 * rad) * Math.cos(dec2 * rad) * Math.sin((ra2 - ra1) * rad / 2) ** 2;
    return 2 * Math.asin(Math.min(1, Math.sqrt(a))) / rad * 3600;
}

const bandLetters = ["u", "g", "r", "i", "z", "y"];
const shapes = { u: "triangle", g: "circle", r: "square", i: "diamond", z: "pentagon", y: "cross" };

/** The band's letter: `ztfg` and `lsstg` are both `g`. */
export function bandName(band) {
    const last = String(band ?? "").slice(-1);
    return bandLetters.includes(last) ? last : String(band ?? "?");
}

/** The style's variable that has the band's colour. */
export function bandColour(band) {
    const letter = bandName(band);
    return bandLetters.includes(letter) ? `--band-${letter}` : "--text";
}

/** The band's shape, so that colour is not needed. */
export const bandShape = (band) => shapes[bandName(band)] ?? "circle";

/** Bands in the order of their wavelengths. */
export function sortBands(bands) {
    const place = (band) => { const at = bandLetters.indexOf(bandName(band)); return at < 0 ? 99 : at; };
    return [...bands].sort((a, b) => place(a) - place(b) || String(a).localeCompare(String(b)));
}

/** AB magnitude of a flux in nJy. */
export const magOfFlux = (flux) => (flux > 0 ? 31.4 - 2.5 * Math.log10(flux) : NaN);
/** Flux in nJy of an AB magnitude. */
export const fluxOfMag = (m) => 10 ** ((31.4 - m) / 2.5);
