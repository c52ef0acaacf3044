// Where an axis has its ticks and what they say: plain numbers, asinh of numbers, and the calendar.

const DAY = 86400000;

// The Unix time, ms, of an MJD, and back.
export const unix = (mjd) => (mjd - 40587) * DAY;
export const mjdOf = (ms) => ms / DAY + 40587;

// A number with a true minus sign, and with so many digits after the point.
export function plain(value, digits) {
    const text = Math.abs(value).toFixed(digits);
    return value < 0 && Number(text) !== 0 ? `\u2212${text}` : text;
}

// Ticks in steps of 1, 2 or 5 times a power of ten, `most` of them at most: [{at, label}].
export function linear(low, high, most) {
    const span = high - low;
    if (!(span > 0) || !Number.isFinite(span)) return [];
    const rough = span / Math.max(1, most);
    const power = 10 ** Math.floor(Math.log10(rough));
    const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough * 0.85);
    const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
    const ticks = [];
    for (let index = Math.ceil(low / step - 1e-9); index * step <= high + step * 1e-9; index += 1) {
        ticks.push({ at: index * step, label: plain(index * step, Math.min(digits, 12)) });
    }
    return ticks;
}

// Ticks for an axis that is linear below `soft` and logarithmic beyond: 0 and powers of ten, with 2 and 5 of each for
// who has room.
export function asinh(low, high, soft) {
    const largest = Math.max(Math.abs(low), Math.abs(high));
    if (!(largest > 0) || !Number.isFinite(largest)) return [{ at: 0, label: "0" }];
    const first = Math.floor(Math.log10(Math.max(soft, largest / 1e6)));
    const ticks = [{ at: 0, label: "0", rank: 0 }];
    for (let power = first; power <= Math.log10(largest); power += 1) {
        for (const [factor, rank] of [[1, 1], [3, 2]]) {
            for (const sign of [1, -1]) {
                const at = sign * factor * 10 ** power;
                if (at < low || at > high) continue;
                ticks.push({ at, label: grouped(at), rank });
            }
        }
    }
    return ticks.filter((tick) => tick.at >= low && tick.at <= high);
}

// A number with commas between thousands, or as a power of ten where it is very large or small.
export function grouped(value) {
    const size = Math.abs(value);
    if (size !== 0 && (size >= 1e7 || size < 1e-3)) {
        const power = Math.floor(Math.log10(size) + 1e-9);
        return `${plain(value / 10 ** power, 0)}e${power < 0 ? "\u2212" : ""}${Math.abs(power)}`;
    }
    const digits = size >= 1 || size === 0 ? 0 : Math.ceil(-Math.log10(size) - 1e-9);
    return plain(value, digits).replace(/\B(?=(\d{3})+(?!\d))/g, ",");
}

const two = (number) => String(number).padStart(2, "0");
const iso = (date) => `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;

// Steps of the calendar: what they are, and how many days one is.
const STEPS = [
    ...[1, 2, 5, 10, 15, 30].map((count) => ({ unit: "minute", count, days: count / 1440 })),
    ...[1, 2, 3, 6, 12].map((count) => ({ unit: "hour", count, days: count / 24 })),
    ...[1, 2, 4, 7, 14].map((count) => ({ unit: "day", count, days: count })),
    ...[1, 2, 3, 6].map((count) => ({ unit: "month", count, days: count * 30.4 })),
    ...[1, 2, 5, 10, 20, 50, 100].map((count) => ({ unit: "year", count, days: count * 365.25 })),
];

// Ticks at dates or at times of day, UTC, for MJDs from `low` to `high`, `most` of them at most.
export function calendar(low, high, most) {
    if (!(high > low) || high - low > 80000) return [];
    const wanted = (high - low) / Math.max(1, most);
    const { unit, count } = STEPS.find((step) => step.days >= wanted) ?? STEPS.at(-1);
    const ticks = [];
    const push = (ms, label) => {
        const at = mjdOf(ms);
        if (at >= low - 1e-9 && at <= high + 1e-9) ticks.push({ at, label });
    };
    const start = new Date(unix(low));
    if (unit === "minute" || unit === "hour") {
        const step = count * (unit === "hour" ? 3600000 : 60000);
        for (let ms = Math.floor(unix(low) / step) * step; ms <= unix(high) + 1; ms += step) {
            const date = new Date(ms);
            const isMidnight = date.getUTCHours() === 0 && date.getUTCMinutes() === 0;
            push(ms, isMidnight ? iso(date) : `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`);
        }
    } else if (unit === "day") {
        const step = count * DAY;
        for (let ms = Math.floor(unix(low) / step) * step; ms <= unix(high) + 1; ms += step) push(ms,
            iso(new Date(ms)));
    } else {
        const months = count * (unit === "year" ? 12 : 1);
        let month = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / months) * months;
        for (;; month += months) {
            const year = Math.floor(month / 12);
            const ms = Date.UTC(year, month % 12, 1);
            if (ms > unix(high) + 1) break;
            push(ms, unit === "year" ? String(year) : `${year}-${two((month % 12) + 1)}`);
        }
    }
    return ticks;
}
