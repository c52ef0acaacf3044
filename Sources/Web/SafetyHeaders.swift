internal import HTTP

/// Headers of every answer: a browser takes nothing from elsewhere, runs nothing that is written into a page, and shows no page
/// in another one's frame.
enum SafetyHeaders {
    static let all = [
        HTTPHeader(
            "Content-Security-Policy",
            "default-src 'none'; connect-src 'self'; img-src 'self'; script-src 'self'; style-src 'self'; "
                + "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"),
        HTTPHeader("X-Content-Type-Options", "nosniff"),
        HTTPHeader("X-Frame-Options", "DENY"),
        HTTPHeader("Referrer-Policy", "no-referrer"),
        HTTPHeader("Cross-Origin-Opener-Policy", "same-origin"),
    ]
}
