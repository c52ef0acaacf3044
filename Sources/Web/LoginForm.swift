internal import HTTP

/// Where a browser's user gives the token once, for a cookie. It is never part of an address.
enum LoginForm {
    static let path = "login"

    /// The form; after a wrong token it says so.
    static func page(isWrong: Bool) -> WebAnswer {
        let wrong = isWrong ? "<p role=\"alert\" class=\"state bad\">This is not the token.</p>" : ""
        let html = """
            <!doctype html><html lang="en"><head><meta charset="utf-8"><title>Nightjar: log in</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <link rel="icon" href="/assets/icon.svg" type="image/svg+xml"><link rel="stylesheet" href="/assets/style.css">
            <script src="/assets/theme.js"></script></head><body><main><h1>Nightjar</h1>\(wrong)
            <form method="post" action="/login" class="controls"><div class="field"><label for="token">Token</label>
            <input id="token" name="token" type="password" required autocomplete="current-password" autofocus></div>
            <button class="main">Log in</button></form>
            <p class="quiet">Whoever runs this server knows the token. Programs send it as a Bearer token.</p>
            </main></body></html>

            """
        var answer = WebAnswer(Array(html.utf8), "text/html; charset=utf-8", status: isWrong ? 401 : 200)
        answer.caching = .none
        return answer
    }

    /// What the form's content is answered with.
    ///
    /// - Throws: ``Problem`` for what is no form.
    static func answer(to request: HTTPRequest, token: AccessToken) throws(Problem) -> WebAnswer {
        guard let text = String(validating: request.body, as: UTF8.self) else {
            throw Problem(.badRequest, "the form is not UTF-8")
        }
        let given = try RequestTarget.pairs(text)["token"] ?? ""
        guard token.matches(given) else { return page(isWrong: true) }
        // Only a proxy on the way knows whether the browser's connection is encrypted.
        let isSecure = request.headers.contains {
            $0.name.lowercased() == "x-forwarded-proto" && $0.value.lowercased() == "https"
        }
        var answer = WebAnswer([], "text/plain", status: 303)
        answer.headers = [
            HTTPHeader("Location", "/"),
            HTTPHeader(
                "Set-Cookie",
                "\(AccessToken.cookie)=\(token.session); Path=/; HttpOnly; SameSite=Strict; Max-Age=2592000"
                    + (isSecure ? "; Secure" : "")),
        ]
        answer.caching = .none
        return answer
    }
}
