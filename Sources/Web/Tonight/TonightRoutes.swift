internal import HTTP
internal import JSON

/// The present night, once or as it goes on.
enum TonightRoutes {
    static let all = [tonight, events]

    private static let tonight = Route(
        path: "/api/v1/tonight",
        summary:
            "The present night of each survey: state, conditions, sky, counts, ledger, partitions, latencies, rates",
        parameters: [], body: .json("Tonight")
    ) { question in WebAnswer(try question.tonight.body(), "application/json") }

    private static let events = Route(
        path: "/api/v1/tonight/events",
        summary: "The same as server-sent events named 'tonight': one when something has changed, and every 10 s",
        parameters: [], body: .bytes("text/event-stream"), problems: [.busy]
    ) { question in
        let first = EventFeed.event("tonight", data: try question.tonight.body())
        guard let stream = question.tonight.feed.follow(first: first) else {
            throw Problem(
                .busy, "too many follow the night already; /api/v1/tonight answers all the same",
                [HTTPHeader("Retry-After", "10")])
        }
        var answer = WebAnswer([], "text/event-stream")
        answer.stream = stream
        answer.caching = .none
        // Proxies such as nginx would keep events back.
        answer.headers = [HTTPHeader("X-Accel-Buffering", "no")]
        return answer
    }

    /// The schemas of these answers, by their names.
    static var schemas: [(String, JSONTree)] {
        [
            (
                "Tonight",
                Schema.object([
                    ("now_mjd_utc", Schema.number("when this was true, MJD in UTC")),
                    ("state", Schema.text("of the first night")),
                    ("nights", Schema.list(TonightNight.schema)),
                    // One for each night, in their order.
                    ("skies", Schema.list(["anyOf": [["type": "null"], TonightSky.schema]])),
                    ("rates", Schema.list(TonightRates.schema)),
                ])
            )
        ]
    }
}
